"""Runs one of Swift's programs with our own swift.conf: serve.py SWIFT-CONF PROGRAM ARGUMENT...

Swift reads /etc/swift/swift.conf, and no setting changes that path.
"""
import runpy
import sys

import swift.common.utils

swift.common.utils.SWIFT_CONF_FILE, *sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
