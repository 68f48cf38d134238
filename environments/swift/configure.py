"""Writes the settings of Swift and its Keystone, with passwords from the environment: configure.py FOLDER PORT USER."""
import configparser
import os
import pathlib
import sys

folder, first, user = pathlib.Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
etc = folder / "etc"
names = ["keystone", "proxy", "object", "container", "account", "memcached", "tls"]
port = {name: first + at for at, name in enumerate(names)}
keystone = f"http://127.0.0.1:{port['keystone']}/v3"
memcached = f"127.0.0.1:{port['memcached']}"


def write(name, sections):
    parser = configparser.RawConfigParser()
    parser.read_dict(sections)
    with open(etc / name, "w", encoding="utf-8") as file:
        parser.write(file)
    # They hold passwords.
    (etc / name).chmod(0o600)


(etc / "haproxy.cfg").write_text(f"""defaults
  mode http
  timeout connect 5s
  timeout client 10m
  timeout server 10m
frontend tls
  bind 127.0.0.1:{port["tls"]} ssl crt {etc / "tls.pem"}
  default_backend swift
backend swift
  server proxy 127.0.0.1:{port["proxy"]}
""")
write("keystone.conf", {
    "DEFAULT": {"use_stderr": "true", "public_endpoint": keystone.removesuffix("/v3")},
    "database": {"connection": f"sqlite:///{folder / 'keystone.db'}", "sqlite_synchronous": "false"},
    "token": {"provider": "fernet"},
    "fernet_tokens": {"key_repository": etc / "fernet-keys"},
    "fernet_receipts": {"key_repository": etc / "receipt-keys"},
    "credential": {"key_repository": etc / "credential-keys"},
    "cache": {"enabled": "true", "backend": "dogpile.cache.memcached", "memcache_servers": memcached},
    # An empty folder of our own, so that the machine's /etc does not apply.
    "oslo_policy": {"policy_dirs": etc / "policy.d"},
})
write("swift.conf", {
    "swift-hash": {"swift_hash_path_prefix": os.environ["hash_prefix"], "swift_hash_path_suffix": "a2o"},
    "storage-policy:0": {"name": "gold", "default": "yes"},
})


def server(name):
    return {
        "bind_ip": "127.0.0.1",
        "bind_port": port[name],
        "workers": 0,
        "user": user,
        "swift_dir": etc,
        "devices": folder / "disks",
        "mount_check": "false",
        "fallocate_reserve": 0,
        "disable_fallocate": "true",
        # Nothing listens there; errors are printed.
        "log_address": folder / "no-syslog",
    }


for name in ["object", "container", "account"]:
    write(f"{name}-server.conf", {
        "DEFAULT": server(name),
        "pipeline:main": {"pipeline": f"healthcheck {name}-server"},
        "filter:healthcheck": {"use": "egg:swift#healthcheck"},
        f"app:{name}-server": {"use": f"egg:swift#{name}"},
        f"{name}-updater": {"interval": 10, "recon_cache_path": folder / "cache"},
    })

as_swift = {
    "auth_url": keystone,
    "auth_type": "password",
    "username": "swift",
    "password": os.environ["service_password"],
    "project_name": "service",
    "user_domain_id": "default",
    "project_domain_id": "default",
}
filters = {
    "catch_errors": {},
    "gatekeeper": {},
    "healthcheck": {},
    "cache": {"use": "egg:swift#memcache", "memcache_servers": memcached},
    "listing_formats": {},
    "bulk": {},
    "tempurl": {},
    "authtoken": {
        "paste.filter_factory": "keystonemiddleware.auth_token:filter_factory",
        "www_authenticate_uri": keystone,
        "delay_auth_decision": "true",
        "cache": "swift.cache",
        "service_type": "object-store",
        "service_token_roles_required": "true",
        **as_swift,
    },
    "s3api": {"location": "us-east-1", "s3_acl": "false", "check_bucket_owner": "false"},
    "s3token": {"auth_uri": keystone, "delay_auth_decision": "true", "secret_cache_duration": 60, **as_swift},
    "keystoneauth": {"operator_roles": "admin, member", "reseller_prefix": "AUTH_"},
    "copy": {},
    "slo": {},
    "dlo": {},
    "versioned_writes": {"allow_versioned_writes": "true", "allow_object_versioning": "true"},
    "symlink": {},
}
write("proxy-server.conf", {
    "DEFAULT": {**server("proxy"), "max_clients": 256},
    "pipeline:main": {"pipeline": " ".join([*filters, "proxy-server"])},
    "app:proxy-server": {"use": "egg:swift#proxy", "account_autocreate": "true"},
    **{
        f"filter:{name}": settings if "paste.filter_factory" in settings else {"use": f"egg:swift#{name}", **settings}
        for name, settings in filters.items()
    },
})
