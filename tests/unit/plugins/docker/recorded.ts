/** Answers of the official docker plugin, written down with what it said to the engine. */
import * as fs from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import type { Answers } from "./conversation";
import type { Exchange } from "./engine";

/** One scenario as it went with the official plugin. */
export interface Recording {
    label: string;
    answers: Answers;
    exchanges: Exchange[];
}

/** The recordings, by what was asked of which engine. */
export type RecordingName = "docker" | "docker-filled-in-20.10" | "docker-filled-in-26.1";

function recordedFile(name: RecordingName): string {
    return path.join(__dirname, `../recorded/${name}.json`);
}

const exchange = z.object({
    step: z.string(),
    method: z.string(),
    path: z.string(),
    body: z.unknown().optional(),
    status: z.number(),
    answer: z.unknown().optional(),
    raw: z.string().optional(),
});
const file = z.array(
    z.object({ label: z.string(), answers: z.record(z.string(), z.unknown()), exchanges: z.array(exchange) }),
);

/** What the offline plugin never asks an engine; it is left out of recordings. */
const unasked = /^\/(_ping|info|images\/json|containers\/json)/;

/** Parts of the engine's answers that nobody reads. */
const unread = ["GraphDriver", "MaskedPaths", "ReadonlyPaths", "Components", "RootFS"];

/** Reads the recordings, by label. */
export function readRecordings(name: RecordingName): Map<string, Recording> {
    const parsed = file.parse(JSON.parse(fs.readFileSync(recordedFile(name), "utf8")));
    return new Map(parsed.map((recording) => [recording.label, recording]));
}

/** Writes recordings anew, one line each. */
export function writeRecordings(name: RecordingName, recordings: readonly Recording[]): void {
    const lines = recordings.map(({ exchanges, ...rest }) =>
        JSON.stringify(
            { ...rest, exchanges: exchanges.filter((item) => !unasked.test(item.path)) },
            (key, value: unknown) => (unread.includes(key) ? undefined : value),
        ),
    );
    fs.mkdirSync(path.dirname(recordedFile(name)), { recursive: true });
    fs.writeFileSync(recordedFile(name), `[\n${lines.join(",\n")}\n]\n`);
}
