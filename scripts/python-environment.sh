# Sourced by the install scripts. A Python environment in the cache with every package pinned by hash.
# After a change of a requirements.in, in its folder:
#   uv pip compile --universal --python-version 3.10 --generate-hashes requirements.in -o requirements.txt
# shellcheck shell=bash
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# python_environment NAME FOLDER-OF-REQUIREMENTS [--check]: installs it if it is missing and prints the path of its python.
python_environment() {
  local python_version environment
  environment_name=$1 requirements=$2/requirements.txt
  need python3 "$environment_name needs it" 'apt-get install python3 python3-venv'
  python_version=$(python3 -c 'import sys; print(sys.version)')
  environment="$cache_root/$environment_name/$(key_of "$(cat "$requirements")" "$python_version")"
  if [[ ${3:-} == --check ]]; then
    [[ -x $environment/bin/python ]] || fail "$environment_name is not installed." 'make toolchain'
  else
    build_once "$environment" install_packages
  fi
  printf '%s\n' "$environment/bin/python"
}

install_packages() {
  local temporary=$1 started=$SECONDS
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' ||
    fail "Python $(python3 -V) is too old for $environment_name, which needs 3.10 or newer." 'apt-get install python3 python3-venv'
  python3 -c 'import ensurepip, venv' 2>/dev/null || fail 'this Python cannot create virtual environments.' 'apt-get install python3-venv'
  say "installing $environment_name ..."
  python3 -m venv "$temporary"
  # Wheels in a local folder have other hashes than those of the index.
  env -u PIP_FIND_LINKS "$temporary/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-compile \
    --only-binary :all: --require-hashes --requirement "$requirements" >&2
  say "installed $environment_name in $((SECONDS - started)) s"
}
