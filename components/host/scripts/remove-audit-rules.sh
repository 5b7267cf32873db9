#!/bin/sh
# Takes away what load-audit-rules.sh put on the host, from the kernel too. auditd stays installed.
set -eu
. "$(dirname "$0")/common.sh"

kept=$state_folder/audit-rules
[ -e "$kept/ours" ] || exit 0

rm -f /etc/audit/rules.d/90-portcullis-docker.rules /etc/tmpfiles.d/portcullis-audit.conf
if audit_locked; then
    say "the host's audit rules are locked until it boots again (-e 2): ours are gone after the next boot"
else
    augenrules --load >/dev/null 2>&1 || fail "the host's other audit rules were not loaded: run 'augenrules --load' on the host, and mend what it says"
fi
rm -rf "$kept"
rmdir "$state_folder" 2>/dev/null || true
