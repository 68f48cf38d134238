"""What the coordinator alone may know, made on the machine: prepare-private.py FOLDER.

server.pem is the operator's when there is one in /etc/aws2openstack/tls, else the one that the lakehouse's authority
signed for this machine.
password.db holds the users of machines, whose passwords come from Barbican, and the operator's, `user:hash` in
TRINO_USERS.
"""
import hashlib
import os
import pathlib
import re
import secrets
import shutil
import sys

folder = pathlib.Path(sys.argv[1])
given = pathlib.Path("/etc/aws2openstack/tls/server.pem")
issued = pathlib.Path("/var/lib/aws2openstack/authority/server.pem")
os.umask(0o077)
folder.mkdir(parents=True, exist_ok=True)

shutil.copyfile(given if given.exists() else issued, folder / "server.pem")

# Users whose password is a secret of Barbican's, by the variable that it came in.
own = {
    "admin": "TRINO_ADMIN_PASSWORD",
    "metrics": "TRINO_METRICS_PASSWORD",
    "migration": "TRINO_MIGRATION_PASSWORD",
}


def hashed(password):
    """Trino's PBKDF2 form: iterations, salt and hash. It knows HMAC-SHA1 only, which is enough for 256 random bits."""
    iterations, salt = 100_000, secrets.token_bytes(16)
    return f"{iterations}:{salt.hex()}:{hashlib.pbkdf2_hmac('sha1', password.encode(), salt, iterations).hex()}"


# Trino lets nobody in, not even admin, when it cannot read one line, or a name comes twice.
hashes = re.compile(r"\$2y\$(0[89]|[12]\d|3[01])\$[./A-Za-z0-9]{53}|[1-9]\d{3,8}:([0-9a-f]{2})+:([0-9a-f]{2})+")
users = {}
for number, line in enumerate(os.environ.get("TRINO_USERS", "").split(), 1):
    user, _, stored = line.partition(":")
    if user and user not in own and user not in users and hashes.fullmatch(stored):
        users[user] = stored
    else:
        print(f"User {number} of the secret is left out: it is not user:hash as `htpasswd -nB -C 10` prints it, "
              "or the name is taken", file=sys.stderr)
lines = [f"{user}:{hashed(os.environ[variable])}" for user, variable in own.items()]
lines += [f"{user}:{stored}" for user, stored in users.items()]
(folder / "password.db").write_text("".join(f"{line}\n" for line in lines))
