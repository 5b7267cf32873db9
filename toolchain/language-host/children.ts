/** Child processes of the language host: started with their output handed on, ended when the engine cancels. */
import { type ChildProcess, spawn } from "node:child_process";

/** The time that a child may take to end after SIGINT, and its output to close after the child's end (ms). */
const graceMs = 5000;

/** The end of a child process. */
export interface Ended {
    /** Exit code, or null when a signal ended it. */
    code: number | null;
    signal: NodeJS.Signals | null;
}

/** The command to start, and the receivers of its output. */
export interface Command {
    file: string;
    args: string[];
    cwd?: string;
    env: NodeJS.ProcessEnv;
    stdout: (chunk: Buffer) => void;
    stderr: (chunk: Buffer) => void;
    /** A signal that interrupts the child. */
    signal: AbortSignal;
}

/**
 * Runs a command to its end.
 * @returns the child's end, when all its output has been handed on
 * @throws Error when the command cannot be started
 */
export async function run(command: Command): Promise<Ended> {
    const child = spawn(command.file, command.args, {
        ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
        env: command.env,
        stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.on("data", command.stdout);
    child.stderr.on("data", command.stderr);
    const interrupt = () => {
        end(child);
    };
    command.signal.addEventListener("abort", interrupt, { once: true });
    try {
        return await ended(child, command.file);
    } finally {
        command.signal.removeEventListener("abort", interrupt);
    }
}

function ended(child: ChildProcess, file: string): Promise<Ended> {
    return new Promise((resolve, reject) => {
        child.once("error", (error) => {
            reject(new Error(`could not start ${file}: ${error.message}`));
        });
        child.once("close", (code, signal) => {
            resolve({ code, signal });
        });
        // A grandchild that keeps the output open must not hold up the answer for ever.
        child.once("exit", (code, signal) => {
            setTimeout(() => {
                resolve({ code, signal });
            }, graceMs).unref();
        });
    });
}

/** Asks the child to end, as Ctrl-C would, and kills it if it does not. */
function end(child: ChildProcess): void {
    child.kill("SIGINT");
    setTimeout(() => {
        if (child.exitCode === null && child.signalCode === null) {
            child.kill("SIGKILL");
        }
    }, graceMs).unref();
}
