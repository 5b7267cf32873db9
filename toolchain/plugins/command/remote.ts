/** Runs a command on another machine, over SSH. */
import { once } from "node:events";
import type { Client, ClientChannel } from "ssh2";
import type { ResourceContext } from "../lib/resource";
import { quote } from "./go";
import { Output } from "./output";
import type { RunResult } from "./resource";
import { cancelled, dial } from "./ssh/dial";
import { SessionChannel } from "./ssh/internals";
import type { RemoteArguments } from "./types";

/**
 * Runs a command to its end, also where the engine cancels meanwhile: so does the official plugin. No process of the
 * host is ever signalled: from here, nothing tells for certain which of them are the command's, and a command that is
 * ended half way leaves the host half changed.
 * @throws Error with the exit status, the command and all its output when the command does not succeed.
 */
export async function runRemote(
    ctx: ResourceContext<unknown>,
    command: string,
    args: RemoteArguments,
): Promise<RunResult> {
    const client = await dial(ctx, args.connection);
    // A connection that breaks ends the session, and the session's end tells of the break.
    client.on("error", () => undefined);
    const output = new Output(ctx, args.logging);
    try {
        if (ctx.signal.aborted) {
            throw cancelled(ctx.signal);
        }
        const session = new SessionChannel(client);
        const running = await open(ctx, client, session, command, args);
        const failure = await run(running, output, args.stdin);
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
    /** The server's words on the command's end: status, signal, core dump, description. */
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
async function run(running: Running, output: Output, stdin: string | undefined): Promise<string | undefined> {
    const { channel, closed } = running;
    channel.on("error", () => undefined);
    channel.end(stdin ?? "");
    await Promise.all([output.collect("stdout", channel), output.collect("stderr", channel.stderr)]);
    await closed;
    await output.end();
    // The official plugin fails with these words when the command has ended before all of its input could be sent.
    return exitError(running.exit) ?? (channel.writableFinished ? undefined : "EOF");
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
