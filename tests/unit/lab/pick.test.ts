import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { strToU8, zipSync } from "fflate";
import { debianSources, goModules, mavenArtefacts, pythonName } from "../../../lab/advisories/packages";
import { pickOsv, pickTracker } from "../../../lab/advisories/pick";

const data = path.join(__dirname, "../../../lab/data");

describe("packages of an image", () => {
    it("are Debian's source packages, by their own name or that which they name", () => {
        assert.deepEqual(
            debianSources(
                "Package: libssl3t64\nSource: openssl (3.5.1-1)\n\nPackage: bash\nVersion: 1\n\nPackage: gpgv\nSource: gnupg2\n",
            ),
            ["openssl", "bash", "gnupg2"],
        );
        assert.deepEqual(debianSources(""), []);
    });

    const printed = [
        "/bin/a: go1.26.1",
        "\tpath\texample.org/a",
        "\tmod\texample.org/a\t(devel)\t",
        "\tdep\texample.org/b\tv1.0.0\th1:x=",
        "\tdep\texample.org/c\tv1.0.0",
        "\t=>\texample.org/d\tv1.1.0\th1:y=",
        "\tbuild\tGOOS=linux",
        "",
    ].join("\n");

    it("are a Go program's modules, a replaced one by the one in its place, and the standard library", () => {
        assert.deepEqual(goModules(printed), ["stdlib", "example.org/a", "example.org/b", "example.org/d"]);
        assert.deepEqual(goModules(""), []);
    });

    it("are what jars and Python's metadata name", () => {
        const properties = strToU8("version=1\ngroupId=org.example\nartifactId=lib\n");
        const jar = zipSync({
            "META-INF/maven/x/pom.properties": properties,
            "other/x.properties": properties,
            "META-INF/maven/y/pom.properties": strToU8("version=1\n"),
        });
        assert.deepEqual(mavenArtefacts(jar), ["org.example:lib"]);
        assert.deepEqual(pythonName("Metadata-Version: 2.1\nName: Ruamel.Yaml_x\nVersion: 1\n"), [
            "ruamel-yaml-x",
        ]);
        assert.deepEqual(pythonName("Version: 1\n"), []);
    });
});

describe("facts that are picked", () => {
    const resolved = { status: "resolved", urgency: "not yet assigned", fixed_version: "2-1" };
    const tracker = (release: object) =>
        JSON.stringify({
            b: { "CVE-2026-2": { releases: { trixie: release }, description: "words" } },
            a: { "CVE-2026-1": { releases: { buster: resolved, trixie: resolved } } },
            other: { "CVE-2026-3": { releases: { trixie: resolved } } },
        });

    it("are all those of the packages, whatever they say, and no others", () => {
        const open = { status: "open", urgency: "low" };
        const picked = pickTracker(tracker(open), new Set(["a", "b", "c"]));
        assert.deepEqual(JSON.parse(picked), {
            a: { "CVE-2026-1": { releases: { buster: resolved, trixie: resolved } } },
            b: { "CVE-2026-2": { releases: { trixie: open } } },
        });
        assert.match(picked, /^\{\n"a":.*\n"b":.*\n\}\n$/);
        const record = (id: string, ...names: string[]) =>
            JSON.stringify({
                id,
                published: "2026-01-01T00:00:00Z",
                affected: names.map((name) => ({ package: { ecosystem: "Go", name } })),
            });
        const lines = [record("1", "a"), record("2", "x", "b"), record("3", "x"), record("4", "ab")];
        assert.equal(pickOsv(`${lines.join("\n")}\n`, new Set(["a", "b"])), `${lines[0]}\n${lines[1]}\n`);
    });

    it("get the date that stands for none, where they have none", () => {
        const text = '{"id":"1","affected":[{"package":{"ecosystem":"Go","name":"a"}}]}';
        assert.match(pickOsv(text, new Set(["a"])), /"published":"0001-01-01T00:00:00Z"/);
    });

    it("are of packages of the lab's images, which have some of each kind", () => {
        const packages = new Set(fs.readFileSync(path.join(data, "packages.txt"), "utf8").trim().split("\n"));
        const debian = Object.keys(
            JSON.parse(fs.readFileSync(path.join(data, "advisories/debian.tracker.json"), "utf8")) as object,
        );
        assert.ok(debian.length > 30);
        for (const source of debian) {
            assert.ok(packages.has(`debian ${source}`), source);
        }
        for (const kind of ["go stdlib", "go golang.org/x/crypto", "pypi django", "debian openssl"]) {
            assert.ok(packages.has(kind), kind);
        }
    });
});
