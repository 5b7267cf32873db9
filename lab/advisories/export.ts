import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import * as zlib from "node:zlib";
import YAML from "yaml";
import { z } from "zod";
import { exportConfig, mirrorLayout } from "./layout";
import { startMirror } from "./mirror";
import { normaliseExport } from "./normalise";
import { reasonOf } from "../../text/reason";

/** sources.json: by the beginning of an updater's name the date of its content; see lab/data/README.md. */
const sourcesSchema = z.record(z.string(), z.iso.datetime());

/** Runs a command; the command's output is shown only where the command fails. */
async function run(command: string, args: readonly string[]): Promise<void> {
    await promisify(execFile)(command, args, { maxBuffer: 1 << 26 }).catch((error: unknown) => {
        const { stderr, message } = z.object({ stderr: z.string(), message: z.string() }).parse(error);
        process.stderr.write(stderr);
        throw new Error(`clairctl failed: ${message.split("\n")[0] ?? ""}: see its messages above`);
    });
}

async function main(folder: string, clairctl: string, out: string): Promise<void> {
    const dates = sourcesSchema.parse(JSON.parse(fs.readFileSync(path.join(folder, "sources.json"), "utf8")));
    const mirror = await startMirror(mirrorLayout(folder));
    const work = fs.mkdtempSync(path.join(os.tmpdir(), "portcullis-advisories-"));
    try {
        const config = path.join(work, "config.yaml");
        const raw = path.join(work, "export.json");
        fs.writeFileSync(config, YAML.stringify(exportConfig(mirror.url)));
        await run(clairctl, ["--config", config, "export-updaters", "--strict", raw]);
        const { text, counts } = normaliseExport(fs.readFileSync(raw, "utf8"), dates);
        fs.writeFileSync(out, zlib.gzipSync(text, { level: 9 }));
        for (const [updater, count] of counts) {
            process.stderr.write(`lab: ${updater}: ${count} advisories\n`);
        }
    } finally {
        fs.rmSync(work, { recursive: true, force: true });
        await mirror.close();
    }
}

const [folder, clairctl, out] = process.argv.slice(2);
if (folder === undefined || clairctl === undefined || out === undefined) {
    process.stderr.write("usage: export.ts DATA-FOLDER CLAIRCTL OUT.json.gz\n");
    process.exitCode = 2;
} else {
    main(folder, clairctl, out).catch((error: unknown) => {
        process.stderr.write(`portcullis: ${reasonOf(error)}\n`);
        process.exitCode = 1;
    });
}
