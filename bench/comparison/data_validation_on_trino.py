"""data-validation with the backend for Trino of the Ibis that it is built on."""

import ibis
from data_validation import clients
from data_validation.__main__ import main

clients.CLIENT_LOOKUP["Trino"] = ibis.trino.connect

__all__ = ["main"]
