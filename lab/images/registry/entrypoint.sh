#!/bin/sh
# As in the official image: a configuration file as argument serves it, anything else is a command.
set -e
case ${1:-} in
    *.yaml | *.yml) set -- registry serve "$@" ;;
    serve | garbage-collect | help | -*) set -- registry "$@" ;;
esac
exec "$@"
