/** HTTP over the standard input and output of `ssh … docker system dial-stdio`, one process for each connection. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import * as http from "node:http";
import { Duplex } from "node:stream";

/** sshd turns new clients away when many are logging in at once (MaxStartups); stay well below. */
const mostConnections = 8;
/** A connection that was not used for so long is closed (ms). */
const idleMs = 30_000;
/** The number of characters of ssh's standard error that go into an error message. */
const stderrLimit = 4000;

/** Gives every request a connection that is an ssh process. */
export class SshAgent extends http.Agent {
    /** @param command the command and its arguments. */
    constructor(private readonly command: readonly string[]) {
        const options: http.AgentOptions = { keepAlive: true, maxSockets: mostConnections, timeout: idleMs };
        super(options);
    }

    /** Called by node:http for a new connection. */
    override createConnection(): Duplex {
        return new SshSocket(this.command);
    }
}

/** One ssh process as a socket. */
class SshSocket extends Duplex {
    private readonly child: ChildProcessWithoutNullStreams;
    private stderr = "";
    private over = false;
    private idle: NodeJS.Timeout | undefined;

    constructor(private readonly command: readonly string[]) {
        super({ allowHalfOpen: false });
        const [executable = "ssh", ...args] = command;
        this.child = spawn(executable, args, { stdio: "pipe" });
        this.child.stderr.on("data", (chunk: Buffer) => {
            this.stderr = (this.stderr + chunk.toString()).slice(-stderrLimit);
        });
        this.child.stdout.on("data", (chunk: Buffer) => {
            if (!this.push(chunk)) {
                this.child.stdout.pause();
            }
        });
        // A broken pipe only says that ssh has ended; ssh's exit tells why.
        this.child.stdin.on("error", () => undefined);
        this.child.on("error", (error) => {
            this.destroy(
                new Error(`${executable} cannot be started: ${error.message}; install the OpenSSH client`),
            );
        });
        this.child.on("close", (code, signal) => {
            this.ended(code, signal);
        });
    }

    override _read(): void {
        this.child.stdout.resume();
    }

    override _write(
        chunk: unknown,
        encoding: BufferEncoding,
        callback: (error?: Error | null) => void,
    ): void {
        if (this.over) {
            callback(new Error(`\`${this.command.join(" ")}\` has ended: the host closed the connection`));
            return;
        }
        // When ssh ends meanwhile, its exit brings the error that says why.
        this.child.stdin.write(chunk, encoding, () => {
            callback();
        });
    }

    override _final(callback: (error?: Error | null) => void): void {
        if (this.over) {
            callback();
        } else {
            this.child.stdin.end(callback);
        }
    }

    override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
        clearTimeout(this.idle);
        this.child.stdin.destroy();
        this.child.kill();
        callback(error);
    }

    /** node:http asks sockets that wait for their next request to time out. */
    setTimeout(milliseconds: number): this {
        clearTimeout(this.idle);
        this.idle = undefined;
        if (milliseconds > 0) {
            this.idle = setTimeout(() => this.emit("timeout"), milliseconds);
            this.idle.unref();
        }
        return this;
    }

    setKeepAlive(): this {
        return this;
    }

    setNoDelay(): this {
        return this;
    }

    ref(): this {
        return this;
    }

    unref(): this {
        return this;
    }

    private ended(code: number | null, signal: NodeJS.Signals | null): void {
        this.over = true;
        if (code === 0) {
            this.push(null);
            // Nobody reads from a connection that waits for its next request: `resume` lets the socket notice the end.
            this.read(0);
            return;
        }
        const how =
            code === null ? `was ended by ${signal ?? "a signal"}` : `ended with code ${String(code)}`;
        const said = this.stderr.trim() === "" ? "it wrote nothing to standard error" : this.stderr.trim();
        this.destroy(new Error(`\`${this.command.join(" ")}\` ${how}: ${said}`));
    }
}
