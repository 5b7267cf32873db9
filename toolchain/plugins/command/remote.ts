/** Runs a command on another machine, over SSH. */
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Client, ClientChannel } from "ssh2";
import type { ResourceContext } from "../lib/resource";
import { quote } from "./go";
import { Output } from "./output";
import type { RunResult } from "./resource";
import { dial } from "./ssh/dial";
import { SessionChannel } from "./ssh/internals";
import type { RemoteArguments } from "./types";

/** After a cancellation a command has so long to clean up before it is killed (ms). */
const GRACE_MS = 5000;

/**
 * Runs a command to its end.
 * @throws Error with the exit status, the command and all its output when it does not succeed.
 */
export async function runRemote(
    ctx: ResourceContext<unknown>,
    command: string,
    args: RemoteArguments,
): Promise<RunResult> {
    const client = await dial(ctx, args.connection);
    // A connection that breaks ends the session, and shows there.
    client.on("error", () => undefined);
    const output = new Output(ctx, args.logging);
    try {
        const session = new SessionChannel(client);
        const running = await open(ctx, client, session, command, args);
        const failure = await run(ctx, client, running, session, output, args.stdin);
        if (failure !== undefined) {
            throw new Error(`${failure}: running ${quote(command)}:\n${output.transcript()}`);
        }
        return output.result();
    } finally {
        client.destroy();
    }
}

/** A command that was started. */
interface Running {
    channel: ClientChannel;
    /** What the server said of its end: status, signal, core dump, description. */
    exit: unknown[];
    closed: Promise<unknown>;
}

/** Opens the session, sets its environment, and starts the command. */
function open(
    ctx: ResourceContext<unknown>,
    client: Client,
    session: SessionChannel,
    command: string,
    args: RemoteArguments,
): Promise<Running> {
    return new Promise((resolve, reject) => {
        session.beforeExec(() => setEnvironment(ctx, session, args), reject);
        client.once("close", () => {
            reject(new Error(`EOF: running ${quote(command)}:\n`));
        });
        client.exec(command, (error, channel) => {
            if (error) {
                reject(
                    new Error(`ssh: command ${command} failed: running ${quote(command)}:\n`, {
                        cause: error,
                    }),
                );
                return;
            }
            // A short command's end can be in the same packet as its start: listen before anything else runs.
            const running: Running = { channel, exit: [], closed: once(channel, "close") };
            channel.on("exit", (...reason: unknown[]) => {
                running.exit = reason;
            });
            resolve(running);
        });
    });
}

async function setEnvironment(
    ctx: ResourceContext<unknown>,
    session: SessionChannel,
    args: RemoteArguments,
): Promise<void> {
    for (const [name, value] of Object.entries(args.environment ?? {})) {
        if (!(await session.setEnvironment(name, value))) {
            ctx.log("error", refusedVariable(name));
            throw new Error(`could not set environment variable ${quote(name)}: ssh: setenv failed`);
        }
    }
    if (args.addPreviousOutputInEnv === false) {
        return;
    }
    const previous = [
        ["PULUMI_COMMAND_STDOUT", args.stdout],
        ["PULUMI_COMMAND_STDERR", args.stderr],
    ] as const;
    for (const [name, value] of previous) {
        if (value !== "" && !(await session.setEnvironment(name, value))) {
            ctx.log("warning", refusedVariable(name));
        }
    }
}

function refusedVariable(name: string): string {
    return (
        `Unable to set '${name}'. This only works if your SSH server is configured to accept\n` +
        "\tthese variables via AcceptEnv. Alternatively, if a Bash-like shell runs the command on the remote host, " +
        "you could\n\tprefix the command itself with the variables in the form 'VAR=value command'"
    );
}

/** Resolves when the command has ended: to the reason why it failed, if it did. */
async function run(
    ctx: ResourceContext<unknown>,
    client: Client,
    running: Running,
    session: SessionChannel,
    output: Output,
    stdin: string | undefined,
): Promise<string | undefined> {
    const { channel, closed } = running;
    const abort = (): void => {
        void endCommand(client, session, closed);
    };
    if (ctx.signal.aborted) {
        abort();
    }
    ctx.signal.addEventListener("abort", abort, { once: true });
    try {
        channel.on("error", () => undefined);
        channel.end(stdin ?? "");
        await Promise.all([output.collect("stdout", channel), output.collect("stderr", channel.stderr)]);
        await closed;
        await output.end();
    } finally {
        ctx.signal.removeEventListener("abort", abort);
    }
    // The official plugin fails so when the command has ended before all of its input could be sent.
    return exitError(running.exit) ?? (channel.writableFinished ? undefined : "EOF");
}

/** Has the command ended: asked first, then killed; at last the connection is dropped. */
async function endCommand(client: Client, session: SessionChannel, closed: Promise<unknown>): Promise<void> {
    for (const signal of ["TERM", "KILL"]) {
        // OpenSSH passes signals on, but not to a command of root.
        session.signal(signal);
        tryExec(client, signalSiblings(signal));
        await Promise.race([closed, sleep(GRACE_MS)]);
    }
    client.destroy();
}

/** Runs a command whose outcome does not matter, on a connection that may be broken. */
function tryExec(client: Client, command: string): void {
    try {
        client.exec(command, (error, channel) => {
            if (error === undefined) {
                channel.resume();
            }
        });
    } catch {
        client.destroy();
    }
}

/** A command that sends a signal to the process groups of the connection's other commands: they have its parent. */
function signalSiblings(signal: string): string {
    const script = `for entry in /proc/[0-9]*; do
    set -- $(sed "s/.*) //" "$entry/stat" 2>/dev/null)
    pid=\${entry#/proc/}
    if [ "$2" = "$PPID" ] && [ "$pid" != "$$" ]; then kill -s ${signal} -- "-$pid"; fi
done`;
    return `exec sh -c '${script}'`;
}

function exitError([code, signal, , description]: unknown[]): string | undefined {
    if (typeof signal === "string") {
        const name = signal.replace(/^SIG/, "");
        const reason =
            typeof description === "string" && description !== "" ? `. Reason was: ${description}` : "";
        return `Process exited with status ${String(signalStatus(name))} from signal ${name}${reason}`;
    }
    if (typeof code !== "number") {
        return "wait: remote command exited without exit status or exit signal";
    }
    return code === 0 ? undefined : `Process exited with status ${String(code)}`;
}

/** The status that a shell gives for a process ended by a signal. */
function signalStatus(name: string): number {
    const numbers: Record<string, number> = {
        ABRT: 6,
        ALRM: 14,
        FPE: 8,
        HUP: 1,
        ILL: 4,
        INT: 2,
        KILL: 9,
        PIPE: 13,
        QUIT: 3,
        SEGV: 11,
        TERM: 15,
    };
    return 128 + (numbers[name] ?? 0);
}
