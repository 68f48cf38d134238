"""Runs one of Swift's programs with a swift.conf of ours: serve.py SWIFT-CONF PROGRAM ARGUMENT...

Swift reads /etc/swift/swift.conf, by a name that nothing sets.
"""
import runpy
import sys

import swift.common.utils

swift.common.utils.SWIFT_CONF_FILE, *sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
