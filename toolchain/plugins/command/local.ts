/** Runs a command on this machine. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { Readable } from "node:stream";
import { status } from "@grpc/grpc-js";
import { ProviderError } from "../lib/errors";
import type { ResourceContext } from "../lib/resource";
import { quote, signalName, systemError, systemErrorCode } from "./go";
import { Output } from "./output";
import { killGroup } from "./processes";
import type { RunResult } from "./resource";
import type { LocalArguments } from "./types";
import { reasonOf } from "../../../text/reason";

const shell = ["/bin/sh", "-c"];
const nothing = Readable.from([]);

/**
 * Runs a command to its end.
 * @throws Error with the exit status, the command and all its output when the command does not succeed.
 */
export async function runLocal(
    ctx: ResourceContext<unknown>,
    command: string,
    args: LocalArguments,
): Promise<RunResult> {
    const output = new Output(ctx, args.logging);
    const failed = (reason: string, code = status.UNKNOWN): ProviderError =>
        new ProviderError(code, `${reason}: running ${quote(command)}:\n${output.transcript()}`);

    if (ctx.signal.aborted) {
        const reason = abortReason(ctx.signal);
        throw failed(reason, reason === "context canceled" ? status.CANCELLED : status.DEADLINE_EXCEEDED);
    }
    let child: ChildProcess;
    try {
        child = await start(command, args);
    } catch (error) {
        throw failed(reasonOf(error));
    }
    const ended = wait(child);
    const kill = (): void => {
        killGroup(child);
    };
    ctx.signal.addEventListener("abort", kill, { once: true });
    try {
        feed(child, args.stdin);
        await Promise.all([
            output.collect("stdout", child.stdout ?? nothing),
            output.collect("stderr", child.stderr ?? nothing),
        ]);
        await output.end();
        const failure = await ended;
        if (failure !== undefined) {
            throw failed(failure);
        }
    } finally {
        ctx.signal.removeEventListener("abort", kill);
    }
    return output.result();
}

function abortReason(signal: AbortSignal): string {
    return signal.reason instanceof Error ? signal.reason.message : "context canceled";
}

/** Starts the process; its errors carry the texts of Go's os/exec. */
async function start(command: string, args: LocalArguments): Promise<ChildProcess> {
    const [program = "", ...rest] = args.interpreter?.length ? args.interpreter : shell;
    const env = environment(args);
    if (Object.entries(env).some(([key, value]) => `${key}${value ?? ""}`.includes("\0"))) {
        throw new Error("exec: environment variable contains NUL");
    }
    const file = program.includes("/") ? program : lookUp(program);
    const cwd = args.dir ?? process.cwd();
    checkDirectory(cwd);
    if ([file, ...rest, command].some((argument) => argument.includes("\0"))) {
        throw new Error(`fork/exec ${file}: invalid argument`);
    }
    try {
        const child = spawn(path.resolve(cwd, file), [...rest, command], {
            argv0: program,
            cwd,
            env,
            // The command gets a process group of its own, so that all processes that it starts can be ended with it.
            detached: true,
            stdio: [args.stdin ? "pipe" : "ignore", "pipe", "pipe"],
        });
        await once(child, "spawn");
        return child;
    } catch (error) {
        throw new Error(`fork/exec ${file}: ${systemError(error)}`, { cause: error });
    }
}

function environment(args: LocalArguments): NodeJS.ProcessEnv {
    const env: NodeJS.ProcessEnv = { ...process.env, ...args.environment };
    if (args.addPreviousOutputInEnv !== false) {
        if (args.stdout !== "") {
            env["PULUMI_COMMAND_STDOUT"] = args.stdout;
        }
        if (args.stderr !== "") {
            env["PULUMI_COMMAND_STDERR"] = args.stderr;
        }
    }
    return env;
}

/** Finds a program on this process's PATH (not on the command's: so does Go). */
function lookUp(program: string): string {
    for (const directory of (process.env["PATH"] ?? "").split(":")) {
        const candidate = path.join(directory === "" ? "." : directory, program);
        if (isExecutable(candidate)) {
            return candidate;
        }
    }
    throw new Error(`exec: ${quote(program)}: executable file not found in $PATH`);
}

function isExecutable(file: string): boolean {
    try {
        fs.accessSync(file, fs.constants.X_OK);
        return !fs.statSync(file).isDirectory();
    } catch {
        return false;
    }
}

function checkDirectory(directory: string): void {
    try {
        fs.statSync(directory);
    } catch (error) {
        throw new Error(`chdir ${directory}: ${systemError(error)}`, { cause: error });
    }
}

/** Writes the standard input; a command need not read it. */
function feed(child: ChildProcess, stdin: string | undefined): void {
    child.stdin?.on("error", (error) => {
        if (systemErrorCode(error) !== "EPIPE") {
            child.stdin?.destroy();
        }
    });
    child.stdin?.end(stdin ?? "");
}

/** Resolves when the process has ended and its output is closed: to the reason why it failed, if it did. */
async function wait(child: ChildProcess): Promise<string | undefined> {
    const ended: unknown[] = await once(child, "close");
    const [code, signal] = ended;
    if (typeof signal === "string") {
        return `signal: ${signalName(signal)}`;
    }
    return code === 0 ? undefined : `exit status ${String(code)}`;
}
