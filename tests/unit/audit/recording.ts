/** Recordings of real hosts, and an engine that answers as they did. */
import * as fs from "node:fs";
import * as http from "node:http";
import * as os from "node:os";
import * as path from "node:path";
import * as zlib from "node:zlib";
import { z } from "zod";
import { parseReading } from "../../../audit/collect/host";
import { sweepEngine } from "../../../audit/collect/engine";
import { mergeFacts } from "../../../audit/collect";
import type { HostFacts } from "../../../audit/facts";
import { targetOf } from "../../../transport/target";

const recordingSchema = z.object({
    /** What audit/scripts/host-facts.sh printed. */
    script: z.string(),
    /** The engine's answers, by path. */
    answers: z.record(z.string(), z.unknown()),
    /** The JSON of the real Docker Bench, its words taken out. */
    dockerBench: z.object({
        dockerbenchsecurity: z.string(),
        start: z.number(),
        tests: z.array(z.unknown()),
        checks: z.number(),
        score: z.number(),
        end: z.number(),
    }),
});

export type Recording = z.infer<typeof recordingSchema>;

export function recordingFile(name: string): string {
    return path.join(__dirname, "recorded", `${name}.json.gz`);
}

/** One of the recorded hosts. */
export function readRecording(name: string): Recording {
    return recordingSchema.parse(
        JSON.parse(zlib.gunzipSync(fs.readFileSync(recordingFile(name))).toString("utf8")),
    );
}

/** How a fake engine answers a path; undefined: it says that there is nothing. */
export type Answerer = (path: string, response: http.ServerResponse) => unknown;

/**
 * An engine of canned answers on a socket of its own, for as long as `use` takes.
 * An answer that is undefined after the answerer ended the response itself is not sent.
 */
export async function withEngine<T>(answer: Answerer, use: (url: string) => Promise<T>): Promise<T> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "portcullis-engine-"));
    const socket = path.join(folder, "docker.sock");
    const server = http.createServer((request, response) => {
        const path = decodeURIComponent(
            (request.url ?? "").replace(/\?.*/, "").replace(/^\/v[0-9.]+\//, "/"),
        );
        const body = answer(path, response);
        if (response.writableEnded || body === silence) {
            return;
        }
        response.statusCode = body === undefined ? 404 : 200;
        response.setHeader("Content-Type", "application/json");
        response.end(JSON.stringify(body ?? { message: `nothing at ${path}` }));
    });
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    try {
        return await use(`unix://${socket}`);
    } finally {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
        fs.rmSync(folder, { recursive: true });
    }
}

/** An answer that never comes. */
export const silence = Symbol("no answer");

/** The parts by which Docker Engine tells that it is Docker Engine. */
const dockerEngine = { Components: [{ Name: "Engine" }, { Name: "containerd" }, { Name: "runc" }] };

/**
 * The facts of a recorded host, through the same code that reads a real one. A recording without an answer to /version is
 * older than the question: Docker Engine ran on each of these hosts.
 */
export async function factsOf(recording: Recording): Promise<HostFacts> {
    return withEngine(
        (path) => recording.answers[path] ?? (path === "/version" ? dockerEngine : undefined),
        async (url) => {
            const sweep = await sweepEngine(targetOf(url), new AbortController().signal);
            return mergeFacts(sweep, parseReading(recording.script, url), {
                host: "ssh://recorded",
                trustedUsers: undefined,
            });
        },
    );
}
