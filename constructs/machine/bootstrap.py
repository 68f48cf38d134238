"""Gives this machine the config bundle that it should have: fetches it, checks it, runs its install.py for the role.

bootstrap.py          at every boot, and once the application credential is there
bootstrap.py --poll   every minute: takes a new bundle when it is this machine's turn, and reports how the machine is
bootstrap.py --now    takes a new bundle without waiting for its turn

The server's metadata names the bundle. The first is taken at once; a later one when `config/roll.json` beside the
bundle names this machine, so that not all restart together. What the machine has and how its services are is in
`machines/<name>.json` of the same container. A bundle that was fetched before is used again, so a reboot needs the
object store only for what it does not have.
"""
import fcntl
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import time
import urllib.error

from openstack_session import ROOT, Session, server_metadata

BUNDLES = ROOT / "opt/aws2openstack/bundles"
INSTALLED = ROOT / "var/lib/aws2openstack/bundle"
STEADY_SECONDS = 30


def unpack(content, folder):
    part = folder.with_suffix(".part")
    subprocess.run(["rm", "-rf", str(part)], check=True)
    part.mkdir(parents=True)
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
        for member in archive.getmembers():
            target = (part / member.name).resolve()
            if not member.isfile() or part.resolve() not in target.parents:
                sys.exit(f"the bundle holds {member.name!r}, which is no plain file inside it")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.extractfile(member).read())
            target.chmod(member.mode & 0o755)
    os.rename(part, folder)


def fetch(metadata, session):
    expected = metadata["a2o_bundle_sha256"]
    folder = BUNDLES / expected
    if not folder.exists():
        content = session.get_object(metadata["a2o_bundle"])
        found = hashlib.sha256(content).hexdigest()
        if found != expected:
            sys.exit(f"{metadata['a2o_bundle']} has SHA-256 {found}; the server's metadata says {expected}")
        unpack(content, folder)


def install(bundle, role):
    command = [sys.executable, str(BUNDLES / bundle / "install.py"), role]
    run = subprocess.run(command, stderr=subprocess.PIPE, text=True)
    sys.stderr.write(run.stderr)
    if run.returncode != 0:
        sys.exit((run.stderr.strip().splitlines() or [f"install.py ended with {run.returncode}"])[-1])
    INSTALLED.parent.mkdir(parents=True, exist_ok=True)
    part = INSTALLED.with_suffix(".part")
    part.write_text(bundle)
    part.rename(INSTALLED)


def has_turn(metadata, session):
    container = metadata["a2o_bundle"].split("/")[0]
    try:
        roll = json.loads(session.get_object(f"{container}/config/roll.json"))
        return roll["bundle"] == metadata["a2o_bundle_sha256"] and metadata["name"] in roll["machines"]
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return False
        problem = error
    except (LookupError, OSError, TypeError, ValueError) as error:
        problem = error
    # Whoever does not know whose turn it is keeps what it has, and runs.
    print(f"{container}/config/roll.json cannot be read: {problem!r}", file=sys.stderr)
    return False


def service_states(bundle, role):
    folder = BUNDLES / bundle
    states = {}
    for name in json.loads((folder / "roles.json").read_text())[role]:
        if json.loads((folder / "services" / name / "service.json").read_text())["starts"]:
            states[name] = service_state(f"a2o-{name}.service")
    return states


def service_state(unit):
    """As systemd calls it, but `starting` for what became active a moment ago: a service that fails may be that too."""
    command = ["systemctl", "show", "--property", "ActiveState,ActiveEnterTimestampMonotonic", unit]
    lines = subprocess.run(command, capture_output=True, text=True).stdout.splitlines()
    found = dict(line.split("=", 1) for line in lines if "=" in line)
    state = found.get("ActiveState", "unknown")
    age = time.monotonic() - int(found.get("ActiveEnterTimestampMonotonic") or 0) / 1e6
    return "starting" if state == "active" and age < STEADY_SECONDS else state


def report(metadata, session, error=None):
    installed = INSTALLED.read_text() if INSTALLED.exists() else None
    role = metadata["a2o_role"]
    document = {
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "bundle": installed,
        "error": error,
        "role": role,
        "services": service_states(installed, role) if installed else {},
    }
    container = metadata["a2o_bundle"].split("/")[0]
    try:
        report = json.dumps(document, sort_keys=True).encode()
        session.put_object(f"{container}/machines/{metadata['name']}.json", report)
    except Exception as failure:
        # A machine that works must not stop because nobody can be told.
        print(f"the state of this machine could not be reported: {failure}", file=sys.stderr)


def main(mode):
    metadata, session = server_metadata(), Session()
    wanted, role = metadata["a2o_bundle_sha256"], metadata["a2o_role"]
    installed = INSTALLED.read_text() if INSTALLED.exists() else None
    takes_new = installed != wanted and (installed is None or mode == "--now" or has_turn(metadata, session))
    error = None
    try:
        if takes_new:
            fetch(metadata, session)
            install(wanted, role)
        elif mode != "--poll":
            install(installed, role)
    except (Exception, SystemExit) as failure:
        error = f"{type(failure).__name__}: {failure}"
        raise
    finally:
        report(metadata, session, error)


if __name__ == "__main__":
    lock = ROOT / "run/aws2openstack.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with open(lock, "w", encoding="utf-8") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        main(sys.argv[1] if len(sys.argv) > 1 else "")
