import * as fs from "node:fs/promises";
import * as path from "node:path";
import { countsText, gateInputSchema, runGate, type ScannedImage } from "../scan/gate";
import { slugOf } from "../text/slug";
import { writeWhole } from "./files";
import { readInput } from "./input";

/** File of an image's report below the folder: one a repository. */
function reportFile(folder: string, image: ScannedImage): string {
    return path.join(folder, `${slugOf(image.name)}.json`);
}

/**
 * Judges the scans of standard input. Clair's reports and a `summary.json` are written first, so that a failure can be
 * looked into; the images that passed go to standard output, what is wrong to standard error.
 *
 * @returns 0 when all passed, 1 else
 */
export async function gate(folder: string): Promise<number> {
    const result = runGate(await readInput(gateInputSchema, "what the gate takes (scan/gate.ts)"));
    await fs.mkdir(folder, { recursive: true });
    const rows = [];
    for (const image of result.images) {
        const report = reportFile(folder, image);
        if (image.raw !== undefined) {
            await writeWhole(report, image.raw);
        }
        const { judgement } = image;
        rows.push(
            judgement.verdict === "error"
                ? {
                      image: image.image,
                      digest: image.digest,
                      verdict: judgement.verdict,
                      reason: judgement.reason,
                  }
                : {
                      image: image.image,
                      digest: image.digest,
                      verdict: judgement.verdict,
                      counts: judgement.counts,
                      report,
                  },
        );
    }
    await writeWhole(path.join(folder, "summary.json"), `${JSON.stringify(rows, null, 2)}\n`);
    if (result.failures.length === 0) {
        process.stdout.write(JSON.stringify(rows));
        return 0;
    }
    for (const image of result.images) {
        const { judgement } = image;
        process.stderr.write(
            `${judgement.verdict.padEnd(8)} ${image.image}: ${judgement.verdict === "error" ? judgement.reason : countsText(judgement)}\n`,
        );
    }
    process.stderr.write(`\n${result.failures.join("\n")}\n\nReports: ${folder}\n`);
    return 1;
}
