import { TransportError } from "../transport/error";

/** The host could not be audited: nothing can be said about it, neither good nor bad. */
export class AuditError extends Error {
    override readonly name = "AuditError";
}

/** Turns an error of the connection to the host into an error of the audit; any other error stays as it is. */
export function asAuditError(error: unknown): unknown {
    return error instanceof TransportError
        ? new AuditError(`audit: ${error.message}`, { cause: error })
        : error;
}
