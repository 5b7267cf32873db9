/** Commands that mend a difference. */
import { quote } from "shell-quote";

/**
 * The command that puts back all that the stack declared: the look at the host at the start of each `up` finds what was lost or
 * changed. A replacement would take the thing away first, and with it all that stands on it.
 */
export function upCommand(stack: string): string {
    return `./pulumiw up --stack ${quote([stack])}`;
}

/** The remedy of a thing that an `up` puts back. */
export function putBack(stack: string): string {
    return `put it back: ${upCommand(stack)}`;
}

/** The command that makes a resource anew which is as declared. */
export function replaceCommand(stack: string, resource: string): string {
    // A URN can have a $, which the shell would expand outside single quotes.
    return `${upCommand(stack)} --replace '${resource.replaceAll("'", String.raw`'\''`)}'`;
}

/** A remedy for something in the place of a declared thing: a person looks first, and nothing is lost. */
export function moveAway(path: string, stack: string): string {
    return `look at it, and move it away on the host: mv --backup=numbered ${quote([path])} /root/; then ${putBack(stack)}`;
}

/** A remedy for something that nobody declared: a person looks first. */
export function removeEntry(path: string, why: string): string {
    return `look at it, and remove it on the host (${why}): rm -r -- ${quote([path])}`;
}
