"""Speaks to OpenStack with the application credential in clouds.yaml. Standard library and PyYAML only."""
import json
import os
import pathlib
import time
import urllib.error
import urllib.parse
import urllib.request

import yaml

# Another folder and another address, to try a bundle without becoming the machine.
ROOT = pathlib.Path(os.environ.get("A2O_ROOT", "/"))
METADATA = os.environ.get("A2O_METADATA_URL", "http://169.254.169.254") + "/openstack/latest/meta_data.json"
CLOUDS = ROOT / "etc/aws2openstack/clouds.yaml"


def read(url, headers=None, body=None, attempts=5, method=None):
    """Returns the answer and its headers; tries again with growing pauses, unless the answer is that it cannot be."""
    request = urllib.request.Request(url, data=body, headers=headers or {}, method=method)
    for attempt in range(attempts):
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return response.read(), response.headers
        except OSError as error:
            refused = isinstance(error, urllib.error.HTTPError) and error.code in (400, 401, 403, 404, 405, 409)
            if refused or attempt == attempts - 1:
                raise
            time.sleep(2**attempt)


def server_metadata():
    """What Terraform wrote to this server: the role, the bundle and the secrets' references."""
    document = json.loads(read(METADATA)[0])
    return {**document.get("meta", {}), "name": document["name"]}


class Session:
    def __init__(self, path=CLOUDS):
        with open(path, encoding="utf-8") as file:
            clouds = yaml.safe_load(file)["clouds"]
        cloud = clouds.get("openstack") or next(iter(clouds.values()))
        auth = cloud["auth"]
        self.region = cloud.get("region_name")
        self.interface = cloud.get("interface", "public")
        credential = {"id": auth["application_credential_id"], "secret": auth["application_credential_secret"]}
        identity = {"methods": ["application_credential"], "application_credential": credential}
        body = json.dumps({"auth": {"identity": identity}}).encode()
        url = auth["auth_url"].rstrip("/")
        if not url.endswith("/v3"):
            url += "/v3"
        answer, headers = read(url + "/auth/tokens", {"Content-Type": "application/json"}, body)
        self.token = headers["X-Subject-Token"]
        self.catalog = json.loads(answer)["token"]["catalog"]

    def endpoint(self, service):
        for entry in self.catalog:
            if entry["type"] == service:
                for endpoint in entry["endpoints"]:
                    if endpoint["interface"] == self.interface and self.region in (None, endpoint["region"]):
                        return endpoint["url"].rstrip("/")
        raise LookupError(f"the cloud has no {self.interface} endpoint for {service} in region {self.region}")

    def get(self, url, accept="*/*"):
        return read(url, {"X-Auth-Token": self.token, "Accept": accept})[0]

    def get_object(self, name):
        """`name` is container/object."""
        return self.get(self.endpoint("object-store") + "/" + name)

    def put_object(self, name, content):
        headers = {"X-Auth-Token": self.token, "Content-Type": "application/json"}
        read(self.endpoint("object-store") + "/" + name, headers, content, method="PUT")

    def secret_by_reference(self, reference):
        """The bytes that Barbican made, as hexadecimal digits."""
        # The reference names Barbican as Terraform saw it; only its last part is the secret's own.
        url = f"{self.barbican()}/secrets/{reference.rstrip('/').rsplit('/', 1)[1]}"
        return self.get(url + "/payload", "application/octet-stream").hex()

    def secret_by_name(self, name):
        """The text that the operator stored; of several with that name the newest."""
        query = f"name={urllib.parse.quote(name, safe='')}&sort=created:desc&limit=1"
        found = json.loads(self.get(f"{self.barbican()}/secrets?{query}"))["secrets"]
        if not found:
            raise LookupError(f"Barbican holds no secret named {name}")
        reference = found[0]["secret_ref"].rsplit("/", 1)[1]
        return self.get(f"{self.barbican()}/secrets/{reference}/payload", "text/plain").decode().strip()

    def barbican(self):
        url = self.endpoint("key-manager")
        return url if url.endswith("/v1") else url + "/v1"
