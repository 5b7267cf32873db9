#!/bin/sh
# The lab's proof that user namespaces protect the host: root in a container may not delete a file of the host's root,
# while the same with --userns=host may, or is refused by our authorization plugin. Prints the facts as one JSON object;
# fails where the protection does not hold.
set -eu
. "$(dirname "$0")/common.sh"

image=portcullis/userns-proof
victim=/bin/touch.bak

work=$(mktemp -d)
cleanup() {
    rm -rf "$work"
    rm -f "$victim"
    docker image rm -f "$image" >/dev/null 2>&1 || true
}
trap cleanup EXIT
trap 'exit 1' HUP INT TERM

[ ! -e "$victim" ] || cmp -s "$victim" /bin/touch ||
    fail "$victim exists and is no copy of /bin/touch: move it away, and run again"

# An image of nothing but rm, cat and id of the host, with the libraries they need: nothing has to be downloaded.
for program in rm cat id; do
    file=$(command -v "$program")
    mkdir -p "$work/root/bin"
    cp -L "$file" "$work/root/bin/$program"
    ldd "$file" | grep -o '/[^ ]*' | while read -r library; do
        mkdir -p "$work/root$(dirname "$library")"
        cp -L "$library" "$work/root$library"
    done
done
mkdir -p "$work/root/etc"
echo 'root:x:0:0:root:/:/bin/false' >"$work/root/etc/passwd"
echo 'root:x:0:' >"$work/root/etc/group"
tar -C "$work/root" -c . | docker import - "$image" >/dev/null

inside() {
    program=$1
    shift
    docker run --rm --network none --entrypoint "$program" "$image" "$@"
}

attempt() {
    # The lab's own command: the host's /bin is mounted, and root in the container removes a file there.
    docker run --rm --network none "$@" -v /bin/:/host/ --entrypoint /bin/rm "$image" -f /host/touch.bak 2>&1
}

cp /bin/touch "$victim"
protected=yes
refusal=$(attempt) && protected=no
[ -e "$victim" ] || protected=no

[ -e "$victim" ] || cp /bin/touch "$victim"
without=
if words=$(attempt --userns=host); then
    [ -e "$victim" ] || without=deleted
else
    # Then the host's root does it, so that the file is known to be one that can be deleted.
    case $words in
    *'authorization denied by plugin portcullis-authorization: rule host-user-namespace: '*)
        rm -f "$victim" && [ ! -e "$victim" ] && without='refused by portcullis-authorization, rule host-user-namespace'
        ;;
    esac
fi

container_user=$(inside /bin/id)
host_uid=$(inside /bin/cat /proc/self/uid_map | awk '$1 == 0 { print $2; exit }')
engine_user=$(ps -o user= -p "$(pidof dockerd | awk '{ print $NF }')" | tr -d ' ')

[ "$protected" = yes ] ||
    fail "root in a container could delete a file of the host's root ($victim): user namespaces do not protect this host; see 'docker info' for userns"
case $refusal in
*'authorization denied by plugin'*) fail "an authorization plugin refused the attempt itself, so nothing is proved: have it allow a mount of /bin. $refusal" ;;
*rm:*touch.bak*) ;;
*) fail "the container did not come as far as to try, so nothing is proved: see 'journalctl -u docker' on the host. $refusal" ;;
esac
[ -n "$without" ] ||
    fail "the control failed: with --userns=host the file should have been deleted, so the proof proves nothing here; is /bin read-only or immutable? $words"
[ "${host_uid:-0}" -ge 1000 ] ||
    fail "a container's root is the host's uid ${host_uid:-unknown}, which is a user of the host"

made engine docker
printf '{"engineUser":%s,"containerUser":%s,"containerRootHostUid":%s,"deleteWithRemap":%s,"deleteWithUsernsHost":%s}\n' \
    "$(json_string "$engine_user")" "$(json_string "$container_user")" "$host_uid" "$(json_string "$refusal")" "$(json_string "$without")"
