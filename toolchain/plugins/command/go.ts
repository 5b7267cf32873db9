/** Go's wording of things: the official plugin's errors carry these texts. */
import { getSystemErrorMessage } from "node:util";
import { reasonOf } from "../../../text/reason";

const escapes: Record<string, string> = {
    "\x07": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
    "\\": "\\\\",
    '"': '\\"',
};
const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

/** A string as Go's %q writes it. */
export function quote(text: string): string {
    return `"${Array.from(text, quoteCharacter).join("")}"`;
}

function quoteCharacter(character: string): string {
    const escape = escapes[character];
    if (escape !== undefined) {
        return escape;
    }
    if (printable.test(character)) {
        return character;
    }
    const hex = (character.codePointAt(0) ?? 0).toString(16);
    if (hex.length <= 2 && character < "\x80") {
        return `\\x${hex.padStart(2, "0")}`;
    }
    return hex.length <= 4 ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}

/** Go's text for a system error: `no such file or directory`, `argument list too long` … */
export function systemError(error: unknown): string {
    if (error instanceof Error && "errno" in error && typeof error.errno === "number") {
        return getSystemErrorMessage(error.errno);
    }
    return reasonOf(error);
}

/** The error code of a system call that failed, such as ENOENT. */
export function systemErrorCode(error: unknown): string | undefined {
    return error instanceof Error && "code" in error && typeof error.code === "string"
        ? error.code
        : undefined;
}

const signals: Record<string, string> = {
    SIGHUP: "hangup",
    SIGINT: "interrupt",
    SIGQUIT: "quit",
    SIGILL: "illegal instruction",
    SIGTRAP: "trace/breakpoint trap",
    SIGABRT: "aborted",
    SIGBUS: "bus error",
    SIGFPE: "floating point exception",
    SIGKILL: "killed",
    SIGUSR1: "user defined signal 1",
    SIGSEGV: "segmentation fault",
    SIGUSR2: "user defined signal 2",
    SIGPIPE: "broken pipe",
    SIGALRM: "alarm clock",
    SIGTERM: "terminated",
};

/** Go's text for a signal. */
export function signalName(signal: string): string {
    return signals[signal] ?? signal;
}
