# shellcheck shell=sh
# Puts our scripts on the host. Rendered by components/toolkit/scripts.ts, and sent to `sh -s` on the host.
# Nothing is done before the last line has come, so that a connection that is cut changes nothing.
main() {
    set -eu
    umask 022
    folder=@FOLDER@
    # The same lock as in run.sh: no script is replaced while it runs.
    lock=/run/portcullis.lock
    while :; do
        exec 8>>"$lock"
        flock -n 8 || {
            echo 'portcullis: waiting for a script that still runs on this host from before' >&2
            flock -w 1800 8 || {
                echo "portcullis: a script of $folder still runs on the host after half an hour, and nothing else was begun: look at it there with 'ps', and run the same command again when it has ended" >&2
                exit 1
            }
        }
        [ "$(stat -L -c %i "/proc/$$/fd/8")" != "$(stat -c %i "$lock" 2>/dev/null)" ] || break
    done
    new="$folder.new"
    rm -rf "$new"
    mkdir -p "$new"
@FILES@
    chmod 0755 "$new"/*.sh
    rm -rf "$folder"
    mv "$new" "$folder"
    (umask 077 && mkdir -p /var/lib/portcullis && printf '%s\n' '@GENERATION@ @DIGEST@' >/var/lib/portcullis/toolkit)
}
main
