/** The output of a command: kept for the resource's outputs and for the error, and shown line by line. */
import { isUtf8 } from "node:buffer";
import { status } from "@grpc/grpc-js";
import { ProviderError } from "../lib/errors";
import type { ResourceContext } from "../lib/resource";

/** The streams that the engine's log shows (default: both). Other words than these show none. */
export type Logging = "stdout" | "stderr" | "stdoutAndStderr" | "none" | (string & {});

/** The longest line that is shown in one piece (bytes). */
const longestLine = 64 * 1024 - 1;
/** After so many lines, wait until the engine has taken them. */
const linesInFlight = 256;
const newline = 0x0a;

/** Collects one run's output. */
export class Output {
    private readonly stdout: Buffer[] = [];
    private readonly stderr: Buffer[] = [];
    private readonly both: Buffer[] = [];
    private readonly lines: Lines;

    constructor(
        ctx: Pick<ResourceContext<unknown>, "status" | "flush">,
        private readonly logging: Logging | undefined,
    ) {
        this.lines = new Lines(ctx);
    }

    /** Reads a stream to its end, no faster than its lines are shown. */
    async collect(stream: "stdout" | "stderr", source: AsyncIterable<unknown>): Promise<void> {
        for await (const chunk of source) {
            if (Buffer.isBuffer(chunk)) {
                this[stream].push(chunk);
                this.both.push(chunk);
                if (this.shows(stream)) {
                    await this.lines.write(chunk);
                }
            }
        }
    }

    /** Shows the last line, when it had no end. */
    async end(): Promise<void> {
        await this.lines.end();
    }

    /** The outputs of a command that succeeded, each without its last newline. */
    result(): { stdout: string; stderr: string } {
        return { stdout: text(this.stdout), stderr: text(this.stderr) };
    }

    /** The whole output, in the order in which it came. */
    transcript(): string {
        return Buffer.concat(this.both).toString("utf8");
    }

    private shows(stream: "stdout" | "stderr"): boolean {
        return this.logging === undefined || this.logging === stream || this.logging === "stdoutAndStderr";
    }
}

function text(chunks: Buffer[]): string {
    const bytes = Buffer.concat(chunks);
    if (!isUtf8(bytes)) {
        // The protocol has no bytes in it. The official plugin fails with these words of its gRPC library.
        throw new ProviderError(
            status.INTERNAL,
            "grpc: error while marshaling: string field contains invalid UTF-8",
        );
    }
    const end = bytes.at(-1) === newline ? -1 : undefined;
    return bytes.subarray(0, end).toString("utf8");
}

/** Cuts bytes into lines and shows each as a message of its own. */
class Lines {
    private rest: Buffer = Buffer.alloc(0);
    private inFlight = 0;

    constructor(private readonly ctx: Pick<ResourceContext<unknown>, "status" | "flush">) {}

    async write(chunk: Buffer): Promise<void> {
        let bytes = this.rest.length > 0 ? Buffer.concat([this.rest, chunk]) : chunk;
        for (;;) {
            const end = bytes.indexOf(newline);
            if (end >= 0 && end <= longestLine) {
                await this.show(bytes.subarray(0, end));
                bytes = bytes.subarray(end + 1);
            } else if (bytes.length > longestLine) {
                await this.show(bytes.subarray(0, longestLine));
                bytes = bytes.subarray(longestLine);
            } else {
                this.rest = bytes;
                return;
            }
        }
    }

    async end(): Promise<void> {
        if (this.rest.length > 0) {
            await this.show(this.rest);
            this.rest = Buffer.alloc(0);
        }
    }

    private async show(line: Buffer): Promise<void> {
        const shown = line.toString("utf8").replace(/\r$/, "");
        // A run of bytes that are no text shows as one mark.
        this.ctx.status("info", isUtf8(line) ? shown : shown.replace(/\ufffd+/g, "\ufffd"));
        if (++this.inFlight >= linesInFlight) {
            await this.ctx.flush();
            this.inFlight = 0;
        }
    }
}
