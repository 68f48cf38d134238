#!/usr/bin/env bash
# Installs what is missing: npm packages always, and of the parts below (provider, moto, openstack, ...) those that are
# named; `test` and `integration` name all that `make test` and `make test-integration` need. Quick when nothing is missing.
# What only the system's package manager can install is named, each in one line with its command.
#
# Parts that are built from Go sources take the processors, the others mostly wait for downloads: they are made side by side.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=beside.sh
source "$here/beside.sh"
root=$(dirname "$here")
cd "$root"

missing=0
# want COMMAND PURPOSE INSTALL-COMMAND: names everything that is missing before it gives up.
want() {
  command -v "$1" >/dev/null && return
  say "error: $1 is missing ($2)."
  say "  fix: $3"
  missing=1
}

parts=()
for part in "$@"; do
  case $part in
    test) parts+=(provider opentofu linters moto openssh disks) ;;
    # The longest build first: `make test` may have the others built meanwhile.
    integration) parts+=(provider-aws provider moto test-data lakehouse trino-versions swift monitoring openstack disks verapdf event-ruler chromium compose shells docs-site) ;;
    *) parts+=("$part") ;;
  esac
done

want node 'the toolkit runs on it' 'apt-get install nodejs npm'
want npm 'it installs packages' 'apt-get install npm'
want terraform 'it validates what the toolkit writes' 'install it: https://developer.hashicorp.com/terraform/install'
for part in "${parts[@]}"; do
  case $part in
    provider | provider-aws | opentofu) want go "it builds the $part" 'install Go 1.21 or newer: https://go.dev/dl' ;;
    object-store | openstack | monitoring | swift | chromium | compose | disks | shells) want apt-get "the $part comes from Debian packages" 'use Debian 12' ;;
    # Most machines have it; where it is missing, its own script says what it needs.
    openssh | docs-site) ;;
    verapdf | event-ruler) want mvn "it fetches $part" 'apt-get install maven' ;;
    moto | test-data) want python3 "$part runs on it" 'apt-get install python3 python3-venv' ;;
    linters)
      want go "it builds the $part" 'install Go 1.21 or newer: https://go.dev/dl'
      want python3 "it installs the $part" 'apt-get install python3 python3-venv'
      ;;
    trino | trino-versions | lakehouse)
      want mvn "it fetches $part" 'apt-get install maven'
      want python3 "it unpacks $part" 'apt-get install python3 python3-venv'
      ;;
    *) fail "there is no part '$part'." 'name some of: test integration provider provider-aws opentofu linters moto test-data trino trino-versions lakehouse object-store swift openstack monitoring openssh disks verapdf event-ruler chromium compose shells docs-site' ;;
  esac
done
((missing == 0)) || exit 1

# npm_packages: one run at a time in a checkout.
npm_packages() {
  exec 7<package-lock.json
  flock 7
  if ! node scripts/packages-installed.mjs; then
    say 'installing npm packages ...'
    local started=$SECONDS
    npm ci --no-audit --no-fund --loglevel=error >&2
    say "installed npm packages in $((SECONDS - started)) s"
  fi
  # Again after a pull that changed the schema facts; nothing to do otherwise.
  node_modules/.bin/node packages/provider-openstack/scripts/generate.mjs
  # The commands that `make` runs are the compiled ones.
  node_modules/.bin/node scripts/build.mjs
  exec 7<&-
}

# make_parts PART...: one after the other.
make_parts() {
  local part version
  for part in "$@"; do
    case $part in
      provider) tools/terraform-providers/build.sh >/dev/null ;;
      opentofu) scripts/opentofu.sh >/dev/null ;;
      provider-aws) tools/terraform-providers/build-aws.sh >/dev/null ;;
      linters)
        tools/linters/install.sh >/dev/null
        tools/linters/actionlint.sh >/dev/null
        ;;
      moto) environments/moto/install.sh >/dev/null ;;
      object-store) environments/object-store/install.sh ;;
      openstack) environments/openstack/install.sh ;;
      swift) environments/swift/install.sh ;;
      monitoring) tools/lakehouse/monitoring.sh ;;
      openssh) tools/openssh/install.sh ;;
      disks) tools/disks/install.sh ;;
      verapdf) tools/verapdf/install.sh >/dev/null ;;
      event-ruler) tools/event-ruler/install.sh >/dev/null ;;
      chromium) tools/chromium/install.sh ;;
      compose) tools/compose/install.sh ;;
      shells) tools/shells/install.sh ;;
      docs-site) tools/docs-site/install.sh ;;
      test-data) environments/test-data/install.sh >/dev/null ;;
      trino-versions) for version in tools/lakehouse/trino/*/; do tools/lakehouse/trino.sh "$(basename "$version")" >/dev/null; done ;;
      trino | lakehouse)
        tools/lakehouse/java.sh 25 >/dev/null
        tools/lakehouse/trino.sh 476 >/dev/null
        [[ $part == lakehouse ]] || continue
        tools/lakehouse/java.sh 17 23 >/dev/null
        tools/lakehouse/hive-metastore.sh >/dev/null
        tools/lakehouse/iceberg-rest.sh >/dev/null
        tools/lakehouse/haproxy.sh
        environments/object-store/install.sh
        ;;
    esac
  done
}

builds=() installs=()
for part in "${parts[@]}"; do
  case $part in
    provider | provider-aws | opentofu) builds+=("$part") ;;
    *) installs+=("$part") ;;
  esac
done
((${#builds[@]} == 0)) || beside "what is built from Go sources (${builds[*]})" make_parts "${builds[@]}"
npm_packages
make_parts "${installs[@]}"
join_beside
