import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { PassThrough, Readable } from "node:stream";
import { gate } from "../../../cli/gate";
import { judgementFolder, trendOf } from "../../../cli/judgements";
import { input, vulnerable } from "../scan/sample";

describe("the page of portcullis gate", () => {
    let folder: string;

    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "gate-page-"));
    });
    afterEach(() => {
        fs.rmSync(folder, { recursive: true });
    });

    const reports = () => path.join(folder, "out/dev");
    const run = async (given: unknown): Promise<number> => {
        const stdin = Readable.from([JSON.stringify(given)]);
        return gate(reports(), { stdin, stdout: new PassThrough(), stderr: new PassThrough() });
    };
    const page = () => fs.readFileSync(path.join(reports(), "scans.html"), "utf8");
    const records = () =>
        fs
            .readdirSync(path.join(reports(), judgementFolder))
            .filter((name) => name.endsWith(".json"))
            .sort();

    it("is written whether or not the gate is passed, with stack, host and the trend over the runs that are kept", async () => {
        assert.equal(await run(input()), 0);
        assert.match(page(), /<h2 id="run">Passed: 1 of 1 image passes</);
        assert.match(page(), /<span>stack dev<\/span> <span>host:5000<\/span>/);
        assert.doesNotMatch(page(), /id="trend"/);
        assert.equal(await run(input({ scans: [vulnerable] })), 1);
        assert.match(page(), /<h2 id="run">Not passed: 0 of 1 image pass; 1 refused</);
        assert.match(page(), /2 runs since .*; 1 not passed</);
        assert.equal(await run(input({ scans: [] })), 1);
        assert.match(page(), /<h2 id="run">No verdict: nothing was judged</);
        assert.match(page(), /3 runs since .*; 2 not passed</);
    });

    it("names a record that cannot be read, and judges all the same", async () => {
        assert.equal(await run(input()), 0);
        const [first = ""] = records();
        fs.writeFileSync(path.join(reports(), judgementFolder, first), '{"judged":');
        assert.equal(await run(input()), 0);
        assert.ok(page().includes(`judgements/${first} is no record of the gate: `), first);
        assert.match(page(), /cannot be read, and so are not shown/);
    });

    it("reads the newest records only, and says how many are older", () => {
        const kept = path.join(reports(), judgementFolder);
        fs.mkdirSync(kept, { recursive: true });
        const times = Array.from({ length: 70 }, (_one, at) =>
            new Date(Date.UTC(2026, 0, 1 + at)).toISOString(),
        );
        for (const judged of times) {
            const record = { judged, input: "0".repeat(64), verdicts: [], passed: true };
            fs.writeFileSync(path.join(kept, `${judged.replaceAll(":", "-")}.json`), JSON.stringify(record));
        }
        const trend = trendOf(reports(), times.at(-1) ?? "");
        assert.deepEqual(
            [trend.runs.length, trend.runs[0]?.judged, trend.runs.at(-1)?.judged, trend.older],
            [60, times[9], times[68], 9],
        );
        assert.deepEqual(trend.unreadable, []);
        assert.deepEqual(trendOf(path.join(folder, "none"), ""), { runs: [], unreadable: [], older: 0 });
    });
});
