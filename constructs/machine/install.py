"""Makes this machine what its role says: install.py ROLE. Can be run again: it changes only what differs."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

from openstack_session import ROOT, Session, server_metadata

BUNDLE = pathlib.Path(__file__).resolve().parent
CONFIG = ROOT / "etc/aws2openstack"
DATA = ROOT / "var/lib/aws2openstack/data"
SECRETS = ROOT / "run/aws2openstack"
UNITS = ROOT / "etc/systemd/system"
HOSTS_MARK = "# aws2openstack"


def run(*command):
    subprocess.run(command, check=True)


def install_packages():
    if shutil.which("podman") is None:
        os.environ["DEBIAN_FRONTEND"] = "noninteractive"
        run("apt-get", "update", "-qq")
        packages = ["podman", "curl", "openssl", "ca-certificates"]
        run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages)


def write_hosts():
    """Several lines of one name are tried in turn, which is how a name stands for two catalogs."""
    hosts = ROOT / "etc/hosts"
    own = [line for line in hosts.read_text().splitlines() if not line.endswith(HOSTS_MARK)]
    ours = [f"{line} {HOSTS_MARK}" for line in (BUNDLE / "hosts").read_text().splitlines()]
    hosts.write_text("\n".join(own + ours) + "\n")


def mount_data(volume):
    """Mounts the data volume; makes a file system only where there is none at all."""
    if os.path.ismount(DATA):
        return
    for _ in range(120):
        found = [p for p in (ROOT / "dev/disk/by-id").glob(f"*{volume[:20]}*") if "-part" not in p.name]
        if found:
            break
        time.sleep(5)
    else:
        sys.exit(f"the data volume {volume} was not attached within 10 minutes")
    device = str(found[0].resolve())
    if subprocess.run(["blkid", device], capture_output=True).returncode == 2:
        run("mkfs.ext4", "-q", "-L", "a2o-data", device)
    os.makedirs(DATA, exist_ok=True)
    run("mount", device, str(DATA))


def write_private(path, text):
    part = path.with_suffix(".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    part.rename(path)


def fetch_secrets(name, service, metadata, session):
    lines = []
    for variable, secret in sorted(service["secrets"].items()):
        if secret["type"] == "generated":
            value = session.secret_by_reference(metadata["a2o_secret_" + secret["name"]])
        else:
            text = session.secret_by_name(secret["name"])
            value = text.split(":")[secret["part"]] if "part" in secret else " ".join(text.split())
        lines.append(f"{variable}={value}\n")
    SECRETS.mkdir(mode=0o700, exist_ok=True)
    write_private(SECRETS / f"{name}.env", "".join(lines))


def install_service(name):
    """Returns whether anything about it changed."""
    source, target = BUNDLE / "services" / name, CONFIG / name
    stamp, unit = target / ".manifest", UNITS / f"a2o-{name}.service"
    now = (source / "service.json").read_text()
    if stamp.exists() and stamp.read_text() == now and unit.exists():
        return False
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source / "files", target)
    shutil.copyfile(source / "unit.service", unit)
    return True


def mark_installed(name):
    """Only once it was restarted: a run that was stopped before that must restart it the next time."""
    shutil.copyfile(BUNDLE / "services" / name / "service.json", CONFIG / name / ".manifest")


def main(role):
    metadata, session = server_metadata(), Session()
    services = json.loads((BUNDLE / "roles.json").read_text())[role]
    install_packages()
    write_hosts()
    if "a2o_data_volume" in metadata:
        mount_data(metadata["a2o_data_volume"])
    changed = []
    for name in services:
        service = json.loads((BUNDLE / "services" / name / "service.json").read_text())
        fetch_secrets(name, service, metadata, session)
        if install_service(name):
            changed.append(name)
    run("systemctl", "daemon-reload")
    for name in services:
        if json.loads((BUNDLE / "services" / name / "service.json").read_text())["starts"]:
            # Not waited for: a service that waits for another machine must not hold up this one's others.
            run("systemctl", "--no-block", "restart" if name in changed else "start", f"a2o-{name}.service")
        mark_installed(name)


if __name__ == "__main__":
    main(sys.argv[1])
