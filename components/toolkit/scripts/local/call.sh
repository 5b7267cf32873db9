#!/bin/sh
# Runs a command on the host, over SSH.
# Usage: call.sh REMOTE-COMMAND       PORTCULLIS_SSH: the arguments of ssh, quoted for the shell
# Runs where Pulumi runs.
set -eu

command=$1
eval "set -- $PORTCULLIS_SSH"
exec ssh "$@" "$command" </dev/null
