import assert from "node:assert/strict";
import { coverageOf, type Coverage } from "../../../scan/coverage";
import { debian13 } from "./sample";
import { deb, facts, goModule, holds, inDistribution, inRepository, type Held } from "./holds";

const today = "2026-11-27";

/** The parts of an image that were judged and not: `debian:13 2`, with the packages of each. */
function parts({ judged, unjudged }: Coverage): { judged: string[]; not: string[] } {
    const text = ({ what, packages }: { what: string; packages: number }) => `${what} ${packages}`;
    return { judged: judged.map(text), not: unjudged.map(text) };
}

const alpine = (version: string, change: object = {}) => ({
    "1": {
        did: "alpine",
        name: "Alpine Linux",
        version,
        version_id: "",
        pretty_name: version === "edge" ? "Alpine Linux edge" : `Alpine Linux v${version}`,
        ...change,
    },
});
const apk = (name: string, source = name): Held => ({
    name,
    source: { name: source },
    environments: inDistribution("1", "lib/apk/db/installed"),
});
const other = (did: string, version_id: string, name: string) => ({
    "1": { did, name, version: version_id, version_id, pretty_name: "" },
});
const rpm = (name: string): Held => ({ name, environments: inDistribution("1", "sqlite:usr/lib/rpm") });
const rhel8 = other("rhel", "8", "Red Hat Enterprise Linux Server");
/** A package of Red Hat's: the scanner of RPM tells neither distribution nor repository, and the one for RHEL both. */
const redHat = (name: string): Held => ({
    name,
    environments: [
        { package_db: "bdb:var/lib/rpm", distribution_id: "", repository_ids: null },
        { package_db: "bdb:var/lib/rpm", distribution_id: "1", repository_ids: ["rhel"] },
    ],
});
const container = (normalized_version: string): Held => ({
    name: "ubi8",
    normalized_version,
    environments: inRepository("gold"),
});

const baseos = "cpe:2.3:o:redhat:enterprise_linux:8:*:baseos:*:*:*:*:*";

