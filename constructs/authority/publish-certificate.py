"""Puts the authority's certificate, which is not a secret, where people get it: publish-certificate.py FILE.

It becomes machines/<name>.pem beside this machine's report, the only place where a machine may write.
"""
import pathlib
import sys

from openstack_session import Session, server_metadata

metadata = server_metadata()
container = metadata["a2o_bundle"].split("/")[0]
Session().put_object(f"{container}/machines/{metadata['name']}.pem", pathlib.Path(sys.argv[1]).read_bytes())
