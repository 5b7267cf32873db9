#!/bin/sh
# Does what people do every day, as the user dev, who is in the group docker, each in a project folder of its own:
#   run.sh FOLDER all|short     prints a line for each: name, exit code, standard output and standard error in base64
# A file NAME.case has commands, then the files of the project, each after a line `--- FILE`. `dc` is Docker Compose.
set -eu

folder=$1 form=$2
projects=/srv/projects

getent passwd dev >/dev/null || useradd --create-home --groups docker --shell /bin/sh dev

# unpack CASE: makes the project's folder anew.
unpack() {
    rm -rf "${projects:?}/$1"
    mkdir -p "$projects/$1"
    awk -v at="$projects/$1" 'BEGIN { file = at "/.commands" } /^--- / { file = at "/" $2; next } { print >file }' "$folder/$1.case"
    chown -R dev:dev "$projects/$1"
}

# clear: what a case left in the engine; the images stay.
clear() {
    {
        docker ps -aq | xargs -r docker rm -fv
        docker volume ls -q | xargs -r docker volume rm -f
        docker network ls -q --filter type=custom | xargs -r docker network rm
    } >/dev/null 2>&1
}

# commands NAME: the case's script.
commands() {
    printf 'set -e\ncd %s/%s\ndc() { docker-compose --ansi never "$@"; }\n' "$projects" "$1"
    cat "$projects/$1/.commands"
}

clear
for file in "$folder"/*.case; do
    name=$(basename "$file" .case)
    if [ "$form" = short ] && ! grep -qx '# short' "$file"; then
        continue
    fi
    unpack "$name"
    commands "$name" >/root/case.sh
    chmod 0644 /root/case.sh
    code=0
    setpriv --reuid dev --regid dev --init-groups env -i HOME=/home/dev PATH="$PATH" sh -s \
        </root/case.sh >/root/case.out 2>/root/case.err || code=$?
    printf '%s\t%s\t%s\t%s\n' "$name" "$code" "$(base64 -w 0 /root/case.out)" "$(tail -c 3000 /root/case.err | base64 -w 0)"
    clear
done
