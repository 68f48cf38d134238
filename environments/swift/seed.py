"""Creates Swift's user and endpoints in Keystone, and a customer with S3 keys: seed.py PROXY-PORT. Can be run again."""
import json
import os
import sys

import openstack

cloud = openstack.connect()
identity, domain = cloud.identity, "default"


def role(name):
    return next(identity.roles(name=name), None) or identity.create_role(name=name)


def member(name, password, home, roles):
    project = next(identity.projects(name=home, domain_id=domain), None) or identity.create_project(
        name=home, domain_id=domain)
    user = next(identity.users(name=name, domain_id=domain), None) or identity.create_user(
        name=name, domain_id=domain, password=password, default_project_id=project.id)
    for each in roles:
        identity.assign_project_role_to_user(project, user, role(each))
    return user, project


member("swift", os.environ["service_password"], "service", ["admin", "service"])
user, project = member("lake", os.environ["user_password"], "lake", ["member", "reader"])
service = next(identity.services(type="object-store"), None) or identity.create_service(
    name="swift", type="object-store")
known = {endpoint.interface for endpoint in identity.endpoints(service_id=service.id)}
for interface in {"public", "internal", "admin"} - known:
    identity.create_endpoint(service_id=service.id, interface=interface, region_id="RegionOne",
                             url=f"http://127.0.0.1:{sys.argv[1]}/v1/AUTH_%(project_id)s")
keys = {"access": os.environ["access_key"], "secret": os.environ["secret_key"]}
pairs = [json.loads(credential.blob) for credential in identity.credentials(type="ec2", user_id=user.id)]
if not any(pair["access"] == keys["access"] for pair in pairs):
    identity.create_credential(type="ec2", user_id=user.id, project_id=project.id, blob=json.dumps(keys))
