"""Runs a bundle's register.py with a folder in place of OpenStack's object store.

register_from_folder.py REGISTER.PY FOLDER: `container/path` is `path` in the folder, whatever the container.
"""

import pathlib
import runpy
import sys
import types

script, folder = sys.argv[1], pathlib.Path(sys.argv[2])


class Session:
    def get_object(self, location):
        return (folder / location.split("/", 1)[1]).read_bytes()


module = types.ModuleType("openstack_session")
module.Session = Session
sys.modules["openstack_session"] = module
runpy.run_path(script, run_name="__main__")