/** What an image holds, what the database has, and how its parts come off: the kinds, and each of claircore's matchers. */
const table: readonly (readonly [
    string,
    { image: readonly [readonly Held[], object?]; has: readonly string[]; judged?: string[]; not?: string[] },
])[] = [
    [
        "packages of Debian 13, with advisories for it",
        { image: [[deb("apt"), deb("bash")]], has: ["debian:13 5"], judged: ["debian:13 2"] },
    ],
    [
        "packages of Debian 13, with advisories for others alone",
        { image: [[deb("apt")]], has: ["debian:12 5", "debian:1 5", "ubuntu:13 5"], not: ["debian:13 1"] },
    ],
    ["packages of Debian 13, with no data", { image: [[deb("apt")]], has: [], not: ["debian:13 1"] }],
    [
        "packages of Debian 13, with no advisory in the data for it",
        { image: [[deb("apt")]], has: ["debian:13 0"], not: ["debian:13 1"] },
    ],
    [
        "Debian, and Go programs, with advisories for both",
        {
            image: [[deb("apt"), goModule("stdlib"), goModule("example.org/a")]],
            has: ["debian:13 5", "go 4"],
            judged: ["debian:13 1", "go 2"],
        },
    ],
    [
        "Debian, and Go programs, with advisories for Debian alone",
        {
            image: [[deb("apt"), goModule("stdlib")]],
            has: ["debian:13 5", "pypi 3"],
            judged: ["debian:13 1"],
            not: ["go 1"],
        },
    ],
    [
        "a main module of Go without a version",
        {
            image: [[deb("apt"), goModule("stdlib"), goModule("example.org/app", "(devel)")]],
            has: ["debian:13 5", "go 4"],
            judged: ["debian:13 1", "go 1"],
            not: ["package:example.org/app 1"],
        },
    ],
    ["no package", { image: [[]], has: ["debian:13 5"], judged: ["debian:13 0"], not: ["no-packages 0"] }],
    ["no package and no distribution", { image: [[], {}], has: ["debian:13 5"], not: ["no-packages 0"] }],
    [
        "a package that Clair compares with nothing",
        {
            image: [[{ name: "openssl" }, { name: "bash", environments: null }], {}],
            has: ["debian:13 5"],
            not: ["unknown-distribution 2"],
        },
    ],
    [
        "Debian testing, which has no version",
        {
            image: [[{ ...deb("apt"), environments: inDistribution("") }], {}],
            has: ["debian:13 5"],
            not: ["unknown-distribution 1"],
        },
    ],
    [
        "a distribution that names no version",
        {
            image: [[deb("apt")], { "1": { ...debian13, version: "", version_id: "" } }],
            has: ["debian:13 5", "debian: 5"],
            not: ["debian: 1"],
        },
    ],
    [
        "a distribution that names no version, and has no package",
        {
            image: [[goModule("a")], { "1": { ...debian13, version: "", version_id: "" } }],
            has: ["go 5"],
            judged: ["go 1"],
            not: ["debian: 0"],
        },
    ],
    [
        "a distribution that no matcher knows",
        {
            image: [[rpm("openssl")], other("rocky", "9", "Rocky Linux")],
            has: ["rocky:9 5"],
            not: ["rocky:9 1"],
        },
    ],
    [
        "such a distribution, and a package in no environment",
        {
            image: [[{ name: "openssl" }], other("rocky", "9", "Rocky Linux")],
            has: ["debian:13 5"],
            not: ["unknown-distribution 1", "rocky:9 0"],
        },
    ],
    [
        "Go programs in no distribution",
        { image: [[goModule("a")], {}], has: ["go 4"], judged: ["go 1"], not: ["no-distribution 0"] },
    ],
    [
        "Go programs in a distribution that none of its packages is in",
        { image: [[goModule("a")]], has: ["go 4", "debian:13 5"], judged: ["go 1", "debian:13 0"] },
    ],
    [
        "an image that was raised from one release to the next",
        {
            image: [
                [deb("apt"), { ...deb("bash"), environments: inDistribution("2") }],
                { "1": debian13, "2": { ...debian13, version_id: "12" } },
            ],
            has: ["debian:13 5"],
            judged: ["debian:13 1"],
            not: ["debian:12 1"],
        },
    ],
    [
        "a release that ended, though there are advisories for it",
        {
            image: [[deb("apt")], { "1": { ...debian13, version_id: "11" } }],
            has: ["debian:11 5"],
            not: ["debian:11 1"],
        },
    ],
    [
        "a package in two places, of which one is judged",
        {
            image: [
                [
                    {
                        ...deb("apt"),
                        environments: [...inDistribution("1", "a"), ...inDistribution("2", "b")],
                    },
                ],
                { "1": debian13, "2": { ...debian13, version_id: "12" } },
            ],
            has: ["debian:13 5"],
            judged: ["debian:13 1"],
            not: ["debian:12 1"],
        },
    ],
    [
        "a package in two places of one kind, which counts once",
        {
            image: [
                [{ ...deb("a"), environments: [...inDistribution("1", "a"), ...inDistribution("1", "b")] }],
            ],
            has: ["debian:13 5"],
            judged: ["debian:13 1"],
        },
    ],
    [
        "a package that is listed twice",
        {
            image: [[deb("a"), { ...deb("a"), kind: "source" }]],
            has: ["debian:13 5"],
            judged: ["debian:13 2"],
        },
    ],
    [
        "a package of Debian without its source",
        {
            image: [[deb("apt"), { ...deb("b"), source: null }, { ...deb("c"), source: { name: "" } }]],
            has: ["debian:13 5"],
            judged: ["debian:13 1"],
            not: ["package:b 1", "package:c 1"],
        },
    ],
    [
        "a Debian by another name",
        {
            image: [[deb("apt")], { "1": { ...debian13, name: "Debian" } }],
            has: ["debian:13 5"],
            not: ["debian:13 1"],
        },
    ],
    [
        "Alpine, whose release is in another field",
        { image: [[apk("musl")], alpine("3.22")], has: ["alpine:3.22 5"], judged: ["alpine:3.22 1"] },
    ],
    [
        "Alpine edge",
        { image: [[apk("musl")], alpine("edge")], has: ["alpine:edge 5"], judged: ["alpine:edge 1"] },
    ],
    [
        "Alpine with a pretty name of its own, by which Clair finds nothing",
        {
            image: [[apk("musl")], alpine("3.22", { pretty_name: "Our Alpine" })],
            has: ["alpine:3.22 5"],
            not: ["alpine:3.22 1"],
        },
    ],
    [
        "Alpine's virtual packages, in which there is nothing",
        {
            image: [[apk("musl"), apk(".build-deps", "")], alpine("3.22")],
            has: ["alpine:3.22 5"],
            judged: ["alpine:3.22 1"],
        },
    ],
    [
        "what looks like a virtual package, and has a source or another database",
        {
            image: [
                [
                    apk(".a", "a"),
                    { ...apk(".b", ""), environments: inDistribution("1", "var/lib/dpkg/status") },
                ],
                alpine("3.22"),
            ],
            has: ["alpine:3.22 5"],
            judged: ["alpine:3.22 1"],
            not: ["package:.b 1"],
        },
    ],
    [
        "Ubuntu",
        {
            image: [[rpm("a")], other("ubuntu", "24.04", "Ubuntu")],
            has: ["ubuntu:24.04 5"],
            judged: ["ubuntu:24.04 1"],
        },
    ],
    ...(
        [
            ["amzn", "2023", "Amazon Linux"],
            ["ol", "9", "Oracle Linux Server"],
            ["photon", "5.0", "VMware Photon OS"],
            ["sles", "15", "SLES"],
            ["opensuse-leap", "15.6", "openSUSE Leap"],
        ] as const
    ).map(
        ([did, version, name]) =>
            [
                `packages of ${name}`,
                {
                    image: [[rpm("a")], other(did, version, name)],
                    has: [`${did}:${version} 5`],
                    judged: [`${did}:${version} 1`],
                },
            ] as const,
    ),
    [
        "an Oracle Linux by another name",
        { image: [[rpm("a")], other("ol", "9", "Oracle")], has: ["ol:9 5"], not: ["ol:9 1"] },
    ],
    [
        "packages of RHEL, by the CPE of their repository",
        {
            image: [[redHat("bash")], rhel8],
            has: [`${baseos} 5`],
            judged: ["rhel:8 1"],
        },
    ],
    [
        "packages of RHEL, by a pattern of CPEs",
        {
            image: [[redHat("bash")], rhel8],
            has: ["cpe:2.3:o:redhat:enterprise_linux:8:*:*:*:*:*:*:* 5"],
            judged: ["rhel:8 1"],
        },
    ],
    [
        "packages of RHEL, with advisories for other CPEs",
        {
            image: [[redHat("bash")], rhel8],
            has: [`${baseos.replace(":8:", ":9:")} 5`, ":* 5", "debian:13 5", "go 5"],
            not: ["rhel:8 1"],
        },
    ],
    [
        "RHEL without its packages",
        {
            image: [[goModule("a")], rhel8],
            has: ["go 5", `${baseos} 5`],
            judged: ["go 1"],
            not: ["rhel:8 0"],
        },
    ],
    [
        "an image of Red Hat's as a whole",
        {
            image: [[container("rhctag:8.7.0.0.0.0.0.0.0.0"), redHat("bash")], rhel8],
            has: [`${baseos} 5 rhel-vex`],
            judged: ["rhcc 1", "rhel:8 1"],
        },
    ],
    [
        "an image of Red Hat's as a whole, with advisories of others",
        {
            image: [[container("rhctag:8.7.0.0.0.0.0.0.0.0"), redHat("bash")], rhel8],
            has: [`${baseos} 5`],
            judged: ["rhel:8 1"],
            not: ["rhcc 1"],
        },
    ],
    [
        "an image on one of Red Hat's, whose own mark counts for both",
        {
            image: [[container("rhctag:8.7.0"), container("unmatchable:8.7.0"), redHat("bash")], rhel8],
            has: [`${baseos} 5 rhel-vex`],
            judged: ["rhcc 1", "rhel:8 1"],
        },
    ],
    [
        "marks of Red Hat's images that Clair leaves out, all of them",
        {
            image: [[container("unmatchable:8.7.0"), redHat("bash")], rhel8],
            has: [`${baseos} 5 rhel-vex`],
            judged: ["rhel:8 1"],
            not: ["package:ubi8 1"],
        },
    ],
    [
        "another package that Clair leaves out",
        {
            image: [
                [
                    container("rhctag:8.7.0"),
                    { ...redHat("bash"), normalized_version: "unmatchable:1" },
                    redHat("curl"),
                ],
                rhel8,
            ],
            has: [`${baseos} 5 rhel-vex`],
            judged: ["rhcc 1", "rhel:8 1"],
            not: ["package:bash 1"],
        },
    ],
    [
        "packages of Python",
        {
            image: [
                [
                    {
                        name: "django",
                        normalized_version: "pep440:0.5.0",
                        environments: inRepository("pypi"),
                    },
                    { name: "odd", normalized_version: "", environments: inRepository("pypi") },
                ],
            ],
            has: ["debian:13 5", "pypi 5"],
            judged: ["pypi 1", "debian:13 0"],
            not: ["package:odd 1"],
        },
    ],
    [
        "packages of Java, of which some tell no group",
        {
            image: [
                [
                    { name: "org.apache.logging.log4j:log4j-core", environments: inRepository("maven") },
                    { name: "log4j core", environments: inRepository("maven") },
                ],
            ],
            has: ["debian:13 5", "maven 1"],
            judged: ["maven 1", "debian:13 0"],
            not: ["package:log4j core 1"],
        },
    ],
    [
        "packages of Ruby",
        {
            image: [[{ name: "rails", environments: inRepository("rubygems") }]],
            has: ["debian:13 5", "rubygems 5"],
            judged: ["rubygems 1", "debian:13 0"],
        },
    ],
    [
        "packages of npm, which no matcher compares",
        {
            image: [[{ name: "express", environments: inRepository("npm") }]],
            has: ["debian:13 5", "npm 5"],
            judged: ["debian:13 0"],
            not: ["npm 1"],
        },
    ],
    [
        "packages of repositories without a name, or with an odd one",
        {
            image: [
                [
                    { name: "a", environments: inRepository("keyed") },
                    { name: "b", environments: inRepository("two words") },
                ],
            ],
            has: ["debian:13 5"],
            judged: ["debian:13 0"],
            not: ["some-key 1", "two-words 1"],
        },
    ],
    [
        "a package of a repository that the report does not hold",
        {
            image: [[{ name: "a", environments: inRepository("gone") }]],
            has: ["debian:13 5"],
            judged: ["debian:13 0"],
            not: ["unknown-distribution 1"],
        },
    ],
    [
        "a package of two repositories, of which one is known",
        {
            image: [[{ name: "a", environments: inRepository("gone", "rubygems") }]],
            has: ["debian:13 5"],
            judged: ["debian:13 0"],
            not: ["rubygems 1"],
        },
    ],
    [
        "a package without a name",
        {
            image: [[{ ...deb(""), source: { name: "a" } }]],
            has: ["debian:13 5"],
            not: ["package: 1", "debian:13 0"].slice(0, 1),
            judged: ["debian:13 0"],
        },
    ],
];

describe("what of an image was judged", () => {
    for (const [what, { image, has, judged = [], not = [] }] of table) {
        it(`of ${what}`, () => {
            const found = parts(coverageOf(holds(...image), facts(...has), today));
            assert.deepEqual(found, { judged, not });
        });
    }

    it("says how many advisories there are, and of which day the oldest are", () => {
        const image = holds([deb("apt"), goModule("a"), goModule("b")]);
        const known = coverageOf(image, facts("debian:13 5243", "debian:13 7 other", "go 4291"), today);
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
    for (const [what, data] of [
        ["nothing", undefined],
        [
            "an updater that brought nothing",
            { ...dead, updaters: dead.updaters.map((one) => ({ ...one, advisories: 0 })) },
        ],
        ["an updater that is gone", { ...dead, updaters: [] }],
        ["updaters, and nothing of what they are for", { updaters: dead.updaters }],
    ] as const) {
        it(`judges nothing by ${what}`, () => {
            assert.deepEqual(parts(coverageOf(holds([deb("a")]), data, today)), {
                judged: [],
                not: ["debian:13 1"],
            });
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
            reason({ ...deb("a"), source: null }, undefined, "debian:13 1"),
            "the report names no source package of it, and Debian's advisories are about these",
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
