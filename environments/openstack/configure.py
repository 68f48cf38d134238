"""Writes the configuration of every service: configure.py FOLDER FIRST-PORT ZONE... Equal input gives equal files.

Every service and user has the password in the folder's file `password`; all services listen on 127.0.0.1. Source:
OpenStack Zed, the configuration reference of each service.
"""
import pathlib
import sys

folder, first, zones = pathlib.Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
here = pathlib.Path(__file__).resolve().parent
password = (folder / "password").read_text().strip()
etc = folder / "etc"
address = "127.0.0.1"
region = "RegionOne"

names = ["database", "queue", "epmd", "distribution", "keystone", "placement", "glance", "nova", "neutron", "cinder",
         "barbican", "metadata"]
port = {name: first + offset for offset, name in enumerate(names)}
keystone = f"http://{address}:{port['keystone']}/v3"


def credentials(user):
    return {
        "auth_url": keystone,
        "auth_type": "password",
        "project_domain_name": "Default",
        "user_domain_name": "Default",
        "project_name": "service",
        "username": user,
        "password": password,
        "region_name": region,
    }


def database(name):
    return {
        "connection": f"mysql+pymysql://openstack:{password}@{address}:{port['database']}/{name}?charset=utf8",
        "max_pool_size": 5,
        "max_overflow": 20,
    }


def tokens_of(user, service):
    """`service_type` is what the access rules of an application credential are compared with."""
    return {**credentials(user), "www_authenticate_uri": keystone, "service_token_roles": "service",
            "service_token_roles_required": "true", "service_type": service}


queue = f"rabbit://openstack:{password}@{address}:{port['queue']}/"
common = {
    "oslo_concurrency": {"lock_path": folder / "lock"},
    "oslo_messaging_notifications": {"driver": "noop"},
    # A service behind a proxy with TLS names itself by https.
    "oslo_middleware": {"enable_proxy_headers_parsing": "true"},
    # Empty policies of our own, so that the machine's /etc does not apply.
    "oslo_policy": {"policy_dirs": etc / "policy.d", "policy_file": etc / "policy.yaml"},
}


def write(name, sections):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = []
    for section, settings in {**sections, **common}.items():
        lines.append(f"[{section}]")
        lines += [f"{key} = {value}" for key, value in settings.items()]
    path.write_text("\n".join(lines) + "\n")


for name in ["etc/policy.d", "home", "lock", "images", "nova", "neutron", "cinder", "tmp", "queue", "bin"]:
    (folder / name).mkdir(parents=True, exist_ok=True)
(etc / "policy.yaml").write_text("")

