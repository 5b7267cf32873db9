/**
 * What the gate judged, kept so that each verdict can be explained later: `judgements/` in a stack's folder of reports. Each run
 * of the gate has a small file by its time; the policy and the facts on the data, Clair's reports, and the files that the policy
 * rests on lie in `sha256/`, each by the SHA-256 of its content, so that what stays the same is kept once.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import type { Trend } from "../scan/formats/run";
import { gateInputSchema, type GateInput, type GateResult } from "../scan/gate";
import { filesIn, type Contents } from "../scan/lists";
import { reasonOf } from "../text/reason";
import { sha256Of } from "../text/sha256";
import { writeWhole } from "./files";

/** The folder's name. */
export const judgementFolder = "judgements";

const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

const recordSchema = z.strictObject({
    /** When the gate judged, RFC 3339 in UTC. */
    judged: z.iso.datetime(),
    /** SHA-256 of the gate's input, in which a SHA-256 stands for each report. */
    input: sha256Schema,
    verdicts: z.array(z.strictObject({ image: z.string(), verdict: z.string() })),
    /** Whether the gate was passed. */
    passed: z.boolean(),
});

export type JudgementRecord = z.infer<typeof recordSchema>;

/** A run of the gate, with all that it rested on. */
export interface KeptJudgement {
    readonly record: JudgementRecord;
    readonly input: GateInput;
    /** SHA-256 of the kept reports, in the order of the input's scans. */
    readonly reports: readonly string[];
    /** The contents of the policy's files, as they were. */
    readonly contents: Contents;
}

function recordOf(result: GateResult, judged: string, input: string): JudgementRecord {
    return {
        judged,
        input,
        verdicts: result.images.map(({ image, judgement }) => ({ image, verdict: judgement.verdict })),
        passed: result.failures.length === 0,
    };
}

/**
 * Keeps what a run of the gate rested on, and its verdicts.
 *
 * @param folder of the stack's reports
 * @param judged RFC 3339 in UTC, with milliseconds
 */
export async function keepJudgement(
    folder: string,
    input: GateInput,
    result: GateResult,
    judged: string,
): Promise<void> {
    const kept = path.join(folder, judgementFolder);
    fs.mkdirSync(path.join(kept, "sha256"), { recursive: true });
    const keep = async (content: string | Buffer, sha256 = sha256Of(content)): Promise<string> => {
        const file = path.join(kept, "sha256", sha256);
        // What is damaged is mended.
        if (!fs.existsSync(file) || sha256Of(fs.readFileSync(file)) !== sha256) {
            await writeWhole(file, content);
        }
        return sha256;
    };
    const keepReports = async <T extends { report: string }>(all: readonly T[]): Promise<T[]> => {
        const bound = [];
        for (const one of all) {
            bound.push({ ...one, report: await keep(one.report) });
        }
        return bound;
    };
    const [scans, canaries] = [await keepReports(input.scans), await keepReports(input.canaries)];
    for (const { file, sha256 } of input.lists === undefined ? [] : filesIn(input.lists)) {
        const content = fs.existsSync(file) ? fs.readFileSync(file) : undefined;
        // A file that is gone, or another one now, gave no verdict: there is nothing to keep of it.
        if (content !== undefined && sha256Of(content) === sha256) {
            await keep(content, sha256);
        }
    }
    const bound = await keep(JSON.stringify({ ...input, scans, canaries }));
    const name = `${judged.replaceAll(":", "-")}.json`;
    await writeWhole(path.join(kept, name), `${JSON.stringify(recordOf(result, judged, bound), null, 2)}\n`);
}

/** The times at which the gate judged, oldest first, as file names without their ending. */
function timesIn(kept: string): string[] {
    const names = fs.existsSync(kept) ? fs.readdirSync(kept) : [];
    return names.flatMap((name) => /^(\d{4}-\d\d-\d\dT[0-9-]+\.\d+Z)\.json$/.exec(name)?.[1] ?? []).sort();
}

