"""Nova's compute service for each of the hosts in A2O_HOSTS, one process each; shared modules are loaded once."""
import os
import signal
import sys

from eventlet import patcher
from nova.cmd import compute

for host in os.environ["A2O_HOSTS"].split():
    if os.fork() == 0:
        compute.CONF.set_override("host", host)
        sys.exit(compute.main())
# Eventlet's own wait would poll a hundred times a second.
patcher.original("os").wait()
# When one ends, all end, so that `openstack.sh status` shows the failure.
os.killpg(0, signal.SIGTERM)
