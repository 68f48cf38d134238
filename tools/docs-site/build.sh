#!/usr/bin/env bash
# Builds the documentation as a site, in out/docs-site. A link that leads nowhere fails the build.
#
#   A2O_DOCS_BASE   the path of the site on its server, such as /aws2openstack/ (default: /)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
./install.sh
# One run at a time in a checkout.
exec 7<package-lock.json
flock 7
rm -rf ../../out/docs-site
node_modules/.bin/vitepress build .
