#!/bin/sh
# Asks the target what clients will ask, and writes nothing. A test that fails stops the cutover while there is a way back.
set -eu
curl --fail --silent --show-error --max-time 30 "$A2O_TRINO_URL/v1/info"
