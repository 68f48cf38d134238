"""Serves moto on a free port of 127.0.0.1, prints that port on one line, and ends when standard input closes.

Whoever started it holds the other end of standard input, so it never outlives them, however they end.
"""

import logging
import os
import sys
import threading

from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server


def exit_with_parent() -> None:
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True)
threading.Thread(target=exit_with_parent, daemon=True).start()
print(server.port, flush=True)
server.serve_forever()
