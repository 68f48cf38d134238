"""Creates what a cloud has before its first customer. Can be run again.

seed.py identity FIRST-PORT OBJECT-STORE-URL   service users and the service catalog
seed.py resources                              flavors, an image, an external network
seed.py zones HOST...                          an availability zone for each host, named as the host
seed.py project NAME                           a customer: a project and a user of the same name, who is a member
"""
import os
import sys

import openstack

cloud = openstack.connect()
password, domain, region = os.environ["OS_PASSWORD"], "default", os.environ["OS_REGION_NAME"]


def project(name):
    found = next(cloud.identity.projects(name=name, domain_id=domain), None)
    return found or cloud.identity.create_project(name=name, domain_id=domain)


def user(name, home):
    found = next(cloud.identity.users(name=name, domain_id=domain), None)
    return found or cloud.identity.create_user(
        name=name, domain_id=domain, password=password, default_project_id=home.id
    )


def role(name):
    return next(cloud.identity.roles(name=name), None) or cloud.identity.create_role(name=name)


def identity(first, object_store):
    services = project("service")
    for name in ["nova", "glance", "neutron", "placement", "cinder", "barbican"]:
        for each in ["admin", "service"]:
            cloud.identity.assign_project_role_to_user(services, user(name, services), role(each))
    url = "http://127.0.0.1:{}".format
    catalog = {
        "placement": ("placement", url(first + 5)),
        "image": ("glance", url(first + 6)),
        "compute": ("nova", url(first + 7) + "/v2.1"),
        "network": ("neutron", url(first + 8)),
        "volumev3": ("cinderv3", url(first + 9) + "/v3/%(project_id)s"),
        "block-storage": ("cinder", url(first + 9) + "/v3/%(project_id)s"),
        "key-manager": ("barbican", url(first + 10)),
        "object-store": ("swift", object_store + "/swift/v1/AUTH_%(project_id)s"),
    }
    known = {service.type: service for service in cloud.identity.services()}
    for kind, (name, address) in catalog.items():
        service = known.get(kind) or cloud.identity.create_service(name=name, type=kind)
        interfaces = {endpoint.interface for endpoint in cloud.identity.endpoints(service_id=service.id)}
        for interface in {"public", "internal", "admin"} - interfaces:
            cloud.identity.create_endpoint(service_id=service.id, interface=interface, region_id=region, url=address)


def resources():
    flavors = [("lakehouse.trino", 65536, 16), ("lakehouse.services", 16384, 4), ("lakehouse.tiny", 2048, 1)]
    for name, memory, processors in flavors:
        if cloud.compute.find_flavor(name) is None:
            cloud.compute.create_flavor(name=name, ram=memory, vcpus=processors, disk=20)
    if cloud.image.find_image("debian-12") is None:
        cloud.image.create_image(name="debian-12", data=b"nothing boots here\n" * 64, disk_format="raw",
                                 container_format="bare", visibility="public", wait=True)
    outside = cloud.network.find_network("public") or cloud.network.create_network(
        name="public", is_router_external=True, provider_network_type="flat", provider_physical_network="physnet1")
    if cloud.network.find_subnet("public") is None:
        cloud.network.create_subnet(network_id=outside.id, name="public", ip_version=4, cidr="203.0.113.0/24",
                                    gateway_ip="203.0.113.1", is_dhcp_enabled=False)


def zones(hosts):
    known = {aggregate.name: aggregate for aggregate in cloud.compute.aggregates()}
    for host in hosts:
        aggregate = known.get(host) or cloud.compute.create_aggregate(name=host, availability_zone=host)
        if host not in (aggregate.hosts or []):
            cloud.compute.add_host_to_aggregate(aggregate, host)


def customer(name):
    home = project(name)
    # Barbican's roles for creating and reading secrets are `creator` and `observer`.
    for each in ["member", "creator", "observer", "reader"]:
        cloud.identity.assign_project_role_to_user(home, user(name, home), role(each))
    cloud.set_compute_quotas(name, instances=40, cores=640, ram=2_000_000)
    cloud.set_volume_quotas(name, volumes=40, gigabytes=10_000)


match sys.argv[1:]:
    case ["identity", first, object_store]:
        identity(int(first), object_store)
    case ["resources"]:
        resources()
    case ["zones", *hosts]:
        zones(hosts)
    case ["project", name]:
        customer(name)
    case _:
        sys.exit(__doc__)
