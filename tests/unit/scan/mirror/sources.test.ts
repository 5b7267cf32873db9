import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { isDay, isTime, parseSources, updaterOf } from "../../../../scan/mirror/sources";

const now = new Date("2026-11-20T00:00:00Z");
const date = "2026-11-01T06:00:00Z";
const debian = { kind: "debian", file: "tracker.json.gz", date };
const alpine = { kind: "alpine", release: "3.22", repository: "main", file: "a.json", date };
const ubuntu = { kind: "ubuntu", release: "24.04", file: "u.xml.bz2", date };
const osv = { kind: "osv", ecosystem: "PyPI", file: "pypi/all.zip", date };
const vex = { kind: "rhel-vex", file: "vex.tar.zst", date };

const parse = (...sources: object[]) => parseSources(JSON.stringify({ sources }), now);

describe("sources.json", () => {
    it("names the files of Clair's updaters", () => {
        const edge = { ...alpine, release: "edge", repository: "community" };
        assert.deepEqual(parse(osv, debian, alpine, edge, ubuntu, vex).map(updaterOf), [
            "osv/pypi",
            "debian/updater",
            "alpine-main-v3.22-updater",
            "alpine-community-edge-updater",
            "ubuntu/updater/noble",
            "rhel-vex",
        ]);
    });

    it("is what docs/mirror.md shows", () => {
        const page = fs.readFileSync(path.join(__dirname, "../../../../docs/mirror.md"), "utf8");
        const example = /```json\n([^]*?)```/.exec(page)?.[1] ?? "";
        const sources = parseSources(example, new Date("2026-12-01T00:00:00Z"));
        assert.deepEqual(
            [...new Set(sources.map(({ kind }) => kind))],
            ["debian", "osv", "alpine", "ubuntu", "rhel-vex"],
        );
    });

    const wrong: readonly (readonly [string, object, RegExp])[] = [
        ["an unknown kind", { ...osv, kind: "oval" }, /kind/],
        ["an unknown key", { ...osv, url: "x" }, /Unrecognized key: "url"/],
        ["an ecosystem that Clair does not compare", { ...osv, ecosystem: "npm" }, /"Go"\|"Maven"\|"PyPI"/],
        ["a day for a time", { ...osv, date: "2026-11-01" }, /expected the time at which/],
        ["a day that there is not", { ...osv, date: "2026-02-30T00:00:00Z" }, /expected the time at which/],
        ["a sum that is none", { ...osv, sha256: "abc" }, /64 hexadecimal digits/],
        ["a path that leads out", { ...osv, file: "a/../../b" }, /below the folder of sources\.json/],
        ["a path from the root", { ...osv, file: "/etc/passwd" }, /below the folder of sources\.json/],
        ["a release of Alpine that Clair does not ask for", { ...alpine, release: "3.2" }, /from 3\.3 on/],
        ["a release of Ubuntu that nobody knows", { ...ubuntu, release: "23.11" }, /expected one of 14\.04/],
        [
            "a repository of Alpine that Clair does not ask for",
            { ...alpine, repository: "testing" },
            /community/,
        ],
    ];
    for (const [what, source, message] of wrong) {
        it(`is refused with ${what}`, () => {
            assert.throws(() => parse(source), message);
        });
    }

    it("is refused where it is no JSON, names nothing, or one updater's data twice", () => {
        assert.throws(() => parseSources("{", now), /sources\.json is no JSON; docs\/mirror\.md/);
        assert.throws(() => parse(), /expected one source at least/);
        assert.throws(
            () => parse(debian, osv, { ...osv, file: "other" }),
            /the data of osv\/pypi is there twice/,
        );
    });

    it("is refused with a date that is to come", () => {
        assert.equal(parse({ ...debian, date: "2026-11-20T00:00:00Z" }).length, 1);
        assert.throws(
            () => parse({ ...debian, date: "2026-11-20T00:00:01Z" }),
            /the date of tracker\.json\.gz is 2026-11-20T00:00:01Z, which is to come/,
        );
    });
});

describe("a time that Clair's parsers take", () => {
    for (const text of ["2024-02-29T00:00:00Z", "2026-01-01T23:59:59.123456+02:00", "0001-01-01T00:00:00Z"]) {
        it(`is ${text}`, () => {
            assert.ok(isTime(text));
        });
    }
    for (const text of [
        ...["2026-01-01", "2026-01-01T00:00Z", "2026-01-01T00:00:00", "2026-02-29T00:00:00Z", "yesterday"],
        ...["2026-13-01T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01 00:00:00Z"],
    ]) {
        it(`is not ${text}`, () => {
            assert.ok(!isTime(text));
        });
    }

    it("has a day that there is", () => {
        assert.ok(isDay("2026-11-30") && !isDay("2026-11-31") && !isDay("2026-1-1"));
    });
});
