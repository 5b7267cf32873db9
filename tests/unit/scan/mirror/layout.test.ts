import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { unzipSync } from "fflate";
import { contentMark, exportConfig, layOut, type Served } from "../../../../scan/mirror/layout";
import { parseSources } from "../../../../scan/mirror/sources";
import { Carried, day, fixedIn, goRecord, lines, samples } from "../../../support/mirror/carried";
import { sha256 } from "../lists-sample";

/** The lab's own sources. */
const lab = path.join(__dirname, "../../../../lab/data/advisories");

function content(files: ReadonlyMap<string, Served>, name: string): Buffer {
    const served = files.get(name)?.content;
    assert.ok(Buffer.isBuffer(served), `${name} is not served`);
    return served;
}

describe("layout of the advisory mirror", () => {
    let carried: Carried;
    beforeEach(() => {
        carried = new Carried();
    });
    afterEach(() => {
        carried.remove();
    });

    const lay = (folder: string, text: string) =>
        layOut(folder, parseSources(text, new Date()), carried.folder, carried.drops);
    const layLab = () => lay(lab, fs.readFileSync(path.join(lab, "sources.json"), "utf8"));
    const laySources = (...sources: object[]) => lay(carried.folder, JSON.stringify({ sources }));

    it("serves Clair's own folders for the lab's data, of which one record is left out: it was withdrawn", async () => {
        const { files, origins, sets } = await layLab();
        assert.deepEqual(content(files, "/ecosystems.txt").toString().trim().split("\n").sort(), [
            "Go",
            "Maven",
            "PyPI",
        ]);
        const records = fs.readFileSync(path.join(lab, "pypi.osv.jsonl"), "utf8").trim().split("\n");
        assert.equal(Object.keys(unzipSync(content(files, "/PyPI/all.zip"))).length, records.length - 1);
        assert.deepEqual(carried.left, [["pypi.osv.jsonl", "PYSEC-2022-43059", "it was withdrawn"]]);
        assert.deepEqual(sets, ["alpine", "debian", "osv"]);
        assert.equal(origins.size, 8);
        for (const [release, version] of [
            ["buster", 10],
            ["trixie", 13],
        ] as const) {
            const text = content(files, `/debian/dists/${release}/Release`).toString();
            // Clair knows no release whose version has no dot.
            assert.match(text, new RegExp(`^Version: ${version}\\.0$`, "m"));
            assert.ok(content(files, "/debian/dists/").toString().includes(`href="${release}/"`), release);
        }
    });

    it("numbers Alpine's releases without a gap up to the newest, and ends there", async () => {
        const { files } = await layLab();
        for (let minor = 3; minor <= 11; minor++) {
            assert.ok(files.has(`/alpine/v3.${minor}/`), `v3.${minor}`);
        }
        assert.ok(!files.has("/alpine/v3.12/"));
        assert.ok(!files.has("/alpine/v3.8/main.json") && files.has("/alpine/v3.7/main.json"));
    });

    it("gives the same bytes each time", async () => {
        const [first, second] = [await layLab(), await layLab()];
        for (const name of first.files.keys()) {
            assert.ok(content(first.files, name).equals(content(second.files, name)), name);
        }
        assert.deepEqual(first.origins, second.origins);
    });

    it("marks each updater's data by its content, and tells where it came from", async () => {
        carried.put("go", lines([goRecord("GO-1")]));
        const { files, origins } = await laySources({ kind: "osv", ecosystem: "Go", file: "go", date: day });
        const origin = origins.get("osv/go");
        assert.equal(origin?.mark, contentMark(content(files, "/Go/all.zip")));
        assert.equal(origin.source.date, day);
        assert.deepEqual([...(origin.ids ?? [])], ["GO-1"]);
        assert.notEqual(contentMark(Buffer.from("a")), contentMark(Buffer.from("b")));
    });

    it("serves Ubuntu's series as ones that are not active, so that Clair asks no other site", async () => {
        carried.put("u.xml", fs.readFileSync(path.join(samples, "com.ubuntu.noble.cve.oval.xml")));
        const { files, ubuntu } = await laySources({
            kind: "ubuntu",
            release: "24.04",
            file: "u.xml",
            date: day,
        });
        assert.deepEqual(JSON.parse(content(files, "/launchpad/ubuntu/series").toString()), {
            entries: [{ active: false, name: "noble", version: "24.04" }],
        });
        assert.deepEqual(ubuntu, ["24.04"]);
        assert.match(content(files, "/ubuntu/24.04.xml").toString(), /<oval_definitions/);
    });

    it("serves Red Hat's documents as a file, with the date as HTTP has dates", async () => {
        carried.put("vex/2026/a.json", fs.readFileSync(path.join(samples, "cve-2026-90004.json")));
        const { files, origins } = await laySources({ kind: "rhel-vex", file: "vex", date: day });
        const name = content(files, "/rhel-vex/archive_latest.txt").toString();
        const served = files.get(`/rhel-vex/${name}`);
        assert.equal(served?.lastModified, "Sun, 01 Nov 2026 00:00:00 GMT");
        assert.ok(!Buffer.isBuffer(served.content) && fs.existsSync(served.content.file));
        assert.equal(
            content(files, "/rhel-vex/changes.csv").length + content(files, "/rhel-vex/deletions.csv").length,
            0,
        );
        assert.match(origins.get("rhel-vex")?.mark ?? "", /^"[0-9a-f]{32}"$/);
    });

    it("refuses a file that is missing, a folder, or another one than was meant", async () => {
        const text = JSON.stringify({ a: { "CVE-2026-1": { releases: { trixie: fixedIn("1") } } } });
        carried.put("t", text);
        carried.put("d/t", text);
        const debian = { kind: "debian", file: "t", date: day };
        assert.ok((await laySources({ ...debian, sha256: sha256(text) })).files.has("/debian.json"));
        await assert.rejects(
            laySources({ ...debian, sha256: sha256("other") }),
            new RegExp(
                `t has SHA-256 ${sha256(text)}, and sources\\.json says ${sha256("other")}; carry the file again`,
            ),
        );
        await assert.rejects(
            laySources({ ...debian, file: "gone" }),
            /gone is missing; carry the file, or take it out/,
        );
        await assert.rejects(laySources({ ...debian, file: "d" }), /d is a folder; name a file/);
    });
});

describe("clairctl's configuration", () => {
    it("points every updater at the mirror, and at nothing else", () => {
        const url = "http://127.0.0.1:1/";
        const config = JSON.stringify(
            exportConfig(url, { sets: ["debian", "ubuntu"], ubuntu: ["22.04", "24.04"] }),
        );
        assert.equal(config.split(url).length - 1, 8);
        assert.doesNotMatch(config.replaceAll(url, ""), /http/);
        assert.match(config, /"sets":\["debian","ubuntu"\]/);
        assert.match(
            config,
            /"ubuntu\/updater\/jammy":\{"url":"http:\/\/127\.0\.0\.1:1\/ubuntu\/22\.04\.xml","use_bzip2":false\}/,
        );
    });
});
