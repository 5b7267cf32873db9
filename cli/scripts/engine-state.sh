#!/bin/sh
# The state of the host's engine, by standard input of `sh -s` on the host. Changes nothing, but systemd starts an engine that
# waits for its first question.
# Prints `answers`; `silent` where an engine is installed, but gives no answer; or `none` where there is no engine.
set -eu
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH
unset DOCKER_HOST DOCKER_CONTEXT

# unit_program: the program that the engine's unit starts, wherever it lies.
unit_program() {
    systemctl show --property ExecStart docker.service 2>/dev/null | sed -n 's/^ExecStart={ path=\([^ ;]*\).*/\1/p' | head -n 1
}

if [ -n "$(timeout 60 docker version --format '{{.Server.Version}}' 2>/dev/null)" ]; then
    echo answers
elif command -v dockerd >/dev/null 2>&1 || [ -e /run/docker.pid ] || [ -x "$(unit_program)" ]; then
    echo silent
else
    echo none
fi