/**
 * The last run of the gate at a time, and when the next one was.
 *
 * @param folder of the stack's reports
 * @param before RFC 3339 in UTC, with milliseconds; undefined for now
 * @throws Error where none is kept, or a part is missing or not what it was
 */
export function readJudgement(
    folder: string,
    before: string | undefined,
): { readonly kept: KeptJudgement; readonly next: JudgementRecord | undefined } {
    const kept = path.join(folder, judgementFolder);
    const times = timesIn(kept);
    const [first] = times;
    if (first === undefined) {
        throw new Error(
            `no judgement is kept in ${kept}: the gate writes there with each \`up\` that judges; change portcullis:scan.rescan to have it judge again`,
        );
    }
    const until = before?.replaceAll(":", "-");
    const at = until === undefined ? times.length - 1 : times.findLastIndex((time) => time <= until);
    const time = times[at];
    if (time === undefined) {
        throw new Error(
            `no judgement is kept in ${kept} of that time or before: the first one is of ${first}`,
        );
    }
    const next = times[at + 1];
    return {
        kept: readKept(kept, readRecord(kept, time)),
        next: next === undefined ? undefined : readRecord(kept, next),
    };
}

/** Records that the trend reads: reading all of years would take longer than the gate. */
const trendLength = 60;

/**
 * The runs of the gate that are kept, but the one of this time. A record that cannot be read is named.
 *
 * @param folder of the stack's reports
 * @param judged RFC 3339 in UTC, with milliseconds
 */
export function trendOf(folder: string, judged: string): Trend {
    const kept = path.join(folder, judgementFolder);
    const times = timesIn(kept).filter((time) => time !== judged.replaceAll(":", "-"));
    const runs: JudgementRecord[] = [];
    const unreadable: string[] = [];
    for (const time of times.slice(-trendLength)) {
        try {
            runs.push(readRecord(kept, time));
        } catch (error) {
            unreadable.push(reasonOf(error));
        }
    }
    return { runs, unreadable, older: Math.max(times.length - trendLength, 0) };
}

function readRecord(kept: string, time: string): JudgementRecord {
    const file = path.join(kept, `${time}.json`);
    try {
        return recordSchema.parse(JSON.parse(fs.readFileSync(file, "utf8")));
    } catch (error) {
        throw new Error(`${file} is no record of the gate: ${reasonOf(error)}; put it back from a copy`, {
            cause: error,
        });
    }
}

function readInput({ judged }: JudgementRecord, text: string): GateInput {
    const { data, error } = gateInputSchema.safeParse(JSON.parse(text));
    if (data === undefined) {
        throw new Error(
            `the judgement of ${judged} was kept by another version of this program, whose gate took another input; explain it with that version: ${z.prettifyError(error)}`,
        );
    }
    return data;
}

function readKept(kept: string, record: JudgementRecord): KeptJudgement {
    const blob = (sha256: string): Buffer => {
        const file = path.join(kept, "sha256", sha256);
        const content = fs.existsSync(file) ? fs.readFileSync(file) : undefined;
        if (content === undefined || sha256Of(content) !== sha256) {
            throw new Error(
                `${file}, on which the judgement of ${record.judged} rested, is ${content === undefined ? "gone" : "not what it was"}, so nothing can be explained; put it back from a copy`,
            );
        }
        return content;
    };
    const bound = readInput(record, blob(record.input).toString("utf8"));
    const report = (sha256: string): string => blob(sha256Schema.parse(sha256)).toString("utf8");
    return {
        record,
        input: {
            ...bound,
            scans: bound.scans.map((scan) => ({ ...scan, report: report(scan.report) })),
            canaries: bound.canaries.map((canary) => ({ ...canary, report: report(canary.report) })),
        },
        reports: bound.scans.map((scan) => scan.report),
        contents: ({ sha256 }) => blob(sha256),
    };
}
