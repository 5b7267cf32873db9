/** Errors and warnings in the form of the official plugin, which logs them; an error fails the operation. */
import type { ResourceContext } from "../lib/resource";
import { reasonOf } from "../../../text/reason";

/** An error with a summary of the failure and the detail of its cause. */
export class DiagnosticError extends Error {
    constructor(
        readonly summary: string,
        readonly detail: string,
        options?: ErrorOptions,
    ) {
        super(`${summary}: ${detail}`, options);
        this.name = "DiagnosticError";
    }
}

/** Runs a step; whatever it throws gets the summary. */
export function diagnosed<T>(summary: string, step: () => T): T {
    try {
        return step();
    } catch (error) {
        if (error instanceof DiagnosticError) {
            throw error;
        }
        throw new DiagnosticError(summary, reasonOf(error), {
            cause: error,
        });
    }
}

/** Shows a warning. */
export function warn(ctx: ResourceContext<unknown>, summary: string, detail: string): void {
    ctx.log("warning", `[WARNING] ${detail}: ${summary}`);
}

/** Shows an error, beside the failure of the operation. */
export function logError(ctx: ResourceContext<unknown>, error: unknown): void {
    if (error instanceof DiagnosticError) {
        ctx.log("error", `[ERROR] ${error.detail}: ${error.summary}`);
    }
}
