#!/bin/sh
# A place for your own: it is told what to switch, and whether to do it or to take it back. It may be called again.
set -eu
echo "$1: $A2O_CUTOVER_ACTION"
