#!/usr/bin/env bash
# Installs what a lakehouse's figures are collected with, from Debian (about 30 MB): Prometheus and its node exporter.
#
#   monitoring.sh           installs what is missing
#   monitoring.sh --check   fails with what to run when it is missing
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../../scripts/debian-packages.sh
source "$here/../../scripts/debian-packages.sh"
debian_packages 'what collects figures' 'tools/lakehouse/monitoring.sh' "${1:-}" prometheus prometheus-node-exporter
