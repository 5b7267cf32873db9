import { Writable } from "node:stream";
import { Command } from "commander";
import type { BesideOptions } from "../../../audit/docker-bench/beside";
import { compare } from "../../../audit/docker-bench/compare";
import type { AuditReport } from "../../../audit/model";
import type { Target } from "../../../transport/target";
import { registerAudit } from "../../../cli/audit";
import { dockerBenchReport } from "./sample";

/** What a command line came to. */
export interface Ran {
    readonly code: number | undefined;
    readonly stdout: string;
    readonly stderr: string;
    /** What the auditor was asked for; undefined where it was not. */
    readonly asked: { target: Target; options: BesideOptions } | undefined;
    readonly error: string;
}

class Sink extends Writable {
    text = "";

    override _write(chunk: Buffer, _encoding: string, done: () => void): void {
        this.text += chunk.toString();
        done();
    }
}

/**
 * Runs `portcullis audit` with these words.
 *
 * @param folder of the stacks' files
 * @param found what the auditor finds, or fails with
 * @param disagreed checks on which Docker Bench says something else
 */
export async function runAudit(
    folder: string,
    words: string,
    found: AuditReport | Error,
    disagreed: readonly string[] = [],
): Promise<Ran> {
    let asked: Ran["asked"];
    let code: number | undefined;
    const [stdout, stderr] = [new Sink(), new Sink()];
    const program = new Command("portcullis").exitOverride().configureOutput({ writeErr: () => undefined });
    registerAudit(program, {
        auditor: (target, options) => {
            asked = { target, options };
            if (found instanceof Error) {
                return Promise.reject(found);
            }
            const dockerBench = options.dockerBench && compare(found, dockerBenchReport(found, disagreed));
            return Promise.resolve({ report: found, dockerBench });
        },
        streams: { stdout, stderr },
        folder,
        exit: (status) => {
            code = status;
        },
    });
    let error = "";
    try {
        await program.parseAsync(["audit", ...words.split(" ")], { from: "user" });
    } catch (thrown) {
        error = thrown instanceof Error ? thrown.message : String(thrown);
    }
    return { code, stdout: stdout.text, stderr: stderr.text, asked, error };
}
