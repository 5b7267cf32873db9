import assert from "node:assert/strict";
import type { AdvisoryFacts } from "../../../outputs/advisories";
import { coverageOf, judgedFacts, type Coverage } from "../../../scan/coverage";
import { debian13 } from "./sample";
import { alpine, apk, distributions, container, other, redHat, rhel8, rpm } from "./coverage-cases";
import { repositoryCases } from "./coverage-cases-languages";
import { deb, facts, goModule, holds, inRepository, type Held } from "./holds";

const today = "2026-11-27";

/** A package of Debian 13 in a version, and the version of its source. */
const built = (name: string, version: string, source: string, of: string): Held => ({
    ...deb(name),
    version,
    source: { name: source, version: of },
});

const bsdutils = built("bsdutils", "1:2.41-5+b1", "util-linux", "2.41-5");

/** The parts of an image that were judged and not: `debian:13 2`, with the packages of each. */
function parts({ judged, unjudged }: Coverage): { judged: string[]; not: string[] } {
    const text = ({ what, packages }: { what: string; packages: number }) => `${what} ${packages}`;
    return { judged: judged.map(text), not: unjudged.map(text) };
}

describe("what of an image was judged", () => {
    for (const [what, { image, has, judged = [], not = [] }] of [...distributions, ...repositoryCases]) {
        it(`of ${what}`, () => {
            const found = parts(coverageOf(holds(...image), facts(...has), today));
            assert.deepEqual(found, { judged, not });
        });
    }

    it("says how many advisories there are, and of which day the oldest are", () => {
        const image = holds([deb("apt"), goModule("a"), goModule("b")]);
        const data = facts("debian:13 5243", "debian:13 7 other", "go 4291");
        const { rests, ...known } = coverageOf(image, data, today);
        assert.deepEqual(rests, judgedFacts(image, data, today));
        assert.deepEqual(
            rests.map(({ what, facts: all }) => [what, all.length]),
            [
                ["debian:13", 2],
                ["go", 1],
            ],
        );
        assert.deepEqual(known, {
            packages: 3,
            judged: [
                { what: "debian:13", title: "Debian 13", packages: 1, advisories: 5250, date: "2026-08-21" },
                { what: "go", title: "Go", packages: 2, advisories: 4291, date: "2026-08-23" },
            ],
            unjudged: [],
        });
    });

    it("takes the oldest date of what reaches the part, in whatever order, and of nothing else", () => {
        const { updaters, ...rest } = facts("pypi 1", "debian:13 1", "debian:13 1 other");
        const dated = (...dates: string[]) => ({
            ...rest,
            updaters: updaters.map((updater, at) => ({ ...updater, date: dates[at] ?? "" })),
        });
        const date = (...dates: string[]) =>
            coverageOf(holds([deb("a")]), dated(...dates), today).judged[0]?.date;
        assert.equal(date("2020-01-01", "2026-08-22T00:00:00Z", "2026-08-21T00:00:00Z"), "2026-08-21");
        assert.equal(date("2020-01-01", "2026-08-21T00:00:00Z", "2026-08-22T00:00:00Z"), "2026-08-21");
    });

    const dead = facts("debian:13 5");
    const one = { name: "one", advisories: 1, date: "" };
    const without: readonly (readonly [string, AdvisoryFacts | undefined])[] = [
        ["nothing", undefined],
        [
            "an updater that brought nothing",
            { ...dead, updaters: dead.updaters.map((one) => ({ ...one, advisories: 0 })) },
        ],
        ["an updater that is gone", { ...dead, updaters: [] }],
        [
            "an updater that has a problem",
            { ...dead, updaters: dead.updaters.map((one) => ({ ...one, problem: "too old" })) },
        ],
        ["updaters, and nothing of what they are for", { ...dead, coverage: [] }],
    ];
    for (const [what, data] of without) {
        it(`judges nothing by ${what}`, () => {
            assert.deepEqual(parts(coverageOf(holds([deb("a")]), data, today)), {
                judged: [],
                not: ["debian:13 1"],
            });
        });
    }

    const withVersions: readonly (readonly [string, readonly Held[], readonly string[]])[] = [
        ["a version that is not its source's", [bsdutils], ["package:bsdutils"]],
        [
            "it beside another of that source in its version",
            [bsdutils, built("mount", "2.41-5+b2", "util-linux", "2.41-5")],
            [],
        ],
        [
            "it beside another of that source in no such version",
            [bsdutils, built("login", "1:4.16", "util-linux", "2.41-5")],
            ["package:bsdutils", "package:login"],
        ],
        [
            "it beside one of that version of another source",
            [bsdutils, built("mount", "2.41-5", "other", "2.41-5")],
            ["package:bsdutils"],
        ],
        [
            "it beside another of that source in a later version",
            [bsdutils, built("mount", "2.42-1", "util-linux", "2.42-1")],
            ["package:bsdutils"],
        ],
        ["a version that was built anew", [built("bash", "5.2-1+b3", "bash", "5.2-1")], []],
        [
            "a version that was built anew, of a source that was",
            [built("bash", "5.2-1+b3", "bash", "5.2-1+b3")],
            [],
        ],
    ];
    for (const [what, image, not] of withVersions) {
        it(`judges of Debian ${not.length === 0 ? "" : "not "}${what}`, () => {
            const { unjudged } = coverageOf(holds(image), facts("debian:13 1"), today);
            assert.deepEqual(
                unjudged.map((part) => part.what),
                not,
            );
        });
    }

    const reason = (held: Held, distributions?: object, ...has: string[]) =>
        coverageOf(holds([held], distributions), facts(...has), today).unjudged.map((part) => part.reason)[0];
    const reasons: readonly (readonly [string | undefined, string])[] = [
        [reason(deb("a")), "the database has no advisories for Debian 13 from an updater that is alive"],
        [
            reason(goModule("a"), undefined, "debian:13 1"),
            "the database has no advisories for Go from an updater that is alive",
        ],
        [
            coverageOf(
                holds([deb("a")]),
                { ...dead, updaters: ["1", "", "2", "3", "4"].map((problem) => ({ ...one, problem })) },
                today,
            ).unjudged[0]?.reason,
            "the database has no advisories for Debian 13 from an updater that is alive (1; 2; 3)",
        ],
        [reason(rpm("a"), other("rocky", "9", "Rocky")), "Clair compares nothing of rocky:9 with advisories"],
        [
            reason({ name: "a", environments: inRepository("npm") }),
            "Clair compares nothing of npm with advisories",
        ],
        [
            reason(deb("a"), { "1": { ...debian13, version_id: "11" } }, "debian:11 1"),
            "Debian 11 ended on 2026-08-31, and nobody writes all advisories for it any more",
        ],
        [
            reason(apk("a"), alpine("3.22", { pretty_name: "Ours" }), "alpine:3.22 1"),
            "its pretty name is Ours, and the advisories are for Alpine Linux v3.22",
        ],
        [
            reason(deb("a"), { "1": { ...debian13, name: "Ours" } }, "debian:13 1"),
            "its name is Ours, and the advisories are for Debian GNU/Linux",
        ],
        [
            reason({ ...deb("a"), source: { name: "gcc-12 (12.2.0-14)" } }, undefined, "debian:13 1"),
            "the report names as its source package gcc-12 (12.2.0-14), and no advisory is about that",
        ],
        [
            reason({ ...deb("a"), source: null }, undefined, "debian:13 1"),
            "the report names no source package of it, and Debian's advisories are about these",
        ],
        [
            reason(bsdutils, undefined, "debian:13 1"),
            "its version 1:2.41-5+b1 is not the one of its source package (util-linux 2.41-5), and advisories are about that",
        ],
        [
            reason(goModule("a", "(devel)"), undefined, "debian:13 1", "go 1"),
            "its version (devel) is none that can be compared",
        ],
        [
            reason({ name: "a", environments: inRepository("maven") }, undefined, "maven 1"),
            "it tells no group, and advisories name packages by group and name",
        ],
        [reason({ ...deb(""), source: { name: "a" } }, undefined, "debian:13 1"), "it has no name"],
        [
            reason({ ...deb("a"), normalized_version: "unmatchable:1" }, undefined, "debian:13 1"),
            "Clair leaves it out",
        ],
        [
            reason({ name: "a" }),
            "Clair recognised no distribution with a version for them, and so compared them with nothing (Debian testing and sid have no version)",
        ],
        [
            reason(goModule("a"), {}, "go 1"),
            "Clair recognised no distribution: packages of one that Clair does not know were not looked for",
        ],
        [
            reason(goModule("a"), { "1": { ...debian13, version: "", version_id: "" } }, "go 1"),
            "it has no version, and advisories are for one",
        ],
        [coverageOf(holds([]), facts(), today).unjudged.at(-1)?.reason, "Clair found no package in it"],
        [
            reason(redHat("a"), rhel8),
            "the database has no advisories for Red Hat Enterprise Linux 8 from an updater that is alive",
        ],
        [
            reason(container("rhctag:1")),
            "the database has no advisories for Red Hat Container Catalog from an updater that is alive",
        ],
    ];
    for (const [actual, expected] of reasons) {
        it(`says: ${expected}`, () => {
            assert.equal(actual, expected);
        });
    }
});
