import assert from "node:assert/strict";
import { unzipSync } from "fflate";
import type { AdvisoryFacts } from "../../../outputs/advisories";
import { canariesFor, type Canary } from "../../../scan/canary";
import { canaryNotes, checkCanaries, doubtsOf } from "../../../scan/canary/check";
import { judgedFacts } from "../../../scan/coverage";
import { parseReport, unpackReport } from "../../../scan/report";
import { deb, goModule, heldReport, inDistribution, inRepository, type Held } from "./holds";
import { canary, debian13, digest, digestOf } from "./sample";

const today = "2026-11-27";

type Fact = AdvisoryFacts["coverage"][number];

/** A fact with a canary, `debian:13 openssl 0` or `go example.org/a v0.0.0`. */
function fact(text: string, change: Partial<Fact> = {}): Fact {
    const [what = "", name = "", version = ""] = text.split(" ");
    const [distribution = "", release] = what.split(":");
    return {
        updater: `${what} updater`,
        distribution: release === undefined ? "" : distribution,
        version: release ?? "",
        repository: release === undefined ? what : "",
        advisories: 5,
        canary: { vulnerability: `CVE of ${name}`, package: name, version },
        ...change,
    };
}

function advisories(...coverage: Fact[]): AdvisoryFacts {
    const names = [...new Set(coverage.map(({ updater }) => updater))];
    return {
        updaters: names.map((name) => ({ name, advisories: 5, date: "2026-11-01T00:00:00Z", problem: "" })),
        advisories: 5,
        coverage,
    };
}

const python: Held = {
    name: "b",
    normalized_version: "pep440:0.1.0.0.0.0.0.0.0.0",
    environments: inRepository("pypi"),
};
const java: Held = { name: "c:d", environments: inRepository("maven") };
const gem: Held = { name: "e", environments: inRepository("rubygems") };
const debian12 = {
    ...debian13,
    id: "2",
    version_id: "12",
    version: "12 (bookworm)",
    version_code_name: "bookworm",
};

const textOf = ({ files }: Canary, path: string): string => {
    const found = files.find((one) => one.path === path);
    assert.ok(found !== undefined, `${path} of ${files.map((one) => one.path).join(", ")}`);
    return Buffer.from(found.content, "base64").toString("latin1");
};

describe("canaries", () => {
    it("are an image for each distribution, with the languages in the first one", () => {
        const report = heldReport(digest, [deb("a"), goModule("b"), python, java, gem]);
        const old = heldReport(digest, [{ ...deb("a"), environments: inDistribution("2") }], {
            distributions: { "2": debian12 },
        });
        const known = [
            fact("debian:12 curl 0"),
            fact("debian:13 openssl 0"),
            fact("go example.org/a v1.2.3"),
            fact("go stdlib v1.16.0", { updater: "second go updater" }),
            fact("pypi django 3.1"),
            fact("maven org.example:core 2.4"),
            fact("rubygems rack 1.0.0"),
        ];
        const made = canariesFor(
            [report, old, report],
            advisories(...known, fact("debian:11 bash 0")),
            today,
        );
        assert.deepEqual(
            made.map(({ expected }) => expected.map((one) => `${one.what} ${one.vulnerability}`)),
            [
                [
                    "debian:12 CVE of curl",
                    "go CVE of example.org/a",
                    "go CVE of stdlib",
                    "maven CVE of org.example:core",
                    "pypi CVE of django",
                    "rubygems CVE of rack",
                ],
                ["debian:13 CVE of openssl"],
            ],
        );
        const [first, second] = made;
        assert.ok(first !== undefined && second !== undefined);
        assert.match(
            textOf(second, "etc/os-release"),
            /^ID=debian\nNAME="Debian GNU\/Linux"\nVERSION_ID="13"\n/,
        );
        assert.match(textOf(second, "etc/os-release"), /^VERSION_CODENAME=trixie$/m);
        assert.match(textOf(second, "var/lib/dpkg/status"), /^Package: openssl\n(.*\n)*Version: 0$/m);
        assert.match(textOf(first, "usr/bin/canary"), /go1\.16\.0.*dep\texample\.org\/a\tv1\.2\.3\t\n/s);
        assert.match(textOf(first, "opt/python/canary0.dist-info/METADATA"), /^Version: 3\.1$/m);
        assert.match(textOf(first, "usr/lib/ruby/gems/specifications/canary0.gemspec"), /name = "rack"$/m);
        const jar = unzipSync(Buffer.from(textOf(first, "usr/share/java/canary0.jar"), "latin1"));
        const properties = Buffer.from(
            jar["META-INF/maven/org.example/core/pom.properties"] ?? [],
        ).toString();
        assert.equal(properties, "groupId=org.example\nartifactId=core\nversion=2.4\n");
        // The same each time, or each run would find something to change.
        assert.deepEqual(made, canariesFor([report, old], advisories(...known), today));
    });

    it("have each updater's packages in one database, and Alpine's as apk writes them", () => {
        const alpine = {
            id: "3",
            did: "alpine",
            name: "Alpine Linux",
            version: "3.22",
            version_id: "",
            pretty_name: "Alpine Linux v3.22",
        };
        const held = { ...deb("a"), environments: inDistribution("3", "lib/apk/db/installed") };
        const [made] = canariesFor(
            [heldReport(digest, [held], { distributions: { "3": alpine } })],
            advisories(
                fact("alpine:3.22 curl 0.0.1-r0"),
                fact("alpine:3.22 mupdf 0.0.1-r0", { updater: "community" }),
            ),
            today,
        );
        assert.ok(made !== undefined);
        assert.equal(made.expected.length, 2);
        assert.match(
            textOf(made, "etc/os-release"),
            /^VERSION_ID="3\.22\.0"\nPRETTY_NAME="Alpine Linux v3\.22"$/m,
        );
        const installed = textOf(made, "lib/apk/db/installed");
        assert.match(installed, /^P:curl\nV:0\.0\.1-r0\n(.+\n)*o:curl\nt:.*\n\nC:.*\nP:mupdf\n/m);
    });

    for (const [what, name, version] of [
        ["leaves its folder", "../../etc/passwd", "0"],
        ["has a slash", "a/b", "0"],
        ["has a line of its own", "a\nVersion: 9", "0"],
        ["has a version with a space", "a", "0 1"],
    ] as const) {
        it(`have no package whose name ${what}: its distribution has no canary then`, () => {
            const data = advisories(
                fact("debian:13 x 0", { canary: { vulnerability: "CVE-1", package: name, version } }),
            );
            assert.deepEqual(canariesFor([heldReport(digest, [deb("a")])], data, today), []);
        });
    }

    it("stand for nothing that no report names, and for no report that cannot be read", () => {
        const data = advisories(fact("debian:13 openssl 0"));
        assert.deepEqual(canariesFor([], data, today), []);
        assert.deepEqual(canariesFor(["none"], data, today), []);
        assert.deepEqual(
            canariesFor([heldReport(digest, [goModule("b")], { distributions: {} })], data, today),
            [],
        );
        assert.deepEqual(canariesFor([heldReport(digest, [deb("a")])], undefined, today), []);
    });

    it("are made where no distribution is", () => {
        const report = heldReport(digest, [goModule("b")], { distributions: {} });
        const [made] = canariesFor([report], advisories(fact("go example.org/a v0.0.0")), today);
        assert.deepEqual(
            made?.files.map(({ path, mode }) => `${path} ${mode}`),
            ["usr/bin/canary 0755"],
        );
    });
});

