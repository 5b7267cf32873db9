/** The scripts on the stack's host by which images are scanned. */
import { quote } from "shell-quote";
import type { ScanAccess } from "../../outputs/scan-access";
import { run } from "../../transport/run";
import { sealed } from "../../transport/seal";
import { commandOn, type Target } from "../../transport/target";
import { reasonOf } from "../../text/reason";

/** Runs a script of the stack's on its host. */
export type HostScripts = (call: ScriptCall) => Promise<string>;

/** A call of a script; what is secret goes by its input. */
export interface ScriptCall {
    /** `scan-once.sh` */
    readonly script: string;
    readonly words: readonly string[];
    /** Standard input: a text, which comes whole or not at all, or a stream that the script itself checks. @default nothing */
    readonly input?: string | AsyncIterable<Uint8Array>;
}

/** What a script said last, without what it said of its progress; undefined where it is not the script that failed. */
function lastWords(message: string): string | undefined {
    return message
        .split("\n")
        .map((line) => /^(?:.*: )?portcullis: (.+)$/.exec(line)?.[1])
        .filter((line) => line !== undefined)
        .at(-1);
}

/**
 * The scripts of a stack's host.
 *
 * @param timeoutSeconds how long one script may run; the script itself goes on then, and puts away what it brought
 * @throws Error in the script's own words, where it fails
 */
export function hostScripts(
    { owner, runner }: Pick<ScanAccess, "owner" | "runner">,
    target: Target,
    stack: string,
    timeoutSeconds: number,
): HostScripts {
    return async ({ script, words, input }) => {
        const kind = input === undefined ? "nothing" : typeof input === "string" ? "sealed" : "stream";
        const missing = `the scripts of the stack are not on the host; bring the stack up again: ./pulumiw up --stack ${stack}`;
        const line =
            `test -x ${quote([runner])} || { echo ${quote([`portcullis: ${missing}`])} >&2; exit 1; }; ` +
            `exec ${quote([runner, "--stack", owner, kind, script, ...words])}`;
        try {
            return await run(commandOn(target, line), {
                what: target.url,
                ...(input === undefined ? {} : { input: typeof input === "string" ? sealed(input) : input }),
                signal: AbortSignal.timeout(timeoutSeconds * 1000),
            });
        } catch (error) {
            throw new Error(lastWords(reasonOf(error)) ?? reasonOf(error), { cause: error });
        }
    };
}
