/** Runs a command and takes its output; ends a command that takes too long or prints too much. */
import { spawn } from "node:child_process";
import { Readable, type Writable } from "node:stream";
import { reasonOf } from "../text/reason";
import { TransportError } from "./error";

/** The longest answer on standard output (bytes). */
const mostOutput = 64 * 1024 * 1024;
/** The number of characters of standard error that go into a message. */
const mostStderr = 2000;

export interface RunOptions {
    /** The command's purpose, for an error: `the facts of ssh://…`. */
    readonly what: string;
    /** Standard input: a text, or what comes piece by piece. @default empty */
    readonly input?: string | AsyncIterable<Uint8Array>;
    /** Ends the command. */
    readonly signal: AbortSignal;
}

/**
 * Standard output of a command.
 * @throws TransportError where the command cannot be started, ends with another code than 0, or is ended by the signal.
 */
export function run([program, ...args]: [string, ...string[]], options: RunOptions): Promise<string> {
    const { what, signal } = options;
    return new Promise((resolve, reject) => {
        const child = spawn(program, args, { stdio: "pipe" });
        const chunks: Buffer[] = [];
        let size = 0;
        let stderr = "";
        const fail = (problem: string): void => {
            child.kill("SIGKILL");
            reject(new TransportError(`${what}: ${problem}`));
        };
        const abort = (): void => {
            fail(reason(signal));
        };
        signal.addEventListener("abort", abort, { once: true });
        if (signal.aborted) {
            abort();
        }
        child.stdout.on("data", (chunk: Buffer) => {
            size += chunk.length;
            if (size > mostOutput) {
                fail(`more than ${mostOutput / 1024 / 1024} MiB came back; look at what answers there`);
                return;
            }
            chunks.push(chunk);
        });
        child.stderr.on("data", (chunk: Buffer) => {
            stderr = (stderr + chunk.toString()).slice(-mostStderr);
        });
        // A broken pipe only says that the command has ended; its exit code tells why.
        child.stdin.on("error", () => undefined);
        feed(child.stdin, options.input ?? "", fail);
        child.on("error", (error) => {
            fail(`${program} cannot be started: ${error.message}; install it`);
        });
        child.on("close", (code, killed) => {
            signal.removeEventListener("abort", abort);
            if (code === 0) {
                resolve(Buffer.concat(chunks).toString("utf8"));
                return;
            }
            const how = code === null ? `was ended by ${killed ?? "a signal"}` : `ended with code ${code}`;
            fail(`${program} ${how}: ${stderr.trim() === "" ? "it said nothing" : stderr.trim()}`);
        });
    });
}

/** Writes a command's standard input. @param fail takes why the input cannot be had */
function feed(
    stdin: Writable,
    input: string | AsyncIterable<Uint8Array>,
    fail: (problem: string) => void,
): void {
    if (typeof input === "string") {
        stdin.end(input);
        return;
    }
    const source = Readable.from(input, { objectMode: false });
    source.on("error", (error) => {
        fail(reasonOf(error));
    });
    // A command that has ended reads no more.
    stdin.on("close", () => {
        source.destroy();
    });
    source.pipe(stdin);
}

/** The reason for which a signal ended something. */
export function reason(signal: AbortSignal): string {
    const why: unknown = signal.reason;
    return why instanceof Error ? why.message : "the command was ended";
}
