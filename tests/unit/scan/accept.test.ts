import assert from "node:assert/strict";
import * as fc from "fast-check";
import { z } from "zod";
import { acceptanceSchema, applyAcceptances, type Acceptance } from "../../../scan/accept";
import { endOf, lastLapse } from "../../../scan/ends";
import {
    exceptionFinder,
    exceptionsFor,
    exceptionText,
    findingExceptionSchema,
    holding,
} from "../../../scan/exceptions";
import { parseReport } from "../../../scan/report";
import { clairReport } from "./sample";

const today = "2026-11-27";
const answered = { owner: "ops", reason: "until the next release", until: today };

describe("an acceptance", () => {
    const accept = (what: string, until = today): Acceptance => ({ ...answered, what, until });
    const part = (what: string) => ({ what, packages: 1, reason: "" });

    const table: readonly (readonly [string, readonly Acceptance[], readonly (readonly string[])[]])[] = [
        ["covers the part that it names", [accept("go")], [["go"], ["debian:14"], [], []]],
        [
            "holds on its last day, and not on the next",
            [accept("go", "2026-11-26")],
            [[], ["go", "debian:14"], ["go"], []],
        ],
        ["that nothing needs is told", [accept("pypi"), accept("go")], [["go"], ["debian:14"], [], ["pypi"]]],
        [
            "covers the whole name alone",
            [accept("debian"), accept("debian:1")],
            [[], ["go", "debian:14"], [], ["debian", "debian:1"]],
        ],
        [
            "that ended does not hide one that holds",
            [accept("go", "2020-01-01"), accept("go")],
            [["go"], ["debian:14"], ["go"], []],
        ],
        ["is used once", [accept("go"), accept("go")], [["go"], ["debian:14"], [], ["go"]]],
    ];
    for (const [what, acceptances, expected] of table) {
        it(what, () => {
            const { accepted, left, expired, unused } = applyAcceptances(
                [part("go"), part("debian:14")],
                acceptances,
                today,
            );
            assert.deepEqual(
                [accepted.map((one) => one.part), left, expired, unused].map((all) =>
                    all.map((one) => one.what),
                ),
                expected,
            );
            assert.ok(accepted.every(({ acceptance }) => acceptances.includes(acceptance)));
        });
    }

    for (const what of ["go", "debian:14", "package:example.org/app", "package:two words", "no-packages"]) {
        it(`may be of ${what}`, () => {
            assert.equal(acceptanceSchema.parse(accept(what)).what, what);
        });
    }

    const refused: readonly (readonly [string, object, RegExp])[] = [
        [
            "of nothing",
            { what: "" },
            /expected what the gate says that nobody judged, e\.g\. go.*\n.*at what$/,
        ],
        ["of two words", { what: "some thing" }, /at what$/],
        ["of a package without a name", { what: "package: " }, /at what$/],
        ["with more before a package", { what: "x package:a" }, /at what$/],
        ["of a release with more", { what: "debian:14:1" }, /at what$/],
        ["of no text", { what: 1 }, /expected what the gate says that nobody judged/],
        ["without an owner", { owner: " " }, /expected some text\n.*at owner$/],
        ["without a reason", { reason: "" }, /expected some text\n.*at reason$/],
        [
            "without an end",
            { until: undefined },
            /expected the last day on which it holds, e\.g\. 2027-03-31\n.*at until$/,
        ],
        ["until no day", { until: "2027-02-30" }, /at until$/],
        ["with a key that nobody knows", { image: "a" }, /"image"/],
    ];
    for (const [what, change, message] of refused) {
        it(`is refused ${what}`, () => {
            const { error } = acceptanceSchema.safeParse({ ...accept("go"), ...change });
            assert.ok(error);
            assert.match(z.prettifyError(error), message);
        });
    }
});

