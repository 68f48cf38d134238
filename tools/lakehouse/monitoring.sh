#!/usr/bin/env bash
# Installs the programs that collect a lakehouse's metrics, from Debian (about 30 MB): Prometheus and its node exporter.
#
#   monitoring.sh           installs what is missing
#   monitoring.sh --check   fails with the command to run when something is missing
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../../scripts/debian-packages.sh
source "$here/../../scripts/debian-packages.sh"
debian_packages 'monitoring' 'tools/lakehouse/monitoring.sh' "${1:-}" prometheus prometheus-node-exporter
