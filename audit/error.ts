import { TransportError } from "../transport/error";

/** The host could not be audited: nothing can be said about it, neither good nor bad. */
export class AuditError extends Error {
    override readonly name = "AuditError";
}

/** What went wrong on the way to the host, as an error of the audit; any other error as it is. */
export function asAuditError(error: unknown): unknown {
    return error instanceof TransportError
        ? new AuditError(`audit: ${error.message}`, { cause: error })
        : error;
}
