"""Makes this machine and its containers trust more authorities: install-authorities.py PEM FOLDER.

The certificates in PEM join those of the system. FOLDER then holds all that the system trusts, for containers: as
authorities.pem, and as authorities.jks, a keystore that every Java reads. Can be run again without harm.
"""
import base64
import hashlib
import os
import pathlib
import re
import struct
import subprocess
import sys

ROOT = pathlib.Path(os.environ.get("A2O_ROOT", "/"))
SYSTEM = ROOT / "etc/ssl/certs/ca-certificates.crt"
OWN = ROOT / "usr/local/share/ca-certificates"
PEM = re.compile(r"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", re.DOTALL)


def trust(certificates):
    """In files of their own, which update-ca-certificates wants; those that are no longer named are removed."""
    OWN.mkdir(parents=True, exist_ok=True)
    wanted = {OWN / f"aws2openstack-{number}.crt": pem for number, pem in enumerate(certificates, 1)}
    for path in OWN.glob("aws2openstack-*.crt"):
        if path not in wanted:
            path.unlink()
    for path, pem in wanted.items():
        path.write_text(pem + "\n")
    subprocess.run(["update-ca-certificates", "--fresh"], check=True, stdout=subprocess.DEVNULL)


def keystore(certificates):
    """The format JKS, with trusted certificates only. Source: OpenJDK, sun.security.provider.JavaKeyStore."""
    def text(value):
        return struct.pack(">H", len(value)) + value.encode()

    content = struct.pack(">III", 0xFEEDFEED, 2, len(certificates))
    for number, der in enumerate(certificates):
        content += struct.pack(">I", 2) + text(f"authority-{number}") + struct.pack(">Q", 0)
        content += text("X.509") + struct.pack(">I", len(der)) + der
    # Java's own cacerts has the same password: it guards nothing, and makes this a checksum.
    return content + hashlib.sha1("changeit".encode("utf-16-be") + b"Mighty Aphrodite" + content).digest()


def replace(path, content):
    """In one step, because a service may read it meanwhile."""
    part = path.with_suffix(".part")
    part.write_bytes(content)
    part.chmod(0o644)
    part.rename(path)


source, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
trust([found.group(0) for found in PEM.finditer(source.read_text())])
folder.mkdir(parents=True, exist_ok=True)
folder.chmod(0o755)
system = SYSTEM.read_text()
replace(folder / "authorities.pem", system.encode())
replace(folder / "authorities.jks", keystore([base64.b64decode(found.group(1)) for found in PEM.finditer(system)]))
