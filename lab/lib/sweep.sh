# What a killed engine left: its processes, mounts, sockets and pid files. Sourced by lab/lab.
# shellcheck shell=sh

# engine_processes — pids of container programs with a word of their command line in this checkout's engine folder. A
# folder that only ends like it, below another checkout, is not this one.
engine_processes() {
    for _proc in /proc/[0-9]*; do
        _name=$(cat "$_proc/comm" 2>/dev/null) || continue
        case $_name in
            dockerd | containerd | containerd-shim* | docker-proxy) ;;
            *) continue ;;
        esac
        tr '\0' '\n' 2>/dev/null <"$_proc/cmdline" | sed 's|^--*[a-z-]*=||; s|^unix://||' |
            awk -v a="$ENGINE/" -v b="$ENGINE_BASE/" 'index($0, a) == 1 || index($0, b) == 1 { found = 1 } END { exit !found }' ||
            continue
        printf '%s\n' "${_proc#/proc/}"
    done
}

# control groups of the private engine's containers, those inside first
container_groups() {
    for _container in "$ENGINE"/data/containers/*; do
        [ -d "$_container" ] || continue
        for _group in /sys/fs/cgroup/docker /sys/fs/cgroup/*/docker; do
            find "$_group/$(basename "$_container")" -depth -type d 2>/dev/null || true
        done
    done
}

# Processes of containers whose shim is gone hang on to their mounts; they are found by their control group.
container_processes() {
    container_groups | while read -r _group; do cat "$_group/cgroup.procs" 2>/dev/null || true; done | sort -un
}

# end_processes LISTER [ARGUMENT…] — ends what LISTER lists: asks first, forces after 10 seconds
end_processes() {
    _tries=0
    _signal=TERM
    while [ -n "$("$@")" ]; do
        [ "$_tries" -lt 100 ] || _signal=KILL
        [ "$_tries" -lt 200 ] ||
            die "processes of a former run do not end: $("$@" | tr '\n' ' ')" "$RUN" "look why with ps, end them, then try again"
        if [ $((_tries % 20)) -eq 0 ] || [ "$_signal" = KILL ]; then
            "$@" | while read -r _pid; do kill "-$_signal" "$_pid" 2>/dev/null || true; done
        fi
        _tries=$((_tries + 1))
        sleep 0.1
    done
}

# mounts below the engine's folder, deepest first
engine_mounts() {
    awk -v a="$ENGINE/" -v b="$ENGINE_BASE/" \
        'index($2, a) == 1 || index($2, b) == 1 { print length($2) " " $2 }' /proc/self/mounts | sort -rn | cut -d' ' -f2-
}

unmount_engine() {
    engine_mounts | while read -r _mount; do
        # The kernel writes a blank in a mount point as \040.
        _mount=$(printf '%b' "$_mount")
        umount -l -- "$_mount" 2>/dev/null || true
    done
    [ -z "$(engine_mounts)" ] || die "a mount of a former run cannot be removed" "$(engine_mounts | head -n 1)" "unmount it, then try again"
}

# sweep_engine — after it nothing of a former private engine runs or is mounted; images, containers and volumes stay
sweep_engine() {
    end_processes engine_processes
    container_processes | while read -r _pid; do kill -KILL "$_pid" 2>/dev/null || true; done
    end_processes container_processes
    # A group that still has groups inside refuses the device rules of the container that is started in it again.
    container_groups | while read -r _group; do rmdir "$_group" 2>/dev/null || true; done
    unmount_engine
    rm -rf "$ENGINE/exec" "$ENGINE/docker.sock" "$ENGINE/docker.pid"
}
