import * as fs from "node:fs";
import * as path from "node:path";
import { request, type EngineAnswer, type EngineSocket } from "./engine-socket";
import { root } from "./stack";

/** A request that the authorization plugin denies, made from its table. */
export interface Sample {
    readonly rule: string;
    /** The route, and the option or field of the denial. */
    readonly line: string;
    /** Method and address. */
    readonly request: string;
    readonly body?: unknown;
}

function isSample(value: unknown): value is Sample {
    return (
        typeof value === "object" &&
        value !== null &&
        ["rule", "line", "request"].every(
            (name) => typeof Object.entries(value).find(([key]) => key === name)?.[1] === "string",
        )
    );
}

/** All samples of the table: `policy/testdata/denied.json`. */
export function readSamples(): readonly Sample[] {
    const file = path.join(root, "components/host/authorization/policy/testdata/denied.json");
    const samples: unknown = JSON.parse(fs.readFileSync(file, "utf8"));
    if (!Array.isArray(samples) || !samples.every(isSample)) {
        throw new Error(`${file} is no list of samples`);
    }
    return samples;
}

/** The text that names a sample, short enough for a list. */
export function sampleText({ request, body }: Sample): string {
    return body === undefined ? request : `${request} ${JSON.stringify(body)}`;
}

/** A context of a build that does nothing: one Dockerfile, as `tar` writes it. */
function buildContext(dockerfile: string): string {
    const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, "0")}\0`;
    const fields = [
        "Dockerfile".padEnd(100, "\0"),
        octal(0o644, 8),
        octal(0, 8),
        octal(0, 8),
        octal(dockerfile.length, 12),
        octal(0, 12),
    ];
    const rest = `0${"\0".repeat(100)}ustar\x0000`.padEnd(356, "\0");
    const bytes = Buffer.from(`${fields.join("")}        ${rest}`);
    const sum = bytes.reduce((total, byte) => total + byte, 0);
    const header = `${fields.join("")}${octal(sum, 7)} ${rest}`.padEnd(512, "\0");
    return `${header}${dockerfile.padEnd(Math.ceil(dockerfile.length / 512) * 512, "\0")}${"\0".repeat(1024)}`;
}

/** Sends a sample as a client would. */
export function send(socket: EngineSocket, sample: Sample): Promise<EngineAnswer> {
    const isBuild = sample.request.startsWith("POST /build?") && !sample.request.includes("?remote=");
    if (isBuild || sample.line === "PUT /containers/*/archive" || sample.line === "POST /plugins/create") {
        const tar = buildContext("FROM portcullis/redis:lab\nRUN true\n");
        return socket.raw(
            `${request(sample.request)}Content-Type: application/x-tar\r\nContent-Length: ${tar.length}\r\n\r\n${tar}`,
        );
    }
    if (sample.body !== undefined) {
        return socket.json(sample.request, JSON.stringify(sample.body));
    }
    return socket.raw(`${request(sample.request)}Content-Length: 0\r\n\r\n`);
}
