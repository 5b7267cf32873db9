#!/bin/sh
# Notes an image or a network of the engine that Pulumi's Docker provider made, so that its loss is seen.
# Usage: note-object.sh image|network NAME
set -eu
. "$(dirname "$0")/common.sh"

made "$1" "$2"
