"""What the coordinator alone may know, made on the machine: prepare-private.py FOLDER.

server.pem is the operator's when there is one in /etc/aws2openstack/tls, self-signed otherwise.
password.db holds the user `admin`, whose password is the Barbican secret that TRINO_ADMIN_PASSWORD came from, and the
operator's users, `user:hash` in TRINO_USERS.
"""
import hashlib
import os
import pathlib
import secrets
import shutil
import socket
import subprocess
import sys

folder = pathlib.Path(sys.argv[1])
given = pathlib.Path("/etc/aws2openstack/tls/server.pem")
os.umask(0o077)
folder.mkdir(parents=True, exist_ok=True)

certificate = folder / "server.pem"
if given.exists():
    shutil.copyfile(given, certificate)
elif not certificate.exists():
    name = socket.gethostname()
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:3072", "-nodes", "-days", "825", "-subj", f"/CN={name}",
         "-addext", f"subjectAltName=DNS:{name},DNS:coordinator", "-keyout", folder / "key.part", "-out", folder / "cert.part"],
        check=True, capture_output=True)
    part = folder / "server.part"
    part.write_bytes((folder / "key.part").read_bytes() + (folder / "cert.part").read_bytes())
    part.rename(certificate)
    for name in ("key.part", "cert.part"):
        (folder / name).unlink()

# Trino's PBKDF2 form: iterations, salt and hash. It knows HMAC-SHA1 only, which is enough for 256 random bits.
iterations, salt = 100_000, secrets.token_bytes(16)
digest = hashlib.pbkdf2_hmac("sha1", os.environ["TRINO_ADMIN_PASSWORD"].encode(), salt, iterations)
users = [user for user in os.environ.get("TRINO_USERS", "").split() if not user.startswith("admin:")]
lines = [f"admin:{iterations}:{salt.hex()}:{digest.hex()}", *users]
(folder / "password.db").write_text("".join(f"{line}\n" for line in lines))