keys = {"key_repository": etc / "keystone/fernet-keys"}
write("etc/keystone/keystone.conf", {
    "DEFAULT": {"log_file": "", "use_stderr": "true"},
    "database": database("keystone"),
    "token": {"provider": "fernet", "expiration": 86400},
    "fernet_tokens": keys,
    "fernet_receipts": keys,
    # Keystone 22 removes the secret from the same object that an in-memory cache would return again.
    "credential": {"key_repository": etc / "keystone/credential-keys", "caching": "false"},
    "identity": {"password_hash_rounds": 4},
    "cache": {"enabled": "true", "backend": "dogpile.cache.memory"},
})
write("etc/placement/placement.conf", {
    "api": {"auth_strategy": "keystone"},
    "placement_database": database("placement"),
    "keystone_authtoken": tokens_of("placement", "placement"),
})
write("etc/glance-api.conf", {
    "DEFAULT": {"bind_host": address, "bind_port": port["glance"], "workers": 0, "enabled_backends": "file:file",
                "use_stderr": "true"},
    "glance_store": {"default_backend": "file"},
    "file": {"filesystem_store_datadir": folder / "images"},
    "os_glance_tasks_store": {"filesystem_store_datadir": folder / "images/tasks"},
    "os_glance_staging_store": {"filesystem_store_datadir": folder / "images/staging"},
    "database": database("glance"),
    "paste_deploy": {"flavor": "keystone", "config_file": "/usr/share/glance-common/glance-api-paste.ini"},
    "keystone_authtoken": tokens_of("glance", "image"),
})
nova = {
    "DEFAULT": {
        "host": "a2o",
        "my_ip": address,
        "state_path": folder / "nova",
        "transport_url": queue,
        "compute_driver": "fake.FakeDriver",
        "osapi_compute_listen": address,
        "osapi_compute_listen_port": port["nova"],
        "osapi_compute_workers": 1,
        "metadata_listen": address,
        "metadata_listen_port": port["metadata"],
        "metadata_workers": 1,
        "enabled_apis": "osapi_compute",
        "vif_plugging_is_fatal": "false",
        "vif_plugging_timeout": 0,
        "graceful_shutdown_timeout": 3,
        "use_stderr": "true",
        "sync_power_state_interval": -1,
        # Nothing changes without Nova here, and these requests are most of an idle Neutron's work.
        "heal_instance_info_cache_interval": -1,
        "report_interval": 5,
        "service_down_time": 60,
        "running_deleted_instance_action": "noop",
    },
    "conductor": {"workers": 1},
    "scheduler": {"workers": 1},
    "filter_scheduler": {"enabled_filters": "ComputeFilter,ComputeCapabilitiesFilter,ImagePropertiesFilter,"
                                            "ServerGroupAffinityFilter,ServerGroupAntiAffinityFilter"},
    "wsgi": {"api_paste_config": "/usr/share/nova-common/api-paste.ini"},
    "glance": {"api_servers": f"http://{address}:{port['glance']}"},
    "vnc": {"enabled": "false"},
    "cinder": {"catalog_info": "volumev3::publicURL", "os_region_name": region},
    "service_user": {**credentials("nova"), "send_service_user_token": "true"},
    "placement": credentials("nova"),
    "neutron": {**credentials("nova"), "service_metadata_proxy": "true", "metadata_proxy_shared_secret": password},
    "keystone_authtoken": tokens_of("nova", "compute"),
}
write("etc/nova.conf", nova)
# In a file of its own, because nova-compute refuses a configuration with a database.
write("etc/nova-db.conf", {"api_database": database("nova_api"), "database": database("nova")})
write("etc/neutron.conf", {
    "DEFAULT": {
        "host": "a2o",
        "bind_host": address,
        "bind_port": port["neutron"],
        "state_path": folder / "neutron",
        "api_paste_config": "/usr/share/neutron-common/api-paste.ini",
        "transport_url": queue,
        "core_plugin": "ml2",
        "service_plugins": "router",
        "allow_overlapping_ips": "true",
        "dhcp_agent_notification": "false",
        "notify_nova_on_port_status_changes": "false",
        "notify_nova_on_port_data_changes": "false",
        "api_workers": 0,
        "rpc_workers": 1,
        "rpc_state_report_workers": 0,
        "use_stderr": "true",
    },
    "database": database("neutron"),
    "ml2": {"type_drivers": "local,flat,vlan,vxlan,geneve", "tenant_network_types": "vxlan", "mechanism_drivers": "a2o",
            "extension_drivers": "port_security"},
    "ml2_type_flat": {"flat_networks": "physnet1"},
    "ml2_type_vxlan": {"vni_ranges": "1:10000"},
    "nova": credentials("nova"),
    "placement": credentials("nova"),
    "keystone_authtoken": tokens_of("neutron", "network"),
})
write("etc/cinder.conf", {
    "DEFAULT": {
        "host": "a2o",
        "my_ip": address,
        "state_path": folder / "cinder",
        "transport_url": queue,
        "auth_strategy": "keystone",
        "api_paste_config": "/usr/share/cinder-common/api-paste.ini",
        "osapi_volume_listen": address,
        "osapi_volume_listen_port": port["cinder"],
        "osapi_volume_workers": 1,
        "report_interval": 5,
        "enabled_backends": ",".join(zones),
        "default_availability_zone": zones[0],
        "default_volume_type": "__DEFAULT__",
        "glance_api_servers": f"http://{address}:{port['glance']}",
        "graceful_shutdown_timeout": 3,
        "use_stderr": "true",
        "resource_query_filters_file": "/etc/cinder/resource_filters.json",
    },
    **{zone: {"volume_driver": "a2o_cinder.Driver", "volume_backend_name": zone, "target_helper": "fake",
              "backend_availability_zone": zone} for zone in zones},
    "database": database("cinder"),
    "nova": {**credentials("cinder"), "interface": "public"},
    "service_user": {**credentials("cinder"), "send_service_user_token": "true"},
    "keystone_authtoken": tokens_of("cinder", "block-storage"),
})
barbican = database("barbican")
# Barbican finds its configuration in the home folder.
write("home/.barbican/barbican.conf", {
    "DEFAULT": {
        "host_href": f"http://{address}:{port['barbican']}",
        "sql_connection": barbican["connection"],
        "connection": barbican["connection"],
        "db_auto_create": "false",
        "use_stderr": "true",
        "transport_url": queue,
    },
    "queue": {"enable": "false"},
    "secretstore": {"enabled_secretstore_plugins": "store_crypto"},
    "crypto": {"enabled_crypto_plugins": "simple_crypto"},
    # A public key of 32 bytes: the secrets that it wraps are test data.
    "simple_crypto_plugin": {"kek": "dGhpcnR5X3R3b19ieXRlX2tleWJsYWhibGFoYmxhaGg="},
    "keystone_authtoken": tokens_of("barbican", "key-manager"),
})

