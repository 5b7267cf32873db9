/**
 * A host on which each SSH command has process 1 as its parent, as one has on a real host when its SSH session is gone:
 * the SSH server is process 1 of a process namespace, beside services that process 1 started too.
 */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import * as path from "node:path";
import * as readline from "node:readline";
import type { Readable, Writable } from "node:stream";
import { z } from "zod";
import type { Wire } from "../lib/driver";
import { SshServer } from "./ssh-server";

const repository = path.join(__dirname, "../../../..");
const helloSchema = z.object({ port: z.number(), user: z.string(), host: z.string() });
const statesSchema = z.array(z.enum(["running", "ended"]));

export class HostOfOne {
    private constructor(
        private readonly process: ChildProcessByStdio<Writable, Readable, null>,
        private readonly lines: AsyncIterator<string>,
        readonly connection: Wire,
    ) {}

    /** Starts it; this takes root, which `make test` has. */
    static async start(): Promise<HostOfOne> {
        const node = [process.execPath, "--import", "tsx", __filename];
        const child = spawn("unshare", ["--pid", "--fork", "--mount-proc", "--kill-child", ...node], {
            cwd: repository,
            stdio: ["pipe", "pipe", "inherit"],
        });
        const lines = readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]();
        const hello = helloSchema.parse(JSON.parse(await next(lines)));
        return new HostOfOne(child, lines, {
            host: "127.0.0.1",
            port: hello.port,
            user: "root",
            privateKey: hello.user,
            hostKey: hello.host,
            dialErrorLimit: 0,
            perDialTimeout: 5,
        });
    }

    /** How the services are. @param order what is done to them first: `look`, or `end one` */
    async services(order: "look" | "end one" = "look"): Promise<string[]> {
        this.process.stdin.write(`${order}\n`);
        return statesSchema.parse(JSON.parse(await next(this.lines)));
    }

    /** Ends process 1, and with it the whole namespace. */
    async stop(): Promise<void> {
        const ended = new Promise((resolve) => this.process.once("exit", resolve));
        this.process.stdin.end();
        await ended;
    }
}

async function next(lines: AsyncIterator<string>): Promise<string> {
    const line = await lines.next();
    if (line.done === true) {
        throw new Error("the host of one has ended: is this run as root?");
    }
    return line.value;
}

/** Process 1 itself. */
async function serve(): Promise<void> {
    if (process.pid !== 1) {
        throw new Error("this has to be process 1 of its namespace");
    }
    const services = [1, 2, 3].map(() => spawn("sleep", ["600"], { detached: true, stdio: "ignore" }));
    const server = new SshServer();
    const port = await server.listen();
    const hello = { port, user: server.userKey.private, host: server.hostKey.public };
    process.stdout.write(`${JSON.stringify(hello)}\n`);
    for await (const order of readline.createInterface({ input: process.stdin })) {
        if (order === "end one") {
            const [first] = services;
            const ended = new Promise((resolve) => first?.once("exit", resolve));
            first?.kill("SIGKILL");
            await ended;
        }
        const states = services.map(({ exitCode, signalCode }) =>
            exitCode === null && signalCode === null ? "running" : "ended",
        );
        process.stdout.write(`${JSON.stringify(states)}\n`);
    }
    process.exit(0);
}

if (require.main === module) {
    void serve();
}
