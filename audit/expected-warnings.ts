/** The WARNs that every stack may have, and why: the default of `portcullis:audit.allowedWarnings`. */
import type { CheckResult } from "./model";

/**
 * Why a WARN is allowed; undefined: it is not.
 * @param item what it is about; undefined where it is about the host or its engine as a whole
 */
export type Expected = (check: CheckResult, item: string | undefined) => string | undefined;

/** Nothing is expected. */
export const nothingExpected: Expected = () => undefined;

/** A WARN that follows from what the stack is. */
interface ExpectedWarning {
    readonly reason: string;
    /** Whether it is expected of an item, whose container's name begins with the stack's (`NAME-`); default: of all. */
    readonly isAbout?: (item: string, prefix: string) => boolean;
}

/**
 * WARNs that follow from what the stack is, by check. What a setting can mend and Docker Bench's score counts is not
 * among them: a stack without its authorization plugin (2.12) or its audit rules says so itself.
 */
const ofTheStack: Readonly<Record<string, ExpectedWarning>> = {
    "2.13": {
        reason: "logs are kept on the host, and rotated; portcullis:engine.logDriver journald lets the journal be sent on",
    },
    "4.5": {
        reason: "images are pulled by digest; the variable DOCKER_CONTENT_TRUST says nothing of what clients do, and Docker's notary closes",
    },
    "5.9": {
        reason: "the registry is there to be reached; it is published on one address only, with TLS and a login",
        isAbout: (item, prefix) => item.startsWith(`${prefix}registry:`),
    },
    "5.15": {
        reason: "the stack's services have to come back after a reboot of the host, so they are restarted without an end",
        isAbout: (item, prefix) => item.startsWith(prefix),
    },
};

/** The checks of `ofTheStack`, each with its reason. */
export const expectedReasons: Readonly<Record<string, string>> = Object.fromEntries(
    Object.entries(ofTheStack).map(([id, { reason }]) => [id, reason]),
);

/**
 * What is expected of a stack: what follows from its parts, on these parts only, and what its host stands in the way of.
 * @param name of the stack (`portcullis:name`), which its containers' names begin with
 */
export function expectedOfStack(name: string): Expected {
    return ({ id, hostLimit }, item) => {
        if (hostLimit !== undefined) {
            return hostLimit;
        }
        const expected = Object.hasOwn(ofTheStack, id) ? ofTheStack[id] : undefined;
        const isAbout = expected?.isAbout?.(item ?? "", `${name}-`) ?? true;
        return isAbout ? expected?.reason : undefined;
    };
}