programs = {
    "nova-conductor": "nova.cmd.conductor",
    "nova-scheduler": "nova.cmd.scheduler",
    "nova-api": "nova.cmd.api_os_compute",
    "nova-metadata": "nova.cmd.api_metadata",
    "cinder-api": "cinder.cmd.api",
    "cinder-scheduler": "cinder.cmd.scheduler",
    "cinder-volume": "cinder.cmd.volume",
    "glance-api": "glance.cmd.api",
}
for program, module in programs.items():
    (folder / "bin" / program).write_text(f"import sys\nfrom {module} import main\nsys.exit(main())\n")

info = folder / "drivers/a2o_ml2-1.0.dist-info"
info.mkdir(parents=True, exist_ok=True)
(info / "METADATA").write_text("Metadata-Version: 2.1\nName: a2o-ml2\nVersion: 1.0\n")
(info / "entry_points.txt").write_text("[neutron.ml2.mechanism_drivers]\na2o = a2o_ml2:Driver\n")
for driver in ["a2o_ml2.py", "a2o_cinder.py", "a2o_compute.py"]:
    (folder / "drivers" / driver).write_text((here / "drivers" / driver).read_text())

(folder / "queue/rabbitmq.conf").write_text(f"""listeners.tcp.1 = {address}:{port['queue']}
default_user = openstack
default_pass = {password}
log.file = false
log.console = true
log.console.level = warning
vm_memory_high_watermark.absolute = 1GB
disk_free_limit.absolute = 50MB
""")
(folder / "queue/env.conf").write_text("")
(folder / "queue/enabled_plugins").write_text("[].\n")

# Sourced by openstack.sh.
(folder / "ports.sh").write_text("".join(f"port_{name}={number}\n" for name, number in port.items()))
settings = {
    "OS_AUTH_URL": keystone,
    "OS_IDENTITY_API_VERSION": 3,
    "OS_INTERFACE": "public",
    "OS_PASSWORD": password,
    "OS_PROJECT_DOMAIN_NAME": "Default",
    "OS_PROJECT_NAME": "admin",
    "OS_REGION_NAME": region,
    "OS_USERNAME": "admin",
    "OS_USER_DOMAIN_NAME": "Default",
}
(etc / "admin.env").write_text("".join(f"export {key}={value}\n" for key, value in settings.items()))
