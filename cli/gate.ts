import * as path from "node:path";
import { renderHtml } from "../scan/formats/html";
import { gateInputSchema, runGate, type GateInput, type GateResult, type ScannedImage } from "../scan/gate";
import { countsText, heldText } from "../scan/words";
import { counted } from "../text/count";
import { slugOf } from "../text/slug";
import { writeWhole } from "./files";
import { dropReports, pageFile } from "./reports";
import { readInput } from "./input";
import { keepJudgement, trendOf } from "./judgements";

/** The streams from which the gate reads the scans, and to which the gate writes its verdicts. */
interface Streams {
    readonly stdin: NodeJS.ReadableStream;
    readonly stdout: NodeJS.WritableStream;
    readonly stderr: NodeJS.WritableStream;
}

/** File of an image's report below the folder: each repository has one file. */
function reportFile(folder: string, image: ScannedImage): string {
    return path.join(folder, `${slugOf(image.name)}.json`);
}

/** The run as one page, with the trend over the judgements that are kept. */
function pageOf(folder: string, input: GateInput, result: GateResult, judged: string): string {
    // A reference by digest begins with the registry's address, which is the host's.
    const host = result.images[0]?.image.split("/")[0] ?? "";
    const stack = path.basename(path.resolve(folder));
    const { images, failures } = result;
    return renderHtml({
        stack,
        host,
        judged,
        policy: input.policy,
        images,
        failures,
        trend: trendOf(folder, judged),
    });
}

/** What was found in an image, and among what: `no findings in 113 packages (Debian 13: …)`. */
function foundText({ judgement, held }: ScannedImage): string {
    if (judgement.verdict === "error") {
        return judgement.reason;
    }
    return countsText(judgement) + (held === undefined ? "" : ` in ${heldText(held)}`);
}

/** The text of a gate that is not passed: the findings, then a line for each image, what is accepted, and the verdict last. */
function refusalText({ images, failures }: GateResult, folder: string): string {
    const rows = images.flatMap((image) => [
        `${image.judgement.verdict.padEnd(8)} ${image.image}: ${foundText(image)}`,
        ...(image.held?.accepted ?? []).map((text) => `         ${text}`),
    ]);
    const notes = [...new Set(images.flatMap(({ held }) => held?.notes ?? []))];
    const refused = images.filter(({ judgement }) => ["fail", "error"].includes(judgement.verdict)).length;
    const causes = [
        ...(refused === 0 ? [] : [`${refused} of ${counted(images.length, "image")} refused`]),
        ...(images.length === 0 ? ["nothing was judged"] : []),
    ];
    const verdict = `portcullis: the scan's gate is not passed: ${causes.join(", ")}; reports: ${folder}`;
    return [...failures, "", ...rows, ...notes, "", verdict, ""].join("\n");
}

/** What summary.json and the stack's output say of an image. */
function summaryOf({ image, digest, judgement, held }: ScannedImage, judged: string, report: string) {
    const reason = judgement.verdict === "error" ? { reason: judgement.reason } : {};
    if (held === undefined) {
        return { image, digest, verdict: judgement.verdict, ...reason };
    }
    return {
        image,
        digest,
        verdict: judgement.verdict,
        ...reason,
        judged,
        ...(judgement.counts === undefined ? {} : { counts: judgement.counts }),
        packages: held.packages,
        coverage: held.judged,
        ...(held.unjudged.length === 0 ? {} : { unjudged: held.unjudged }),
        accepted: held.accepted,
        notes: held.notes,
        report,
    };
}

/**
 * Judges the scans of standard input. Clair's reports, a page and a `summary.json` are written first, so that a failure
 * can be looked into. The verdicts go to standard output where all passed, and else to standard error, behind the findings.
 *
 * @param streams of the process, or others in tests
 * @returns 0 when all passed, 1 else
 */
export async function gate(folder: string, { stdin, stdout, stderr }: Streams = process): Promise<number> {
    const input = await readInput(gateInputSchema, "what the gate takes (scan/gate.ts)", stdin);
    const judged = new Date().toISOString();
    const result = runGate(input, judged.slice(0, 10));
    await keepJudgement(folder, input, result, judged);
    const rows = [];
    for (const image of result.images) {
        const report = reportFile(folder, image);
        if (image.raw !== undefined) {
            await writeWhole(report, image.raw);
        }
        rows.push(summaryOf(image, judged, report));
    }
    await writeWhole(path.join(folder, pageFile), pageOf(folder, input, result, judged));
    dropReports(
        folder,
        result.images.map((image) => path.basename(reportFile(folder, image))),
    );
    await writeWhole(path.join(folder, "summary.json"), `${JSON.stringify(rows, null, 2)}\n`);
    if (result.failures.length === 0) {
        stdout.write(JSON.stringify(rows));
        return 0;
    }
    stderr.write(refusalText(result, folder));
    return 1;
}
