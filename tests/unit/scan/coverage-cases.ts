import { debian13 } from "./sample";
import { deb, goModule, inDistribution, inRepository, type CoverageCase, type Held } from "./holds";

export const alpine = (version: string, change: object = {}) => ({
    "1": {
        did: "alpine",
        name: "Alpine Linux",
        version,
        version_id: "",
        pretty_name: version === "edge" ? "Alpine Linux edge" : `Alpine Linux v${version}`,
        ...change,
    },
});
export const apk = (name: string, source = name): Held => ({
    name,
    source: { name: source },
    environments: inDistribution("1", "lib/apk/db/installed"),
});
export const other = (did: string, version: string, name: string) => ({
    "1": { did, name, version, version_id: version, pretty_name: "" },
});
export const rpm = (name: string): Held => ({
    name,
    environments: inDistribution("1", "sqlite:usr/lib/rpm"),
});
export const rhel8 = other("rhel", "8", "Red Hat Enterprise Linux Server");
/** A package of Red Hat's: the scanner of RPM tells neither distribution nor repository, and the one for RHEL both. */
export const redHat = (name: string): Held => ({
    name,
    environments: [
        { package_db: "bdb:var/lib/rpm", distribution_id: "", repository_ids: null },
        { package_db: "bdb:var/lib/rpm", distribution_id: "1", repository_ids: ["rhel"] },
    ],
});
export const container = (kind: string): Held => ({
    name: "ubi8",
    normalized_version: kind,
    environments: inRepository("gold"),
});

/** Kinds of distributions, and none. */
export const distributions: readonly CoverageCase[] = [
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
            image: [
                [
                    deb("apt"),
                    { ...deb("b"), source: null },
                    { ...deb("c"), source: { name: "" } },
                    { ...deb("d"), source: { name: "d (1.0)" } },
                ],
            ],
            has: ["debian:13 5"],
            judged: ["debian:13 1"],
            not: ["package:b 1", "package:c 1", "package:d 1"],
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
];
