import assert from "node:assert/strict";
import * as zlib from "node:zlib";
import { strToU8, unzipSync, zipSync } from "fflate";
import { osvZip } from "../../../../scan/mirror/osv";
import { Carried, day, goRecord, lines } from "../../../support/mirror/carried";

describe("OSV records", () => {
    let carried: Carried;
    beforeEach(() => {
        carried = new Carried();
    });
    afterEach(() => {
        carried.remove();
    });

    /** Reads a file of records. @returns the records that are served */
    async function served(content: string | Buffer, ecosystem: "Go" | "PyPI" = "Go"): Promise<unknown[]> {
        carried.put("osv", content);
        const { zip, ids } = await osvZip(
            carried.folder,
            { kind: "osv", ecosystem, file: "osv", date: day },
            carried.drops,
        );
        const records = Object.values(unzipSync(zip)).map(
            (text) => JSON.parse(Buffer.from(text).toString()) as { id: string },
        );
        assert.deepEqual(
            records.map(({ id }) => id),
            [...ids].sort(),
        );
        return records;
    }

    it("are served sorted, from lines, packed lines and a zip of them alike", async () => {
        const records = [goRecord("GO-2"), goRecord("GO-1")];
        const expected = [goRecord("GO-1"), goRecord("GO-2")];
        assert.deepEqual(await served(lines(records)), expected);
        assert.deepEqual(await served(zlib.gzipSync(lines(records))), expected);
        const zip = zipSync(
            Object.fromEntries(records.map((record, at) => [`${at}.json`, strToU8(JSON.stringify(record))])),
        );
        assert.deepEqual(await served(Buffer.from(zip)), expected);
        assert.deepEqual(carried.left, []);
    });

    it("are served without what Clair does not read", async () => {
        const more = { details: "words", Published: "no date", schema_version: 1 };
        assert.deepEqual(await served(lines([goRecord("GO-1", more)])), [goRecord("GO-1")]);
    });

    it("are served whatever a source has put beside what Clair reads", async () => {
        const [record] = await served(
            lines([goRecord("GO-1", { database_specific: ["odd"], credits: "odd" })]),
        );
        assert.deepEqual(record, goRecord("GO-1"));
        assert.deepEqual(
            await served(lines([goRecord("GO-1", { database_specific: { severity: "HIGH", more: 1 } })])),
            [goRecord("GO-1", { database_specific: { severity: "HIGH" } })],
        );
        assert.deepEqual(carried.left, []);
    });

    it("give the same bytes each time, whatever their order", async () => {
        const zip = async (...ids: string[]) => {
            carried.put("osv", lines(ids.map((id) => goRecord(id))));
            return (
                await osvZip(
                    carried.folder,
                    { kind: "osv", ecosystem: "Go", file: "osv", date: day },
                    carried.drops,
                )
            ).zip;
        };
        assert.ok((await zip("a", "b")).equals(await zip("b", "a")));
        assert.ok(!(await zip("a", "b")).equals(await zip("a", "c")));
    });

    const range = (type: string) => ({ type, events: [{ introduced: "0" }] });
    const affected = (ecosystem: string, ...ranges: object[]) => ({
        package: { ecosystem, name: "x" },
        ranges,
    });
    const dropped: readonly (readonly [string, Record<string, unknown> | string, RegExp])[] = [
        ["a date that is none", goRecord("GO-1", { modified: "yesterday" }), /modified: expected a time/],
        [
            "a day that there is not",
            goRecord("GO-1", { published: "2026-02-30T00:00:00Z" }),
            /published: expected/,
        ],
        ["a list that is none", goRecord("GO-1", { aliases: "CVE-2026-1" }), /aliases/],
        ["a withdrawal", goRecord("GO-1", { withdrawn: "2026-01-02T00:00:00Z" }), /^it was withdrawn$/],
        ["no package", goRecord("GO-1", { affected: [] }), /^it names no package$/],
        [
            "a range of nothing",
            goRecord("GO-1", { affected: [{ ranges: [range("GIT")] }] }),
            /^it names no package$/,
        ],
        ["commits only", goRecord("GO-1", { affected: [affected("Go", range("GIT"))] }), /or only commits$/],
        ["no range", goRecord("GO-1", { affected: [affected("Go")] }), /no range of versions/],
        [
            "another ecosystem",
            goRecord("GO-1", { affected: [affected("npm", range("SEMVER"))] }),
            /package of npm/,
        ],
        [
            "a range of no kind of Go's",
            goRecord("GO-1", { affected: [affected("Go", range("ECOSYSTEM"))] }),
            /for Go$/,
        ],
    ];
    for (const [what, record, reason] of dropped) {
        it(`are left out and named with ${what}`, async () => {
            assert.equal((await served(lines([record, goRecord("GO-2")]))).length, 1);
            assert.equal(carried.left.length, 1);
            const [file, name, why = ""] = carried.left[0] ?? [];
            assert.deepEqual([file, name], ["osv", "GO-1"]);
            assert.match(why, reason);
        });
    }

    it("are left out by their place where they are no JSON, and where an id comes again", async () => {
        assert.equal((await served(`${lines([goRecord("GO-1")])}{\n${lines([goRecord("GO-1")])}`)).length, 1);
        assert.deepEqual(carried.left, [
            ["osv", "GO-1", "a record of that id came before"],
            ["osv", "line 2", "it is no JSON"],
        ]);
    });

    it("keep what fits of them, and name what does not", async () => {
        const both = goRecord("P-1", {
            affected: [affected("PyPI", range("ECOSYSTEM")), affected("Go", range("SEMVER"))],
        });
        const [record] = await served(lines([both]), "PyPI");
        assert.deepEqual(record, goRecord("P-1", { affected: [affected("PyPI", range("ECOSYSTEM"))] }));
        assert.deepEqual(carried.left, [
            ["osv", "a package of P-1", "it is about a package of Go, which is another ecosystem"],
        ]);
    });

    it("are an error where more of them would be kept than memory is for", async () => {
        const records = [goRecord("GO-1"), goRecord("GO-2")];
        carried.put("osv", lines(records));
        const most = (bytes: number) =>
            osvZip(
                carried.folder,
                { kind: "osv", ecosystem: "Go", file: "osv", date: day },
                carried.drops,
                bytes,
            );
        const size = records.reduce((sum, record) => sum + JSON.stringify(record).length, 0);
        assert.equal((await most(size)).ids.size, 2);
        await assert.rejects(most(size - 1), /osv unpacks to more than 0 MiB, the limit; carry less of it/);
    });

    it("are an error where nothing is left of them", async () => {
        await assert.rejects(
            served(lines([goRecord("GO-1", { withdrawn: day })])),
            /^Error: osv: nothing is left of it \(Go\); osv: 1 left out, because it was withdrawn: GO-1$/,
        );
        await assert.rejects(served(""), /osv: nothing is left of it \(Go\); osv: 1 left|it holds no record/);
    });
});
