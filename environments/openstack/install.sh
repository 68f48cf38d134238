#!/usr/bin/env bash
# Installs OpenStack's services, their database and their message queue, from Debian (about 160 MB).
#
#   install.sh           installs what is missing
#   install.sh --check   fails with the command to run when something is missing
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../../scripts/debian-packages.sh
source "$here/../../scripts/debian-packages.sh"
"$here/../object-store/install.sh" "$@"
debian_packages 'the OpenStack control plane' 'scripts/prepare.sh openstack' "${1:-}" \
  mariadb-server rabbitmq-server uwsgi-core uwsgi-plugin-python3 python3-pymysql python3-sqlalchemy-ext python3-openstackclient python3-openstacksdk \
  python3-keystone python3-placement placement-common python3-glance glance-common python3-nova nova-common \
  python3-neutron neutron-common python3-cinder cinder-common python3-barbican barbican-common cloud-init curl qemu-utils
