import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { unzipSync } from "fflate";
import { z } from "zod";
import { exportConfig, mirrorLayout } from "../../../lab/advisories/layout";
import { contentMark, startMirror } from "../../../lab/advisories/mirror";
import { normaliseExport } from "../../../lab/advisories/normalise";

const data = path.join(__dirname, "../../../lab/data");

function file(files: ReadonlyMap<string, Buffer>, name: string): Buffer {
    const content = files.get(name);
    assert.ok(content !== undefined, `${name} is not in the layout`);
    return content;
}

const folders: string[] = [];

after(() => {
    for (const folder of folders) {
        fs.rmSync(folder, { recursive: true });
    }
});

/** A folder with the smallest data that the layout takes, and these files over it. */
function folderWith(files: Record<string, string>): string {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "portcullis-data-"));
    folders.push(folder);
    for (const [name, text] of Object.entries({ "debian.json": "{}", ...files })) {
        fs.writeFileSync(path.join(folder, name), text);
    }
    return folder;
}

const record = {
    id: "PYSEC-1",
    modified: "2024-01-01T00:00:00Z",
    published: "2024-01-01T00:00:00Z",
    affected: [{ package: { ecosystem: "PyPI", name: "sample" } }],
};

describe("layout of the advisory mirror", () => {
    it("serves Clair's own folders for the carried data", () => {
        const files = mirrorLayout(data);
        assert.deepEqual(file(files, "/ecosystems.txt").toString().trim().split("\n").sort(), [
            "Go",
            "Maven",
            "PyPI",
        ]);
        const pypi = unzipSync(file(files, "/PyPI/all.zip"));
        const lines = fs.readFileSync(path.join(data, "pypi.osv.jsonl"), "utf8").trim().split("\n");
        assert.equal(Object.keys(pypi).length, lines.length);
        for (const [release, version] of Object.entries({
            buster: 10,
            bullseye: 11,
            bookworm: 12,
            trixie: 13,
        })) {
            const text = file(files, `/debian/dists/${release}/Release`).toString();
            assert.match(text, new RegExp(`^Version: ${version}\\.`, "m"));
            assert.ok(file(files, "/debian/dists/").toString().includes(`href="${release}/"`), release);
        }
    });

    it("serves Debian's facts as the tracker does", () => {
        const facts = { openssl: { "CVE-2026-1": { trixie: "3.5.1-1", bookworm: "3.0.1-1" } } };
        const files = mirrorLayout(folderWith({ "debian.json": JSON.stringify(facts) }));
        const release = (fixed: string) => ({
            status: "resolved",
            urgency: "not yet assigned",
            fixed_version: fixed,
        });
        assert.deepEqual(JSON.parse(file(files, "/debian.json").toString()), {
            openssl: {
                "CVE-2026-1": { releases: { trixie: release("3.5.1-1"), bookworm: release("3.0.1-1") } },
            },
        });
        assert.throws(
            () => mirrorLayout(folderWith({ "debian.json": '{"a":{"CVE-2026-1":{"woody":"1"}}}' })),
            /woody/,
        );
    });

    it("numbers Alpine's releases without a gap up to the newest, and ends there", () => {
        const files = mirrorLayout(data);
        for (let minor = 3; minor <= 11; minor++) {
            assert.ok(files.has(`/alpine/v3.${minor}/`), `v3.${minor}`);
        }
        assert.ok(!files.has("/alpine/v3.12/"));
        assert.ok(!files.has("/alpine/v3.8/main.json"));
    });

    it("gives the same bytes each time", () => {
        const [first, second] = [mirrorLayout(data), mirrorLayout(data)];
        for (const [name, content] of first) {
            assert.ok(content.equals(file(second, name)), name);
        }
    });

    it("refuses a record that Clair's parser would stop at, naming file and line", () => {
        const { published, ...dateless } = record;
        assert.equal(published, record.published);
        const good = JSON.stringify(record);
        const folder = folderWith({
            "x.osv.jsonl": `${good}\n${JSON.stringify({ ...dateless, id: "P-2" })}\n`,
        });
        assert.throws(() => mirrorLayout(folder), /x\.osv\.jsonl:2\).*published/s);
        assert.throws(
            () => mirrorLayout(folderWith({ "x.osv.jsonl": `${good}\n${good}\n` })),
            /PYSEC-1 is there twice/,
        );
    });

    it("points every updater at the mirror", () => {
        const text = JSON.stringify(exportConfig("http://127.0.0.1:1/"));
        assert.equal((text.match(/http:\/\/127\.0\.0\.1:1\//g) ?? []).length, 4);
        assert.doesNotMatch(text.replaceAll("http://127.0.0.1:1/", ""), /http/);
    });
});

describe("advisory mirror", () => {
    it("serves GET and HEAD with a mark of the content, and 404 for the rest", async () => {
        const content = Buffer.from("advisories");
        const mirror = await startMirror(new Map([["/a/b.json", content]]));
        try {
            const got = await fetch(`${mirror.url}a/b.json`);
            assert.equal(await got.text(), "advisories");
            assert.equal(got.headers.get("etag"), contentMark(content));
            const head = await fetch(`${mirror.url}a/b.json`, { method: "HEAD" });
            assert.equal(head.headers.get("last-modified"), contentMark(content));
            assert.equal(await head.text(), "");
            assert.equal((await fetch(`${mirror.url}a/`)).status, 404);
            assert.match(mirror.url, /^http:\/\/127\.0\.0\.1:\d+\/$/);
        } finally {
            await mirror.close();
        }
    });

    it("marks other content otherwise", () => {
        assert.notEqual(contentMark(Buffer.from("a")), contentMark(Buffer.from("b")));
    });
});

describe("normalised export", () => {
    const date = "2024-10-31T00:00:00Z";
    const dates = { a: date, b: "2026-08-01T00:00:00Z" };
    const line = (updater: string, name: string, ref: string) =>
        JSON.stringify({
            Updater: updater,
            Fingerprint: `"${updater}"`,
            Date: "2026-01-01T00:00:00Z",
            Ref: ref,
            Kind: "vulnerability",
            Vuln: { name },
        });
    const entrySchema = z.object({ Updater: z.string(), Ref: z.string(), Date: z.string() });

    it("is the same for any order and any references, and keeps each updater together", () => {
        const one = normaliseExport(
            [line("a", "1", "r1"), line("b", "2", "r2"), line("a", "3", "r1")].join("\n"),
            dates,
        );
        const other = normaliseExport(
            [line("b", "2", "s2"), line("a", "3", "s1"), line("a", "1", "s1")].join("\n"),
            dates,
        );
        assert.equal(one.text, other.text);
        assert.deepEqual([...one.counts].sort(), [
            ["a", 2],
            ["b", 1],
        ]);
        const entries = one.text
            .trim()
            .split("\n")
            .map((text) => entrySchema.parse(JSON.parse(text)));
        assert.deepEqual(
            entries.map((entry) => entry.Updater),
            ["a", "a", "b"],
        );
        assert.equal(new Set(entries.map((entry) => entry.Ref)).size, 2);
        for (const entry of entries) {
            assert.match(entry.Ref, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
            assert.equal(entry.Date, entry.Updater === "a" ? date : dates.b);
        }
    });

    it("refuses an empty export, and an entry whose import Clair would skip silently", () => {
        assert.throws(() => normaliseExport("\n", dates), /exported nothing/);
        const unmarked = line("a", "1", "r").replace('"\\"a\\""', '""');
        assert.throws(() => normaliseExport(line("c", "1", "r"), dates), /the data of c has no date/);
        assert.throws(() => normaliseExport(unmarked, dates), /line 1.*Fingerprint/s);
    });
});
