import { container, redHat, rhel8 } from "./coverage-cases";
import { deb, goModule, inRepository, type CoverageCase } from "./holds";

/** Packages that are judged by their repository: of Red Hat's, and of languages. */
export const repositoryCases: readonly CoverageCase[] = [
    [
        "packages of RHEL, by the key of their repository",
        {
            image: [[redHat("bash")], rhel8],
            has: ["rhel-cpe-repository 5"],
            judged: ["rhel:8 1"],
        },
    ],
    [
        "packages of RHEL, with advisories of Red Hat's for whole images",
        {
            image: [[redHat("bash")], rhel8],
            has: ["rhcc-container-repository 5", "rhel:8 5", "debian:13 5", "go 5"],
            not: ["rhel:8 1"],
        },
    ],
    [
        "RHEL without its packages",
        {
            image: [[goModule("a")], rhel8],
            has: ["go 5", "rhel-cpe-repository 5"],
            judged: ["go 1"],
            not: ["rhel:8 0"],
        },
    ],
    [
        "an image of Red Hat's as a whole",
        {
            image: [[container("rhctag:8.7.0.0.0.0.0.0.0.0"), redHat("bash")], rhel8],
            has: ["rhcc-container-repository 5", "rhel-cpe-repository 5"],
            judged: ["rhcc 1", "rhel:8 1"],
        },
    ],
    [
        "an image of Red Hat's as a whole, with advisories for its packages alone",
        {
            image: [[container("rhctag:8.7.0.0.0.0.0.0.0.0"), redHat("bash")], rhel8],
            has: ["rhel-cpe-repository 5"],
            judged: ["rhel:8 1"],
            not: ["rhcc 1"],
        },
    ],
    [
        "an image on one of Red Hat's, whose own mark counts for both",
        {
            image: [[container("rhctag:8.7.0"), container("unmatchable:8.7.0"), redHat("bash")], rhel8],
            has: ["rhcc-container-repository 5", "rhel-cpe-repository 5"],
            judged: ["rhcc 1", "rhel:8 1"],
        },
    ],
    [
        "marks of Red Hat's images that Clair leaves out, all of them",
        {
            image: [[container("unmatchable:8.7.0"), redHat("bash")], rhel8],
            has: ["rhcc-container-repository 5", "rhel-cpe-repository 5"],
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
            has: ["rhcc-container-repository 5", "rhel-cpe-repository 5"],
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
