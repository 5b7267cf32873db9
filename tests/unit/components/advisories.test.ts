import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as zlib from "node:zlib";
import { advisoryFactsSchema } from "../../../outputs/advisories";
import { parseOutput } from "../../../outputs/parse";
import { hostScripts } from "../../../components/toolkit/scripts";

const line = '{"Updater":"a","Kind":"vulnerability"}\n';

describe("scripts about the advisories", function () {
    this.timeout(20_000);
    let folder: string;

    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "portcullis-advisories-"));
        for (const { name, text } of hostScripts()) {
            fs.writeFileSync(
                path.join(folder, name),
                text.replaceAll("/var/lib/portcullis", `${folder}/state`),
                { mode: 0o755 },
            );
        }
    });

    afterEach(() => {
        fs.rmSync(folder, { recursive: true, force: true });
    });

    /** Runs a script with an engine of this text; `asked` gets what the database was asked. */
    function run(script: string, args: readonly string[], engine: string, input: Buffer | string = "") {
        const bin = path.join(folder, "bin");
        fs.mkdirSync(bin, { recursive: true });
        fs.writeFileSync(path.join(bin, "docker"), `#!/bin/sh\ncat >>${folder}/asked\n${engine}\n`, {
            mode: 0o755,
        });
        const ended = spawnSync(path.join(folder, script), args, {
            encoding: "utf8",
            input,
            env: { PATH: `${bin}:/usr/bin:/bin`, PORTCULLIS_EVIDENCE: path.join(folder, "made") },
        });
        const text = (name: string) => {
            const file = path.join(folder, name);
            return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
        };
        return { ...ended, asked: text("asked"), made: text("made") };
    }

    const load = (engine: string, archive: Buffer) =>
        run("import-advisories.sh", ["volume", "container", "matcher"], engine, archive);

    it("hand the whole archive over in one transaction, and say what was imported", () => {
        const { status, stderr, asked, made } = load(
            "echo 'a: 1 of 2026-08-01'; echo committed",
            zlib.gzipSync(line),
        );
        assert.equal(status, 0, stderr);
        assert.match(
            asked,
            /^BEGIN;[^]*\nCOPY lines \(line\) FROM STDIN [^\n]*\n\{"Updater":"a"[^\n]*\n\\\.\n[^]*\nCOMMIT;\n/,
        );
        assert.deepEqual(asked.match(/^(BEGIN|COMMIT|ROLLBACK)\b.*$/gm), ["BEGIN;", "COMMIT;"]);
        assert.match(stderr, /a: 1 of 2026-08-01/);
        assert.doesNotMatch(stderr, /committed/);
        assert.equal(made, "volume volume\nadvisories container matcher\n");
    });

    it("ask nothing of the database where the archive is cut off, or no gzip", () => {
        for (const archive of [zlib.gzipSync(line).subarray(0, 30), Buffer.from(line), Buffer.alloc(0)]) {
            const { status, stderr, asked, made } = load("echo committed", archive);
            assert.equal(status, 1);
            assert.match(stderr, /advisoryArchive is no gzip file: make it with/);
            assert.deepEqual([asked, made], ["", ""]);
        }
    });

    for (const [what, engine] of [
        ["an error", "echo 'ERROR:  it holds no advisories' >&2; exit 3"],
        ["silence", "exit 0"],
        ["an end before the commit", "echo 'a: 1 of 2026-08-01'; exit 0"],
    ] as const) {
        it(`fail, and leave no evidence, where the database answers with ${what}`, () => {
            const { status, stderr, made } = load(engine, zlib.gzipSync(line));
            assert.equal(status, 1);
            assert.match(stderr, /container: the advisories .* were not imported, and the old ones stand/);
            assert.equal(/it holds no advisories/.test(stderr), what === "an error");
            assert.equal(made, "");
        });
    }

    const prove = (engine: string) =>
        run(
            "prove-advisories.sh",
            ["container", "matcher", "20", "14", "0", "debian/updater", "osv/go"],
            engine,
        );
    const facts =
        '{"updaters" : [{"name" : "osv/go", "advisories" : 30, "date" : "2026-08-01T00:00:00Z", "problem" : ""}], "advisories" : 30, ' +
        '"coverage" : [{"updater" : "osv/go", "distribution" : "", "version" : "", "repository" : "go", "advisories" : 29}]}';
    /** The first answer is what is wrong, the second the facts and the end of their time. */
    const answers = (wrong: string) =>
        `if [ -e "$0.asked" ]; then printf '%s\\n' '${facts}' 1796083200; else touch "$0.asked"; echo '${wrong}'; fi`;

    it("print what the database holds, and until when the proof holds", () => {
        const { status, stderr, stdout, made } = prove(answers(""));
        assert.equal(status, 0, stderr);
        assert.equal(parseOutput(advisoryFactsSchema, "it", stdout).coverage[0]?.repository, "go");
        assert.equal(made, "advisories container matcher\nuntil 1796083200\n");
    });

    it("give no verdict where something is wrong with the data, and none where the database does not answer", () => {
        const wrong = prove(answers("the advisories of osv/go are 20 days old"));
        assert.equal(wrong.status, 1);
        assert.match(wrong.stderr, /no verdict: the advisories of osv\/go are 20 days old\. Load advisories/);
        assert.deepEqual([wrong.stdout, wrong.made], ["", ""]);
        const silent = prove("exit 1");
        assert.equal(silent.status, 1);
        assert.match(silent.stderr, /container: the database of advisories cannot be read/);
        assert.equal(silent.stdout, "");
    });
});