describe("what is in doubt without a canary", () => {
    const inventory = parseReport(unpackReport(heldReport(digest, [deb("a"), goModule("b")]))).inventory;
    const parts = (...coverage: Fact[]) => judgedFacts(inventory, advisories(...coverage), today);

    it("is what has none, or one that was not flagged", () => {
        const both = parts(fact("debian:13 openssl 0"), fact("go example.org/a v0.0.0"));
        assert.deepEqual([...doubtsOf(checkCanaries([canary()]), both).keys()], ["go"]);
        assert.deepEqual([...doubtsOf(checkCanaries([canary([])]), both).keys()], ["debian:13", "go"]);
        assert.deepEqual([...doubtsOf(checkCanaries([]), both).keys()], ["debian:13", "go"]);
        assert.deepEqual([...doubtsOf(checkCanaries([canary()]), both.slice(0, 1)).keys()], []);
    });

    it("is what the database has nothing fit for, too", () => {
        const [part] = parts(fact("debian:13 openssl 0", { canary: null }));
        assert.ok(part !== undefined);
        assert.match(
            doubtsOf(checkCanaries([]), [part]).get("debian:13") ?? "",
            /^there is no canary of Debian 13, /,
        );
    });

    it("is a canary whose report is about another image", () => {
        const other = { ...canary(), digest: digestOf("d") };
        assert.match(
            doubtsOf(checkCanaries([other]), []).get("debian:13") ?? "",
            /has no report \(Clair's report is about /,
        );
    });

    it("is not what no canary can be made of; that is noted", () => {
        const oracle = {
            id: "4",
            did: "ol",
            name: "Oracle Linux Server",
            version: "9",
            version_id: "9",
            pretty_name: "",
        };
        const held = { ...deb("a"), environments: inDistribution("4", "rpm") };
        const of = parseReport(
            unpackReport(heldReport(digest, [held], { distributions: { "4": oracle } })),
        ).inventory;
        const found = judgedFacts(of, advisories(fact("ol:9 x 0", { canary: null })), today);
        assert.deepEqual([...doubtsOf(checkCanaries([]), found)], []);
        assert.match(
            canaryNotes(checkCanaries([]), found)[0] ?? "",
            /^Oracle Linux 9: no canary can be made of its packages/,
        );
        assert.deepEqual(canaryNotes(checkCanaries([]), parts(fact("debian:13 openssl 0"))), []);
    });

    it("is noted for an updater of which no advisory is fit for one, where a verdict rests on it", () => {
        const of = parts(
            fact("debian:13 openssl 0"),
            fact("debian:13 x 0", { updater: "other/updater", canary: null }),
            fact("debian:13 x 0", { updater: "third/updater", canary: undefined, advisories: 1 }),
        );
        const checked = checkCanaries([
            {
                ...canary(),
                expected: canary().expected.map((one) => ({ ...one, updater: "debian:13 updater" })),
            },
        ]);
        assert.deepEqual(
            canaryNotes(checked, of),
            ["other/updater", "third/updater"].map(
                (updater) =>
                    `Debian 13: no advisory of ${updater} is fit for a canary, so nothing but their number shows that Clair compares that updater's advisories`,
            ),
        );
        // Where no canary stands for the part, the part is in doubt, and that says more.
        assert.deepEqual(canaryNotes(checkCanaries([]), of), []);
        assert.equal(doubtsOf(checkCanaries([]), of).size, 1);
    });
});
