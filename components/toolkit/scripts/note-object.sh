#!/bin/sh
# Notes an object of the engine that Pulumi's Docker provider made, so that its loss is seen.
# Usage: note-object.sh KIND NAME       KIND as in evidence.sh, e.g. network
set -eu
. "$(dirname "$0")/common.sh"

made "$1" "$2"