describe("an exception for findings", () => {
    const [finding] = parseReport(clairReport([{ severity: "High", name: "GHSA-1" }])).findings.map(
        (one) => ({
            ...one,
            cves: ["CVE-2020-0002"],
        }),
    );
    const covers = (change: object) => {
        assert.ok(finding);
        const exception = { ...answered, vulnerability: "GHSA-1", ...change };
        return exceptionFinder([{ ...answered, vulnerability: "other" }, exception])(finding) === exception;
    };

    for (const [what, change, expected] of [
        ["by its name", {}, true],
        ["by a CVE id", { vulnerability: "CVE-2020-0002" }, true],
        ["of another vulnerability", { vulnerability: "CVE-2020-00021" }, false],
        ["in the package that it names", { package: "package-0" }, true],
        ["in another package", { package: "package" }, false],
    ] as const) {
        it(`${expected ? "covers" : "does not cover"} a finding ${what}`, () => {
            assert.equal(covers(change), expected);
        });
    }

    it("is found as by a look at one after the other: the first one that covers the finding", () => {
        const id = fc.constantFrom("CVE-1", "CVE-2", "CVE-3", "GHSA-1");
        const name = fc.constantFrom("openssl", "zlib");
        fc.assert(
            fc.property(
                fc.array(fc.record({ vulnerability: id, package: fc.option(name, { nil: undefined }) })),
                fc.record({ vulnerability: id, cves: fc.uniqueArray(id), package: name }),
                (all, change) => {
                    assert.ok(finding);
                    const exceptions = all.map((one) => ({ ...answered, ...one }));
                    const found = { ...finding, ...change };
                    const first = exceptions.find(
                        ({ vulnerability, package: of }) =>
                            (vulnerability === found.vulnerability || found.cves.includes(vulnerability)) &&
                            (of === undefined || of === found.package),
                    );
                    assert.equal(exceptionFinder(exceptions)(found), first);
                },
            ),
        );
    });

    it("is about all images, or one", () => {
        const all = { ...answered, vulnerability: "a" };
        const one = { ...all, image: "team/app" };
        assert.deepEqual(exceptionsFor("team/app", [all, one]), [all, one]);
        assert.deepEqual(exceptionsFor("team", [all, one]), [all]);
    });

    it("holds on its last day, and not on the next", () => {
        const exception = { ...answered, vulnerability: "a" };
        assert.deepEqual(holding([exception], today), [exception]);
        assert.deepEqual(holding([exception], "2026-11-28"), []);
    });

    it("is named by all that it says", () => {
        const exception = { ...answered, vulnerability: "CVE-1" };
        assert.equal(exceptionText(exception), "CVE-1");
        assert.equal(exceptionText({ ...exception, package: "a", image: "b" }), "CVE-1 of a in b");
    });

    it("is refused without a vulnerability, and with keys that nobody knows", () => {
        for (const change of [
            { vulnerability: "" },
            { package: "" },
            { image: " " },
            { more: 1 },
            { until: "x" },
        ]) {
            assert.ok(findingExceptionSchema.safeParse({ ...answered, vulnerability: "a", ...change }).error);
        }
        assert.ok(findingExceptionSchema.safeParse({ ...answered, vulnerability: "a" }).success);
    });
});

describe("the end of a release", () => {
    for (const [release, day, expected] of [
        ["debian:11", "2026-08-31", undefined],
        ["debian:11", "2026-09-01", "2026-08-31"],
        ["debian:10", today, "2024-06-30"],
        ["debian:13", today, undefined],
        ["alpine:3.11", today, "2021-11-01"],
        ["alpine:3.21", "2026-11-02", "2026-11-01"],
        ["alpine:3.23", "2027-11-01", undefined],
        ["alpine:3.23", "2027-11-02", "2027-11-01"],
        ["ubuntu:20.04", "2025-05-29", undefined],
        ["ubuntu:20.04", "2025-05-30", "2025-05-29"],
        ["ubuntu:22.04", today, undefined],
        ["ubuntu:25.10", today, "2026-07-09"],
        ["ubuntu:26.10", today, undefined],
        ["debian:99", today, undefined],
    ] as const) {
        it(`of ${release} is ${expected ?? "not known"} on ${day}`, () => {
            assert.equal(endOf(release, day), expected);
        });
    }

    it("is a day for each release, and each is written as it stands in a verdict", () => {
        assert.equal(endOf("debian:7", "2018-06-01"), "2018-05-31");
        assert.equal(endOf("sles:12", today), "2024-10-31");
    });

    for (const [what, others, day, expected] of [
        ["of all releases", [], "2026-11-27", "2026-11-01"],
        ["of an acceptance that is later", ["2026-11-26", "2026-11-20"], "2026-11-27", "2026-11-26"],
        ["but not the day itself", ["2026-11-27"], "2026-11-27", "2026-11-01"],
        ["none before all of them", [], "2000-01-01", ""],
    ] as const) {
        it(`comes last: ${what}`, () => {
            assert.equal(lastLapse(others, day), expected);
        });
    }
});
