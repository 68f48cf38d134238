"""Applies the registration manifest to Trino: schemas first, then tables, then views.

The idempotency key of what succeeded is written to a journal, so that a run that was stopped continues, and a later
manifest repeats only what it changed. Exits with 1 when anything failed, having tried everything.
"""
import base64
import hashlib
import json
import os
import pathlib
import ssl
import sys
import time
import urllib.error
import urllib.request

JOURNAL = pathlib.Path("/var/lib/aws2openstack/registration/journal.ndjson")
PHASES = ("schema", "table", "view")


class Trino:
    def __init__(self, url, password):
        self.url = url
        self.basic = "Basic " + base64.b64encode(f"admin:{password}".encode()).decode()
        # The coordinator's own certificate, until the operator installs one that can be checked.
        self.tls = ssl.create_default_context()
        authority = os.environ.get("TRINO_CA_FILE")
        if authority:
            self.tls.load_verify_locations(authority)
        else:
            self.tls.check_hostname, self.tls.verify_mode = False, ssl.CERT_NONE

    def run(self, sql):
        headers = {"Authorization": self.basic, "X-Trino-User": "admin", "X-Trino-Source": "aws2openstack"}
        answer = self.ask(urllib.request.Request(self.url + "/v1/statement", sql.encode(), headers))
        while True:
            if "error" in answer:
                raise RuntimeError(answer["error"]["message"])
            if "stats" not in answer:
                raise RuntimeError(f"{self.url} does not answer as Trino does")
            if "nextUri" not in answer:
                return
            answer = self.ask(urllib.request.Request(answer["nextUri"], headers=headers))

    def ask(self, request):
        for attempt in range(8):
            try:
                with urllib.request.urlopen(request, timeout=300, context=self.tls) as response:
                    answer = json.load(response)
                    return answer if isinstance(answer, dict) else {}
            except ValueError:
                return {}
            except urllib.error.HTTPError as error:
                # Trino asks to be asked again with these.
                if error.code not in (429, 502, 503, 504) or attempt == 7:
                    raise
                time.sleep(2**attempt / 4)


def fetch(session, location):
    manifest = json.loads(session.get_object(location + "/manifest.json"))
    entries = []
    for catalog in sorted(manifest["catalogs"]):
        file = manifest["catalogs"][catalog]
        content = session.get_object(f"{location}/{file['file']}")
        if hashlib.sha256(content).hexdigest() != file["sha256"]:
            sys.exit(f"{file['file']} is not the file that manifest.json describes; it may be changing: try again")
        entries += [json.loads(line) for line in content.splitlines()]
    return entries


def main():
    from openstack_session import Session

    trino = Trino(os.environ["TRINO_URL"], os.environ["TRINO_ADMIN_PASSWORD"])
    sys.exit(1 if apply(fetch(Session(), os.environ["A2O_MANIFEST"]), trino, JOURNAL) else 0)


def apply(entries, trino, journal):
    """Returns how many of the entries failed."""
    done = set(journal.read_text().split()) if journal.exists() else set()
    failed = 0
    with journal.open("a") as log:
        for phase in PHASES:
            todo = [e for e in entries if e["phase"] == phase and e["idempotencyKey"] not in done]
            errors = attempt(todo, trino, log)
            # A view may read one of another catalog's: again, as long as that helps.
            while phase == "view" and 0 < len(errors) < len(todo):
                todo = [e for e in todo if e["key"] in errors]
                errors = attempt(todo, trino, log)
            for key, error in errors.items():
                print(json.dumps({"key": key, "error": error}), file=sys.stderr)
            failed += len(errors)
    print(json.dumps({"entries": len(entries), "failed": failed}))
    return failed


def attempt(entries, trino, log):
    """Returns the errors by key."""
    errors = {}
    for entry in entries:
        try:
            for sql in entry["statements"]:
                trino.run(sql)
            log.write(entry["idempotencyKey"] + "\n")
            log.flush()
        except (RuntimeError, OSError) as error:
            errors[entry["key"]] = str(error)
    return errors


if __name__ == "__main__":
    main()
