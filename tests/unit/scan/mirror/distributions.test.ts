import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import * as zlib from "node:zlib";
import { alpineData } from "../../../../scan/mirror/alpine";
import { debianData } from "../../../../scan/mirror/debian";
import { rhelVexTar } from "../../../../scan/mirror/rhel-vex";
import { ubuntuOval } from "../../../../scan/mirror/ubuntu";
import { Carried, day, fixedIn, samples } from "../../../support/mirror/carried";

let carried: Carried;

function freshFolder(): void {
    beforeEach(() => {
        carried = new Carried();
    });
    afterEach(() => {
        carried.remove();
    });
}

describe("the JSON of Debian's tracker", () => {
    freshFolder();

    const read = async (content: object | string, releases: Record<string, number> = {}) => {
        carried.put("t.json", typeof content === "string" ? content : JSON.stringify(content));
        const source = { kind: "debian", file: "t.json", date: day, releases } as const;
        const found = await debianData(carried.folder, source, carried.drops);
        return { ...found, tracker: JSON.parse(found.tracker.toString()) as unknown };
    };
    const good = { openssl: { "CVE-2026-1": { releases: { trixie: fixedIn("3.5.1-1") } } } };

    it("is served as it is, with the numbers of the releases up to 13", async () => {
        const { tracker, releases } = await read(good);
        assert.deepEqual(tracker, good);
        assert.deepEqual([releases["buster"], releases["trixie"], releases["forky"]], [10, 13, undefined]);
        assert.deepEqual(carried.left, []);
    });

    it("is served without releases that Clair knows by no number, each of which is named", async () => {
        const others = { forky: fixedIn("1"), sid: fixedIn("1"), hamm: fixedIn("1") };
        const issue = (more: object) => ({ releases: { trixie: fixedIn("1"), ...more } });
        const { tracker } = await read({
            a: { "CVE-2026-1": issue(others), "CVE-2026-2": issue({ sid: {} }) },
        });
        assert.deepEqual(tracker, { a: { "CVE-2026-1": issue({}), "CVE-2026-2": issue({}) } });
        assert.deepEqual(carried.left, [
            [
                "t.json",
                "1 issue of forky",
                "forky (Debian 14) has no version, and Clair knows no image of it",
            ],
            [
                "t.json",
                "1 issue of hamm",
                'nobody knows the number of the release hamm; give it in sources.json, "releases"',
            ],
            [
                "t.json",
                "2 issues of sid",
                "sid (Debian unstable) has no version, and Clair knows no image of it",
            ],
        ]);
    });

    it("takes the numbers of more releases from sources.json", async () => {
        const { releases, tracker } = await read(
            { a: { "CVE-2026-1": { releases: { forky: fixedIn("1") } } } },
            { forky: 14 },
        );
        assert.equal(releases["forky"], 14);
        assert.deepEqual(tracker, { a: { "CVE-2026-1": { releases: { forky: fixedIn("1") } } } });
        assert.deepEqual(carried.left, []);
    });

    it("is served without what is no fact of the tracker", async () => {
        const wrong = {
            trixie: { ...fixedIn("1"), fixed_version: "from upstream" },
            bookworm: fixedIn("1:2.0~rc1-1"),
        };
        const { tracker } = await read({
            ...good,
            a: { "CVE-2026-1": { releases: wrong }, "CVE-2026-2": [] },
        });
        assert.deepEqual(tracker, {
            ...good,
            a: { "CVE-2026-1": { releases: { bookworm: wrong.bookworm } } },
        });
        assert.deepEqual(carried.left, [
            ["t.json", "a CVE-2026-1", "what it says of trixie is no fact of the tracker"],
            ["t.json", "a CVE-2026-2", "it is no issue of the tracker (description, releases)"],
        ]);
    });

    it("keeps what nobody has fixed", async () => {
        const open = { a: { "CVE-2026-1": { releases: { trixie: { status: "open", urgency: "low" } } } } };
        assert.deepEqual((await read(open)).tracker, open);
    });

    it("is refused where it is cut off, another one, or nothing is left", async () => {
        await assert.rejects(
            read(JSON.stringify(good).slice(0, -3)),
            /t\.json is not the JSON of Debian's security/,
        );
        await assert.rejects(read([]), /t\.json is not the JSON of Debian's security tracker/);
        await assert.rejects(
            read({ a: { "CVE-2026-1": { releases: { sid: fixedIn("1") } } } }),
            /t\.json: nothing is left of it \(Debian\); t\.json: 1 left out, because sid/,
        );
    });
});

describe("a file of Alpine's security database", () => {
    freshFolder();

    const entry = (name: string, secfixes: unknown = { "1.0-r0": ["CVE-2026-1"] }) => ({
        pkg: { name, secfixes },
    });
    const database = (...packages: unknown[]) => ({ distroversion: "v3.22", reponame: "main", packages });
    const read = async (content: object, release = "3.22") => {
        carried.put("a.json.gz", zlib.gzipSync(JSON.stringify(content)));
        const source = { kind: "alpine", release, repository: "main", file: "a.json.gz", date: day } as const;
        return JSON.parse((await alpineData(carried.folder, source, carried.drops)).toString()) as unknown;
    };

    it("is served without entries that are none", async () => {
        const wrong = [entry("b", { "1.0-r0": "CVE-2026-1" }), { pkg: {} }];
        assert.deepEqual(
            await read(database(entry("a"), ...wrong, entry("c", null))),
            database(entry("a"), entry("c", null)),
        );
        const why = "it is no entry of the database (pkg.name, pkg.secfixes)";
        assert.deepEqual(carried.left, [
            ["a.json.gz", "b", why],
            ["a.json.gz", "package 3", why],
        ]);
    });

    it("is refused where it is another one than sources.json says, or nothing is left", async () => {
        await assert.rejects(
            read(database(entry("a")), "3.21"),
            /is about main of v3\.22, and sources\.json says main of v3\.21; correct sources\.json/,
        );
        await assert.rejects(
            read(database(entry("a", {}))),
            /nothing is left of it \(Alpine\); it holds no record/,
        );
        await assert.rejects(read({ packages: [] }), /is no file of Alpine's security database/);
    });
});

describe("Ubuntu's OVAL", () => {
    freshFolder();

    const sample = fs.readFileSync(path.join(samples, "com.ubuntu.noble.cve.oval.xml"), "utf8");
    const read = async (text: string, release = "24.04") => {
        carried.put("u.bz2", execFileSync("bzip2", ["-c"], { input: text }));
        const source = { kind: "ubuntu", release, file: "u.bz2", date: day } as const;
        return (await ubuntuOval(carried.folder, source, carried.drops)).toString();
    };
    const definitions = (text: string) =>
        [...text.matchAll(/<definition .* id="([^"]*)"/g)].map(([, id]) => id);

    it("is served without definitions at whose dates Clair's parser would stop", async () => {
        const text = await read(sample);
        assert.deepEqual(definitions(text), ["oval:com.ubuntu.noble:def:1", "oval:com.ubuntu.noble:def:2"]);
        assert.deepEqual(carried.left, [
            ["u.bz2", "CVE-2026-90003 on Ubuntu 24.04 LTS (noble) - low", "its date is none (2026-02-30)"],
        ]);
    });

    it("is served without definitions that have no title", async () => {
        const text = await read(sample.replace("<title>CVE-2026-90001 on", "<title></title><note>"));
        assert.deepEqual(definitions(text), ["oval:com.ubuntu.noble:def:2"]);
    });

    it("is refused where it is cut off, of another release, or nothing is left", async () => {
        await assert.rejects(read(sample.slice(0, -100)), /u\.bz2 is no OVAL file, or is cut off/);
        await assert.rejects(read("<html></html>"), /u\.bz2 is no OVAL file/);
        await assert.rejects(read(sample, "22.04"), /is about Ubuntu 24\.04, and sources\.json says 22\.04/);
        await assert.rejects(
            read(sample.replaceAll(/date="[^"]*"/g, 'date="soon"')),
            /nothing is left of it \(Ubuntu\)/,
        );
    });
});

describe("Red Hat's VEX documents", () => {
    freshFolder();

    const sample = fs.readFileSync(path.join(samples, "cve-2026-90004.json"), "utf8");
    const document = (id: string, status = "final") =>
        sample.replace('"id": "CVE-2026-90004"', `"id": "${id}"`).replace('"final"', `"${status}"`);
    const read = async (file: string) => {
        const target = path.join(carried.folder, "out.tar.zst");
        const found = await rhelVexTar(
            carried.folder,
            { kind: "rhel-vex", file, date: day },
            target,
            carried.drops,
        );
        const names = execFileSync("tar", ["--zstd", "-tf", target], { encoding: "utf8" }).trim().split("\n");
        return { ...found, names };
    };
    const tar = (...options: string[]) =>
        execFileSync("tar", ["-C", path.join(carried.folder, "vex"), "-cf", "-", ...options, "2026"]);

    it("are served as Red Hat packs them, from a folder, a tar of any packing, and a file alike", async () => {
        carried.put("vex/2026/cve-2026-90004.json", sample);
        carried.put("tar", tar());
        carried.put("tar.zst", tar("--zstd"));
        carried.put("tar.gz", tar("--gzip"));
        const sums = new Set<string>();
        for (const file of ["vex", "tar", "tar.zst", "tar.gz", "vex/2026/cve-2026-90004.json"]) {
            const { names, sha256, ids } = await read(file);
            assert.deepEqual(names, ["2026/cve-2026-90004.json"], file);
            assert.deepEqual([...ids], ["CVE-2026-90004"]);
            sums.add(sha256);
        }
        assert.equal(sums.size, 1);
        assert.deepEqual(carried.left, []);
    });

    it("are left out and named where Clair takes nothing of them", async () => {
        carried.put("vex/2026/1.json", sample);
        carried.put("vex/2026/2.json", document("CVE-2026-90005", "deleted"));
        carried.put("vex/2026/3.json", document("CVE-2014-0160"));
        carried.put(
            "vex/2026/4.json",
            document("CVE-2026-90006").replace("2026-02-01T00:00:00+00:00", "soon"),
        );
        carried.put("vex/2026/5.json", document("CVE-2026-90007").replace("CVSS:3.1/", "seven of ten"));
        carried.put("vex/2026/6.json", "{");
        carried.put("vex/2026/7.json", sample);
        assert.equal((await read("vex")).ids.size, 1);
        assert.deepEqual(
            carried.left.map(([, record, reason = ""]) => [record, reason.replace(/ \(.*/s, "")]),
            [
                ["2026/4.json", "it is no VEX document that Clair takes"],
                ["2026/5.json", "it is no VEX document that Clair takes"],
                ["2026/6.json", "it is no VEX document that Clair takes"],
                ["CVE-2014-0160", "Clair takes none from before 2015"],
                ["CVE-2026-90004", "a document of that id came before"],
                ["CVE-2026-90005", "Red Hat has deleted it"],
            ],
        );
    });

    it("are refused where the tar is cut off, or nothing is left", async () => {
        carried.put("vex/2026/1.json", sample);
        carried.put("vex/2026/2.json", document("CVE-2026-90005"));
        const inside = tar().length - 10_240 - 2000;
        const between = tar().indexOf("2026/2.json");
        for (const end of [inside, between]) {
            carried.put("tar", tar().subarray(0, end));
            await assert.rejects(
                read("tar"),
                /tar is damaged or cut off: (it has no end|Unexpected end of data)/,
                String(end),
            );
        }
        const whole = tar("--zstd");
        carried.put("tar.zst", whole.subarray(0, whole.length - 20));
        await assert.rejects(read("tar.zst"), /tar\.zst is damaged or cut off/);
        carried.put("none/readme.txt", "none");
        await assert.rejects(read("none"), /nothing is left of it \(Red Hat\); it holds no record/);
    });
});
