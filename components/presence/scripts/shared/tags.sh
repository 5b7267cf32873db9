#!/bin/sh
# --- tags: what a reference names now, by its registry ------------------------------------------------------------------

# The references whose tags are followed, as lines `REFERENCE LOGIN`: LOGIN is a value of X-Registry-Auth, or nothing. The look
# has some; a step, which has just asked for its own one, has none.
followed=''

# tag_digest REFERENCE LOGIN [SECONDS]: the digest that a reference names now. The engine asks the registry, as for a pull, and
# fetches no layer. Where that fails, the words of the registry or of the engine, and 1.
tag_digest() (
    trap '' PIPE
    limit=${3:-${answer_seconds:-120}}
    ask=$(mktemp -d "${work:-/run}/portcullis-tag.XXXXXX")
    trap 'rm -rf "$ask"' EXIT
    mkfifo "$ask/request"
    timeout "$limit" docker system dial-stdio <"$ask/request" >"$ask/answer" 2>"$ask/log" &
    # The engine takes a question back whose asker hangs up, so this end stays open. HTTP/1.0: the answer comes in one piece.
    exec 5>"$ask/request"
    {
        printf 'GET /distribution/%s/json HTTP/1.0\r\n' "$1"
        [ -z "$2" ] || printf 'X-Registry-Auth: %s\r\n' "$2"
        printf '\r\n'
    } >&5 2>/dev/null
    ended=0
    wait "$!" || ended=$?
    answer=$(tr -d '\r' <"$ask/answer")
    words=
    case $answer in
    'HTTP/1.'?' 200 '*)
        digest=$(printf '%s\n' "$answer" | grep -o '"digest":"sha256:[0-9a-f]\{64\}"' | head -n 1 | cut -d '"' -f 4)
        if [ -n "$digest" ]; then
            printf '%s\n' "$digest"
            exit 0
        fi
        words="the answer names no digest"
        ;;
    'HTTP/1.'*) words=$(printf '%s\n' "$answer" | sed -n 's/^.*"message": *"\(.*\)"}.*$/\1/p' | sed 's/\\n/ /g; s/\\\(["\\/]\)/\1/g') ;;
    *) [ "$ended" != 124 ] || words="no answer within $limit s" ;;
    esac
    [ -n "$words" ] || words=$(printf 'the engine gives no answer: %s' "$(printf '%s' "$answer" | cat - "$ask/log" | head -n 1)")
    printf '%s\n' "$(printf '%s' "$words" | tr '\n\t' '  ')"
    exit 1
)

# tag_kept REFERENCE: what the receipts say that a reference named when a step pulled it.
tag_kept() {
    names tag | while read -r reference digest; do
        [ "$reference" != "$1" ] || printf '%s\n' "$digest"
    done
}

# answer_tag REFERENCE LOGIN: evidence of one reference. What the registry does not answer stays as it was, and is told as such.
answer_tag() {
    left=$((deadline - $(date +%s)))
    now=''
    if [ "$left" -le 0 ]; then
        printf 'unanswered %s\tno time was left, as other registries gave no answer\n' "$1"
    elif answered=$(tag_digest "$1" "$2" "$left"); then
        now=$answered
    else
        printf 'unanswered %s\t%s\n' "$1" "$answered"
    fi
    tag_kept "$1" | while read -r digest; do
        printf 'tag %s %s\t%s\n' "$1" "$digest" "${now:-$digest}"
    done
}

# tag_evidence: the digest that each followed reference names now; a reference that is followed no more stays as it was.
tag_evidence() {
    names tag | while read -r reference digest; do
        case "
$followed" in
        *"
$reference "*) ;;
        *) printf 'tag %s %s\t%s\n' "$reference" "$digest" "$digest" ;;
        esac
    done
    [ -n "$followed" ] || return 0
    # The time is for all of them.
    deadline=$(($(date +%s) + ${answer_seconds:-120}))
    asked=0
    printf '%s\n' "$followed" | {
        while read -r reference login; do
            answer_tag "$reference" "$login" &
            asked=$((asked + 1))
            [ "$((asked % 8))" != 0 ] || wait
        done
        wait
    }
}
