/** The WARNs that every stack may have, with the reasons: the default of `portcullis:audit.allowedWarnings`. */
import type { CheckResult } from "./model";

/**
 * The reason why a WARN is allowed; undefined: the WARN is not allowed.
 * @param item the subject of the WARN; undefined where the WARN is about the host or its engine as a whole
 */
export type Expected = (check: CheckResult, item: string | undefined) => string | undefined;

/** No WARN is expected. */
export const nothingExpected: Expected = () => undefined;

/** A WARN that follows from the nature of the stack. */
interface ExpectedWarning {
    readonly reason: string;
    /** The WARN is expected of items that begin with the stack's name, `-` and this text. @default of every item */
    readonly ownItem?: string;
}

/**
 * WARNs that follow from the nature of the stack, by check. A scored WARN that a setting can mend is not among them:
 * a stack without the authorization plugin (2.12) or the audit rules has to allow these WARNs itself.
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
        ownItem: "registry:",
    },
    "5.15": {
        reason: "the stack's services have to come back after a reboot of the host, so they are restarted without an end",
        ownItem: "",
    },
};

/**
 * The WARNs expected of a stack: those that follow from its parts, on these parts only, and those that its host causes.
 * @param name the stack's name (`portcullis:name`), with which its containers' names begin
 */
export function expectedOfStack(name: string): Expected {
    return ({ id, hostLimit }, item) => {
        if (hostLimit !== undefined) {
            return hostLimit;
        }
        const expected = Object.hasOwn(ofTheStack, id) ? ofTheStack[id] : undefined;
        const isAbout =
            expected?.ownItem === undefined || item?.startsWith(`${name}-${expected.ownItem}`) === true;
        return isAbout ? expected?.reason : undefined;
    };
}
