import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as zlib from "node:zlib";
import { bindLists, readLists } from "../../../scan/lists";
import { statement, vex } from "./vex-sample";
import { assertText, catalog, Folder, scores, sha256 } from "./lists-sample";

const today = "2026-11-27";
const folder = new Folder();

describe("the files that rules of the policy rest on", () => {
    beforeEach(() => {
        folder.make();
    });
    afterEach(() => {
        folder.remove();
    });

    /** Reads one file as the catalog, or as scores. */
    const kev = (content: string | Buffer, maximumAgeDays = 14, day = today) =>
        readLists({ kev: folder.put("f", content), maximumAgeDays }, day).kev;
    const epss = (content: string | Buffer, maximumAgeDays = 14, day = today) =>
        readLists({ epss: { ...folder.put("f", content), atLeast: 0.5 }, maximumAgeDays }, day).epss;

    it("are none where no setting names one", () => {
        assert.equal(bindLists({}, 14), undefined);
        assert.deepEqual(readLists({ maximumAgeDays: 14 }, today), {});
    });

    it("are bound by their SHA-256, each where it is set", () => {
        const one = folder.put("one", catalog(["CVE-2026-0001"]));
        const two = folder.put("two", scores(["CVE-2026-0001,0.5,0.9"]));
        assert.deepEqual(bindLists({ kevFile: one.file }, 14), { kev: one, maximumAgeDays: 14 });
        assert.deepEqual(bindLists({ epssFile: two.file, epssAtLeast: 0.1 }, 7), {
            epss: { ...two, atLeast: 0.1 },
            maximumAgeDays: 7,
        });
        assert.equal(bindLists({ epssFile: two.file }, 7), undefined);
        assert.equal(bindLists({ epssAtLeast: 0.1 }, 7), undefined);
    });

    it("say which CVE ids are exploited, and how probable it is of others", () => {
        assert.deepEqual(
            [...(kev(catalog(["CVE-2026-0001", "CVE-1999-12345"])) ?? [])],
            ["CVE-2026-0001", "CVE-1999-12345"],
        );
        const text = scores([
            "CVE-1999-0001,0.00001,0.1",
            "CVE-2025-0002,1e-05,0.0",
            "CVE-2025-0003,1.25e-05,0.0",
            "CVE-2026-10001,1.0,1",
        ]);
        const expected = {
            atLeast: 0.5,
            scores: new Map([
                ["CVE-1999-0001", 0.00001],
                ["CVE-2025-0002", 0.00001],
                ["CVE-2025-0003", 0.0000125],
                ["CVE-2026-10001", 1],
            ]),
        };
        assert.deepEqual(epss(text), expected);
        assert.deepEqual(epss(zlib.gzipSync(text)), expected);
    });

    const one = ["CVE-2026-0001"];
    const kevRemedy = "; put there the JSON of CISA's Known Exploited Vulnerabilities catalog of today";
    const head = "#model_version:v2026.06.15,score_date:2026-11-26\ncve,epss,percentile\n";
    const row = "CVE-2026-0001,0.5,0.9\n";
    const noHead =
        "does not begin with the lines #model_version:…,score_date:YYYY-MM-DD… and cve,epss,percentile of FIRST's scores";

    const refusedCatalogs: readonly (readonly [string, string, string | RegExp])[] = [
        ["that is empty", "", "is no JSON, and may be cut off: Unexpected end of JSON input"],
        ["that is cut off", catalog(one).slice(0, -1), /^is no JSON, and may be cut off: .*JSON/],
        [
            "that is a list",
            "[]",
            /^is not CISA's catalog: Invalid input: expected object, received array at $/,
        ],
        [
            "without a date",
            catalog(one, { dateReleased: undefined }),
            /^is not CISA's catalog: Invalid input: .* at dateReleased$/,
        ],
        [
            "of a time without a zone",
            catalog(one, { dateReleased: "2026-11-25T17:00:05" }),
            /^is not CISA's catalog: Invalid ISO datetime at dateReleased$/,
        ],
        ["of no vulnerability", catalog([]), /^is not CISA's catalog: .* at count$/],
        [
            "of fewer vulnerabilities than it counts",
            catalog(one, { count: 2 }),
            "is not CISA's catalog: differs from the number of vulnerabilities at count",
        ],
        [
            "with more before an id",
            catalog(["xCVE-2026-0001"]),
            "is not CISA's catalog: expected a CVE id at vulnerabilities[0].cveID",
        ],
        ["of two wrong ids", catalog(["a", "b"]), /: expected a CVE id at vulnerabilities\[0\]\.cveID$/],
        [
            "with more behind an id",
            catalog([...one, "CVE-2026-0001x"]),
            "is not CISA's catalog: expected a CVE id at vulnerabilities[1].cveID",
        ],
        ["with a short id", catalog(["CVE-2026-001"]), /expected a CVE id at vulnerabilities\[0\]\.cveID$/],
        [
            "of tomorrow",
            catalog(one, { dateReleased: "2026-11-28T00:00:00Z" }),
            "is of 2026-11-28, and today is 2026-11-27",
        ],
        [
            "that is too old",
            catalog(one, { dateReleased: "2026-11-12T23:00:00Z" }),
            "is of 2026-11-12, 15 days old, and portcullis:scanner.maximumAgeDays is 14",
        ],
        [
            "of a day that is another one in UTC",
            catalog(one, { dateReleased: "2026-11-13T00:30:00+01:00" }),
            "is of 2026-11-12, 15 days old, and portcullis:scanner.maximumAgeDays is 14",
        ],
    ];
    for (const [what, content, reason] of refusedCatalogs) {
        it(`are refused: a catalog ${what}`, () => {
            assert.throws(
                () => kev(content),
                ({ message }: Error) => {
                    const begin = `portcullis:scan.kevFile: ${folder.file("f")} `;
                    assert.ok(message.startsWith(begin) && message.endsWith(kevRemedy), message);
                    assertText(message.slice(begin.length, -kevRemedy.length), reason);
                    return true;
                },
            );
        });
    }

    const zipped = zlib.gzipSync(scores(["CVE-2026-0001,0.5,0.9"]));
    const refusedScores: readonly (readonly [string, string | Buffer, string | RegExp])[] = [
        ["that are empty", "", noHead],
        ["without the first line", `cve,epss,percentile\n${row}`, noHead],
        ["with more before the first line", `x${head}${row}`, noHead],
        ["without a day", head.replace(",score_date:2026-11-26", "") + row, noHead],
        ["of no day", scores(one, "2026-02-30"), noHead],
        ["of a day with more", scores(one, "2026-11-26x"), noHead],
        ["of other columns", head.replace("percentile", "rank") + row, noHead],
        ["that are JSON", "{}", noHead],
        ["that are cut off within a line", (head + row).slice(0, -1), "is cut off: its last line has no end"],
        ["that are cut off behind the head's first line", head.slice(0, 50), noHead],
        [
            "packed, that are cut off",
            zipped.subarray(0, -9),
            /^is no gzip file, or cut off: unexpected end of file$/,
        ],
        ["packed wrongly", Buffer.from([0x1f, 0x8b, 0]), /^is no gzip file, or cut off: /],
        [
            "without a line",
            head,
            "is cut off: it is of 2026-11-26, and has no score of a CVE of that year or the one before",
        ],
        [
            "that are cut off between two lines",
            `${head}CVE-2024-0001,0.5,0.9\n`,
            "is cut off: it is of 2026-11-26, and has no score of a CVE of that year or the one before",
        ],
        ["with an empty line", `${head}${row}\n`, "has no score of a CVE in line 4: "],
        [
            "with a line of something else",
            `${head}${row}x${row}`,
            "has no score of a CVE in line 4: xCVE-2026-0001,0.5,0.9",
        ],
        [
            "with a short id",
            `${head}CVE-2026-001,0.5,0.9\n`,
            "has no score of a CVE in line 3: CVE-2026-001,0.5,0.9",
        ],
        [
            "with a score over 1",
            `${head}CVE-2026-0001,1.01,0.9\n`,
            "has no score of a CVE in line 3: CVE-2026-0001,1.01,0.9",
        ],
        ["with a score below 0", `${head}CVE-2026-0001,-0.1,0.9\n`, /^has no score of a CVE in line 3: /],
        ["without a score", `${head}CVE-2026-0001,,0.9\n`, /^has no score of a CVE in line 3: /],
        [
            "with a score that has no end",
            `${head}CVE-2026-0001,0.,0.9\n`,
            /^has no score of a CVE in line 3: /,
        ],
        [
            "with a score of a large number",
            `${head}CVE-2026-0001,10e-1,0.9\n`,
            /^has no score of a CVE in line 3: /,
        ],
        ["without a percentile", `${head}CVE-2026-0001,0.5,\n`, /^has no score of a CVE in line 3: /],
        ["with a fourth column", `${head}CVE-2026-0001,0.5,0.9,1\n`, /^has no score of a CVE in line 3: /],
        ["with a CVE twice", `${head}${row}${row}`, "has a second score of CVE-2026-0001 in line 4"],
        [
            "of a long line",
            `${head}${"x".repeat(100)}\n`,
            `has no score of a CVE in line 3: ${"x".repeat(80)}… (20 more characters)`,
        ],
        [
            "of tomorrow",
            scores(["CVE-2026-0001,0.5,0.9"], "2026-11-28"),
            "is of 2026-11-28, and today is 2026-11-27",
        ],
        [
            "that are too old",
            scores(["CVE-2026-0001,0.5,0.9"], "2026-11-12T12:00:00+0000"),
            "is of 2026-11-12, 15 days old, and portcullis:scanner.maximumAgeDays is 14",
        ],
    ];
    for (const [what, content, reason] of refusedScores) {
        it(`are refused: scores ${what}`, () => {
            assert.throws(
                () => epss(content),
                ({ message }: Error) => {
                    const begin = `portcullis:scan.epssFile: ${folder.file("f")} `;
                    const remedy = "; put there FIRST's EPSS scores of today (.csv or .csv.gz)";
                    assert.ok(message.startsWith(begin) && message.endsWith(remedy), message);
                    assertText(message.slice(begin.length, -remedy.length), reason);
                    return true;
                },
            );
        });
    }

    it("are refused with what led to that", () => {
        const causes = (act: () => unknown): string[] => {
            const names: string[] = [];
            try {
                act();
            } catch (error) {
                for (let at = error; at instanceof Error; at = at.cause) {
                    names.push(at.constructor.name);
                }
            }
            return names;
        };
        const json = causes(() => kev("{"));
        assert.deepEqual(json, ["Error", "Error", "SyntaxError"]);
        const gzip = causes(() => epss(zipped.subarray(0, -9)));
        assert.deepEqual(gzip, ["Error", "Error", "Error"]);
    });

    it("count on the last day on which they are new enough, and on their own", () => {
        assert.equal(kev(catalog(one, { dateReleased: "2026-11-13T00:00:00Z" }))?.size, 1);
        assert.equal(epss(scores(["CVE-2026-0001,0.5,0.9"], "2026-11-13"))?.scores.size, 1);
        assert.equal(epss(scores(["CVE-2026-0001,0.5,0.9"], today))?.scores.size, 1);
        assert.throws(
            () => kev(catalog(one, { dateReleased: "2026-11-25T00:00:00Z" }), 1),
            /is of 2026-11-25, 2 days old, and portcullis:scanner\.maximumAgeDays is 1;/,
        );
    });

    it("take scores of the year before, as they are in January", () => {
        const text = scores(["CVE-2025-0001,0.5,0.9", "CVE-2024-0001,0.5,0.9"], "2026-01-02");
        assert.equal(epss(text, 14, "2026-01-02")?.scores.size, 2);
    });

    it("are OpenVEX documents too, each with its statements", () => {
        const [one, two] = [folder.put("one", vex([statement()])), folder.put("two", vex([statement()]))];
        assert.deepEqual(bindLists({ vexFiles: [one.file, two.file] }, 14), {
            vex: [one, two],
            maximumAgeDays: 14,
        });
        assert.equal(bindLists({ vexFiles: [] }, 14), undefined);
        const { vex: read, ...rest } = readLists({ vex: [one, two], maximumAgeDays: 1 }, today);
        assert.deepEqual(rest, {});
        assert.deepEqual(
            read?.map(({ file }) => file),
            [one.file, two.file],
        );
        const cut = folder.put("cut", vex([]));
        assert.throws(() => readLists({ vex: [one, cut], maximumAgeDays: 1 }, today), {
            message: `portcullis:scan.vexFiles: ${cut.file} is not an OpenVEX document (v0.2.0): Too small: expected array to have >=1 items at statements; correct the OpenVEX document, or take it out of the list`,
        });
        assert.throws(
            () => readLists({ vex: [one], maximumAgeDays: 1 }, "2026-11-19"),
            /one has a statement of 2026-11-20 .*, and today is 2026-11-19; correct/,
        );
    });

    it("give nothing where one was changed, or is gone", () => {
        const files = { kev: folder.put("f", catalog(one)), maximumAgeDays: 14 };
        fs.writeFileSync(folder.file("f"), catalog(["CVE-2026-0002"]));
        const now = sha256(catalog(["CVE-2026-0002"]));
        assert.throws(() => readLists(files, today), {
            message: `portcullis:scan.kevFile: ${folder.file("f")} was changed since the settings were read: its SHA-256 is ${now}, and was ${files.kev.sha256}; run the same command again`,
        });
        fs.rmSync(folder.file("f"));
        const gone = `portcullis:scan.kevFile: ${folder.file("f")} cannot be read: ENOENT: no such file or directory, open '${folder.file("f")}'${kevRemedy}`;
        assert.throws(() => readLists(files, today), { message: gone });
        assert.throws(() => bindLists({ kevFile: folder.file("f") }, 14), { message: gone });
    });
});
