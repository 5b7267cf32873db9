import assert from "node:assert/strict";
import * as zlib from "node:zlib";
import { z } from "zod";
import { readArchive } from "../../../../scan/mirror/archive";
import { ExportNormaliser } from "../../../../scan/mirror/export";
import type { Origin } from "../../../../scan/mirror/layout";
import { Carried, day } from "../../../support/mirror/carried";

const osv = (file: string, ...ids: string[]): Origin => ({
    source: { kind: "osv", ecosystem: "Go", file, date: day },
    mark: `"${file}"`,
    ids: new Set(ids),
});
const semver = (from: string, to: string) => ({
    "[": `semver:0.${from}.0.0.0.0.0.0`,
    ")": `semver:0.${to}.0.0.0.0.0.0`,
});
const line = (updater: string, name: string, range?: object) =>
    JSON.stringify({
        Updater: updater,
        Fingerprint: "of its own",
        Date: "2026-11-20T10:00:00Z",
        Ref: "1e4d3f7a-0000-4000-8000-000000000000",
        Vuln: { id: "", name, package: { id: "", name: "example.org/sample" }, ...(range && { range }) },
        Kind: "vulnerability",
    });
const entrySchema = z.object({
    Updater: z.string(),
    Ref: z.string(),
    Date: z.string(),
    Fingerprint: z.string(),
});

describe("what clairctl exported", () => {
    let carried: Carried;
    beforeEach(() => {
        carried = new Carried();
    });
    afterEach(() => {
        carried.remove();
    });

    it("gets references by updater and content, and the dates of the content", () => {
        const origins = new Map([
            ["osv/go", osv("go", "1", "2")],
            ["osv/pypi", osv("pypi", "3")],
        ]);
        const normaliser = new ExportNormaliser(origins, carried.drops);
        const texts = [line("osv/go", "1"), line("osv/go", "2"), line("osv/pypi", "3")].map((text) =>
            normaliser.line(text),
        );
        normaliser.end();
        const entries = texts.map((text) => entrySchema.parse(JSON.parse(text ?? "")));
        assert.deepEqual([...normaliser.counts].sort(), [
            ["osv/go", 2],
            ["osv/pypi", 1],
        ]);
        const [first, second, third] = entries;
        assert.ok(first && second && third);
        assert.equal(first.Ref, second.Ref);
        assert.notEqual(first.Ref, third.Ref);
        for (const entry of entries) {
            assert.match(entry.Ref, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
            assert.deepEqual([entry.Date, entry.Fingerprint], [day, `"${entry.Updater.slice(4)}"`]);
        }
        assert.deepEqual(carried.left, []);
        // All else stays, in its order.
        assert.equal(
            texts[0]?.replace(/"Vuln".*/s, ""),
            `{"Updater":"osv/go","Fingerprint":"\\"go\\"","Date":"${day}","Ref":"${first.Ref}",`,
        );
        assert.match(texts[0], /"Vuln":\{"id":"","name":"1","package":\{"id":"","name"/);
    });

    it("is left without ranges of Go's that hold no version, each of which is named", () => {
        const normaliser = new ExportNormaliser(new Map([["osv/go", osv("go", "1", "2")]]), carried.drops);
        assert.equal(normaliser.line(line("osv/go", "1", semver("0.0.0", "0.0.0"))), undefined);
        assert.ok(normaliser.line(line("osv/go", "2", semver("0.0.0", "0.0.1"))) !== undefined);
        normaliser.end();
        assert.equal(carried.left.length, 1);
        assert.match(
            carried.left[0]?.join(" ") ?? "",
            /^go 1 example\.org\/sample its range matches no version/,
        );
        assert.deepEqual([...normaliser.counts], [["osv/go", 1]]);
    });

    it("keeps such ranges of others, which Clair compares by another field", () => {
        const normaliser = new ExportNormaliser(new Map([["osv/pypi", osv("pypi", "1")]]), carried.drops);
        assert.ok(normaliser.line(line("osv/pypi", "1", semver("0.0.0", "0.0.0"))) !== undefined);
    });

    it("names the records that Clair made nothing of", () => {
        const normaliser = new ExportNormaliser(new Map([["osv/go", osv("go", "1", "2")]]), carried.drops);
        normaliser.line(line("osv/go", "1"));
        normaliser.end();
        assert.deepEqual(
            carried.left.map(([file, record]) => [file, record]),
            [["go", "2"]],
        );
    });

    it("is refused where nothing is left of a source, or of data that nobody carried", () => {
        const normaliser = new ExportNormaliser(new Map([["osv/go", osv("go", "1")]]), carried.drops);
        assert.throws(() => normaliser.line(line("osv/npm", "1")), /data of osv\/npm, which nobody carried/);
        assert.throws(() => normaliser.line('{"Updater":"osv/go"}'), /has a line that is no advisory/);
        normaliser.line(line("osv/go", "1", semver("1.0.0", "1.0.0")));
        assert.throws(() => {
            normaliser.end();
        }, /go: nothing is left of it \(osv\/go\); go: 1 left out, because its range matches no version/);
    });
});

describe("an archive", () => {
    let carried: Carried;
    beforeEach(() => {
        carried = new Carried();
    });
    afterEach(() => {
        carried.remove();
    });

    const now = new Date("2026-11-21T00:00:00Z");
    const read = (...texts: string[]) =>
        readArchive(carried.put("a.json.gz", zlib.gzipSync(texts.join("\n"))), now);
    const score = JSON.stringify({
        Updater: "clair.cvss",
        Fingerprint: "",
        Date: day,
        Ref: "2e4d3f7a-0000-4000-8000-000000000000",
        Kind: "enrichment",
        Enrichment: { Tags: ["CVE-2026-1"], Enrichment: {} },
    });

    it("tells of each updater how much, and of when", async () => {
        assert.deepEqual(await read(score, line("osv/go", "1"), line("osv/go", "2"), ""), [
            { name: "clair.cvss", kind: "enrichment", records: 1, date: day },
            { name: "osv/go", kind: "vulnerability", records: 2, date: "2026-11-20T10:00:00Z" },
        ]);
    });

    const good = line("osv/go", "1");
    const wrong: readonly (readonly [string, string, RegExp])[] = [
        ["no date", good.replace(/"Date":"[^"]*"/, '"Date":""'), /line 2 .*Date: expected a time/],
        [
            "a date that is to come",
            good.replace("2026-11-20", "2026-11-22").replace("osv/go", "osv/pypi"),
            /which is to come/,
        ],
        ["no updater", good.replace("osv/go", ""), /line 2 .*Updater: expected the updater's name/],
        ["no advisory", good.replace('"Vuln"', '"Wuln"'), /line 2 .*Vuln/],
        ["another kind", good.replace("vulnerability", "else"), /line 2 .*Kind/],
        ["no JSON", good.slice(0, -1), /line 2 is nothing that an import takes/],
        [
            "the same updater by another reference",
            good.replace("1e4d", "2e4d"),
            /the updater osv\/go is there twice/,
        ],
    ];
    for (const [what, text, message] of wrong) {
        it(`is refused with ${what}`, async () => {
            await assert.rejects(read(good, text), message);
        });
    }

    it("is refused where it is empty, cut off, or packed otherwise", async () => {
        await assert.rejects(read(""), /holds no advisories/);
        const packed = zlib.gzipSync(`${good}\n`);
        const cut = carried.put("cut", packed.subarray(0, packed.length - 4));
        await assert.rejects(readArchive(cut, now), /cut is damaged or cut off/);
        await assert.rejects(readArchive(carried.put("plain", good), now), /it is not packed with gzip/);
    });
});
