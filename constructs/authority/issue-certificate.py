"""Writes ca.pem and server.pem (key and certificate): issue-certificate.py FOLDER [NAME OR ADDRESS ...].

The authority's key is AUTHORITY_KEY, 64 hexadecimal digits, the same on every machine of the lakehouse. The certificate
is for this host, for the names that /etc/hosts gives its addresses, and for the NAMEs.
"""
import ipaddress
import os
import pathlib
import socket
import subprocess
import sys
import tempfile

folder = pathlib.Path(sys.argv[1])
HOSTS = pathlib.Path("/etc/hosts")
# A private key on P-256 in DER, in two parts around its 32 bytes. Source: RFC 5915.
DER = (bytes.fromhex("30310201010420"), bytes.fromhex("a00a06082a8648ce3d030107"))
DAYS = "825"


def own_names():
    own = subprocess.run(["hostname", "-I"], check=True, capture_output=True, text=True).stdout.split()
    names = [socket.gethostname()]
    for line in HOSTS.read_text().splitlines():
        address, *others = line.split("#")[0].split() or [""]
        if address in own:
            names += others
    return names


def alternative(name):
    try:
        return f"IP:{ipaddress.ip_address(name)}"
    except ValueError:
        return f"DNS:{name}"


def openssl(*arguments, stdin=None):
    return subprocess.run(["openssl", *map(str, arguments)], check=True, input=stdin, stdout=subprocess.PIPE).stdout


def replace(path, content):
    """In one step, because a service may read it meanwhile."""
    part = path.with_suffix(".part")
    part.write_bytes(content)
    part.rename(path)


os.umask(0o077)
folder.mkdir(parents=True, exist_ok=True)
names = list(dict.fromkeys(own_names() + sys.argv[2:]))
subject = f"/CN={os.environ['AUTHORITY_NAME']} authority"
with tempfile.TemporaryDirectory() as scratch:
    scratch = pathlib.Path(scratch)
    der = DER[0] + bytes.fromhex(os.environ["AUTHORITY_KEY"]) + DER[1]
    (scratch / "ca.key").write_bytes(openssl("pkey", "-inform", "DER", stdin=der))
    authority = openssl(
        "req", "-x509", "-key", scratch / "ca.key", "-days", DAYS, "-subj", subject,
        "-addext", "keyUsage=critical,keyCertSign", "-addext", "basicConstraints=critical,CA:TRUE,pathlen:0")
    (scratch / "ca.pem").write_bytes(authority)
    # Not on a curve: Trino would show it in place of its nodes' own certificates, which are, to clients without SNI.
    key = openssl("genpkey", "-quiet", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:3072")
    (scratch / "key.pem").write_bytes(key)
    certificate = openssl(
        "req", "-x509", "-CA", scratch / "ca.pem", "-CAkey", scratch / "ca.key", "-key", scratch / "key.pem",
        "-days", DAYS, "-subj", f"/CN={names[0][:64]}", "-addext", "basicConstraints=critical,CA:FALSE",
        "-addext", "extendedKeyUsage=serverAuth", "-addext", f"subjectAltName={','.join(map(alternative, names))}")
replace(folder / "server.pem", key + certificate)
replace(folder / "ca.pem", authority)
(folder / "ca.pem").chmod(0o644)
