"""Sets a catalog server up once it answers: apply-requests.py setup.json. Can be run again without harm."""
import json
import os
import string
import sys
import time
import urllib.parse
import urllib.request


def fill(value):
    """Puts the environment's values where a text names them."""
    if isinstance(value, str):
        return string.Template(value).substitute(os.environ)
    if isinstance(value, list):
        return [fill(item) for item in value]
    if isinstance(value, dict):
        return {key: fill(item) for key, item in value.items()}
    return value


def ask(url, headers, body=None, method=None):
    request = urllib.request.Request(url, data=body, headers=headers, method=method)
    with urllib.request.urlopen(request, timeout=30) as response:
        return response.read().decode()


def authorize(token):
    form = urllib.parse.urlencode(fill(token["form"])).encode()
    answer = ask(token["url"], {"Content-Type": "application/x-www-form-urlencoded"}, form)
    return {"Authorization": "Bearer " + json.loads(answer)["access_token"]}


def apply(setup):
    headers = {"Content-Type": "application/json"}
    if "token" in setup:
        headers.update(authorize(setup["token"]))
    for request in setup["requests"]:
        known = json.dumps(json.loads(ask(request["unless"]["url"], headers)), separators=(",", ":"))
        if request["unless"]["holds"] not in known:
            ask(request["url"], headers, json.dumps(fill(request["body"])).encode())
        elif "update" in request:
            update(request["update"]["url"], fill(request["body"]["catalog"]), headers)


def update(url, wanted, headers):
    """Adds what a catalog of Polaris lacks; what others added stays."""
    current = json.loads(ask(url, headers))
    properties, storage = current.get("properties", {}), current.get("storageConfigInfo", {})
    allowed = storage.get("allowedLocations", [])
    missing = [each for each in wanted["storageConfigInfo"]["allowedLocations"] if each not in allowed]
    if not missing and wanted["properties"].items() <= properties.items():
        return
    change = {
        "currentEntityVersion": current["entityVersion"],
        "properties": {**properties, **wanted["properties"]},
        "storageConfigInfo": {**storage, **wanted["storageConfigInfo"], "allowedLocations": allowed + missing},
    }
    ask(url, headers, json.dumps(change).encode(), "PUT")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        setup = json.load(file)
    for attempt in range(60):
        try:
            return apply(setup)
        except OSError as error:  # urllib's errors too: the server is still starting, or another machine was faster
            print(f"catalog is not ready (attempt {attempt + 1}): {error}", file=sys.stderr)
            time.sleep(5)
    sys.exit("the catalog could not be set up in 5 minutes")


if __name__ == "__main__":
    main()
