#!/bin/sh
# Loads the kernel audit rules of standard input, and keeps them for the next boot.
# Usage: load-audit-rules.sh required|where-possible|off
# Prints {"rules":20}, or {"rules":0,"reason":"…"} where there are none.
set -eu
. "$(dirname "$0")/common.sh"

mode=$1
kept=$state_folder/audit-rules
rules_file=/etc/audit/rules.d/90-portcullis-docker.rules
folder_file=/etc/tmpfiles.d/portcullis-audit.conf

none() {
    "$(dirname "$0")/remove-audit-rules.sh"
    printf '{"rules":0,"reason":%s}\n' "$(json_string "$1")"
    exit 0
}

wanted=$(cat)
[ -n "$wanted" ] || fail "no audit rules came on standard input; this is a defect of the program"
[ "$mode" != off ] || none "portcullis:engine.auditRules is off"
refusal=$(audit_refusal)
if [ -n "$refusal" ]; then
    [ "$mode" = where-possible ] || fail "audit rules cannot be loaded: $refusal"
    none "$refusal"
fi

# --- before the first change ---------------------------------------------------------------------------------------

# A rule for a path that is not there holds from when it is made; one in a folder that is not there, or for all that is
# in one, is an error.
rules=$(printf '%s\n' "$wanted" | while read -r rule; do
    path=${rule#* -F *=}
    path=${path%% *}
    folder=$path
    [ "${rule#* -F dir=}" != "$rule" ] || folder=$(dirname "$path")
    [ ! -d "$folder" ] || printf '%s\n' "$rule"
done)
count=$(printf '%s\n' "$rules" | wc -l)

# in_force: the kernel has them all. It lists a rule without system calls as a watch.
in_force() {
    have=$(auditctl -l)
    printf '%s\n' "$rules" | while read -r rule; do
        path=${rule#* -F *=}
        path=${path%% *}
        printf '%s\n' "$have" | grep -qE -- "(^-w |-F (path|dir)=)$path( |\$)" || exit 1
    done
}

[ -e "$rules_file" ] || audit_locked || case $(augenrules --check 2>&1) in
*"should be updated"*)
    fail "/etc/audit/audit.rules is not what /etc/audit/rules.d makes, so loading would replace it: move its rules into a file of that folder, or set portcullis:engine.auditRules to off"
    ;;
esac

# --- the change ----------------------------------------------------------------------------------------------------

mkdir -p "$kept" /etc/tmpfiles.d
: >"$kept/ours"
# At boot the rules are loaded before containerd has made its folder.
printf 'd /run/containerd 0711 root root -\n' >"$folder_file"
new=$kept/rules.new
printf '# Written by Portcullis; changes are lost.\n%s\n' "$rules" >"$new"
chmod 0640 "$new"
if ! cmp -s "$new" "$rules_file" || ! in_force; then
    mv -f "$new" "$rules_file"
    systemctl is-active --quiet auditd || systemctl enable --now auditd >&2 || say "auditd does not start: the kernel's own log has the records"
    if audit_locked; then
        in_force ||
            fail "the host's audit rules are locked until it boots again (-e 2): ours are in $rules_file; reboot the host, and run again"
    else
        if ! answer=$(augenrules --load 2>&1) || ! in_force; then
            "$(dirname "$0")/remove-audit-rules.sh" || true
            fail "the kernel did not take the audit rules; they are removed again. augenrules said: $(printf '%s' "$answer" | grep -iE 'error|line|unknown' | head -n 3 | tr '\n' ' ')"
        fi
    fi
fi
# Rules that are loaded are no records yet: somebody may have switched auditing off, and auditd switches it on.
audit_locked || auditctl -e 1 >/dev/null || fail "the kernel has the audit rules, but auditing cannot be switched on: see 'auditctl -s' on the host"
rm -f "$new"
chown root:root "$rules_file" "$folder_file"
chmod 0640 "$rules_file"
chmod 0644 "$folder_file"
made file "$rules_file"
made file "$folder_file"
made audit-rules kernel
printf '{"rules":%s}\n' "$count"
