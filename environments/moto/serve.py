"""Serves moto on a free port of 127.0.0.1.

Prints that port on one line and ends when standard input closes. The parent process holds the other end, so moto never
outlives it, however it ends. With `--record FILE` moto keeps running instead, and writes its process id and port into
FILE once it listens. A second one with the same FILE exits at once. With `--lambda URL`, Step Functions call Lambda
functions there, and moto itself for everything else.
"""

import fcntl
import json
import logging
import os
import sys
import threading

from botocore.config import Config
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server


def exit_with_parent() -> None:
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


def claim(record: str):
    """The lock lasts as long as the file is open."""
    file = open(f"{record}.lock", "w")  # noqa: SIM115
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(0)
    return file


def write_record(record: str, port: int) -> None:
    with open(f"{record}.tmp", "w") as file:
        json.dump({"pid": os.getpid(), "port": port}, file)
    os.replace(f"{record}.tmp", record)


def call_functions_at(url: str) -> None:
    """Only for Lambda: moto itself runs functions in Docker."""
    import boto3
    from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils

    def client_for(region, service, state_credentials=None):
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=url,
            aws_access_key_id="moto",
            aws_secret_access_key="moto",
            config=Config(parameter_validation=False, retries={"total_max_attempts": 1}),
        )

    lambda_eval_utils.boto_client_for = client_for


record = sys.argv[2] if sys.argv[1:2] == ["--record"] else None
if sys.argv[1:2] == ["--lambda"]:
    call_functions_at(sys.argv[2])
lock = claim(record) if record else None
logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True)
if record:
    write_record(record, server.port)
else:
    threading.Thread(target=exit_with_parent, daemon=True).start()
    print(server.port, flush=True)
server.serve_forever()
