"""Runs a console command again and again, each time in a fork of this process: importing it takes seconds.

    run_commands.py MODULE:FUNCTION [IMPORT...]

Reads a JSON array of arguments a line, writes {"status", "stdout", "stderr"} a line. A command has A2O_COMMAND_SECONDS
(600 unless set).
"""

import importlib
import json
import os
import signal
import sys
import tempfile

SECONDS = int(os.environ.get("A2O_COMMAND_SECONDS", "600"))


def run(main, arguments):
    with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        child = os.fork()
        if child == 0:
            signal.alarm(SECONDS)
            os.dup2(stdout.fileno(), 1)
            os.dup2(stderr.fileno(), 2)
            sys.argv = arguments
            sys.exit(main())
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        return {"status": status, "stdout": read(stdout), "stderr": read(stderr)}


def read(file):
    file.seek(0)
    return file.read().decode(errors="replace")


module, function = sys.argv[1].split(":")
for name in sys.argv[2:]:
    importlib.import_module(name)
command = getattr(importlib.import_module(module), function)
for line in sys.stdin:
    print(json.dumps(run(command, json.loads(line))), flush=True)
