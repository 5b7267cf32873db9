import assert from "node:assert/strict";
import { runGate, type GateResult } from "../../../scan/gate";
import { deb, facts, goModule, heldReport } from "./holds";
import { clean, digestOf, input, vulnerable } from "./sample";

function first(images: GateResult["images"]): GateResult["images"][number] {
    const [image] = images;
    assert.ok(image);
    return image;
}

describe("a part of an image that nobody judged", () => {
    const today = "2026-11-27";
    const accept = { what: "go", owner: "ops", reason: "no data yet", until: "2026-12-31" };
    /** A scan of Debian 13 with a Go program, of which the database knows nothing. */
    const scan = (change: object = {}, name = "redis") => ({
        ...clean,
        name,
        report: heldReport(digestOf("a"), [deb("apt"), goModule("a"), goModule("b")]),
        ...change,
    });
    const run = (change: object = {}, name?: string) =>
        runGate(input({ scans: [scan(change, name)] }), today);
    const unjudged =
        "no verdict: nobody judged go (2 packages): the database has no advisories for Go from an updater that is alive." +
        " Load advisories for that (portcullis:scanner), choose another base image, or have somebody answer for it ";

    for (const enforce of [true, false]) {
        it(`leaves no verdict, with enforce ${String(enforce)}`, () => {
            const { failures, images } = run({ enforce });
            assert.deepEqual(failures, [
                `host:5000/redis@${digestOf("a")}: ${unjudged}(portcullis:images.redis.accept)`,
            ]);
            assert.equal(first(images).judgement.verdict, "error");
            assert.deepEqual(
                first(images).held?.unjudged.map(({ what }) => what),
                ["go"],
            );
            assert.deepEqual(
                first(images).held?.judged.map(({ what }) => what),
                ["debian:13"],
            );
            assert.ok(first(images).raw);
        });
    }

    for (const [name, key] of [
        ["team/app", 'portcullis:images["team/app"].accept'],
        ["a1", "portcullis:images.a1.accept"],
        ["1a", 'portcullis:images["1a"].accept'],
        ["portcullis/clair", "portcullis:stackImages.accept"],
        ["my/portcullis/x", 'portcullis:images["my/portcullis/x"].accept'],
    ] as const) {
        it(`of ${name} can be accepted under ${key}`, () => {
            assert.ok(run({}, name).failures[0]?.endsWith(` (${key})`));
        });
    }

    it("passes where somebody answers for it, and that is said", () => {
        const { failures, images } = run({ accept: [accept] });
        assert.deepEqual(failures, []);
        assert.equal(first(images).judgement.verdict, "pass");
        assert.deepEqual(first(images).held, {
            packages: 3,
            judged: [
                { what: "debian:13", title: "Debian 13", packages: 1, advisories: 5243, date: "2026-08-21" },
            ],
            unjudged: [],
            accepted: [
                "go (2 packages), which nobody judged, is accepted by ops until 2026-12-31: no data yet",
            ],
            notes: [],
        });
    });

    it("leaves no verdict from the day after on", () => {
        const accepted = input({ scans: [scan({ accept: [accept] })] });
        assert.deepEqual(runGate(accepted, "2026-12-31").failures, []);
        const { failures, images } = runGate(accepted, "2027-01-01");
        assert.match(failures[0] ?? "", /no verdict: nobody judged go/);
        assert.deepEqual(first(images).held?.notes, [
            "portcullis:images.redis.accept: the acceptance of go ended on 2026-12-31; renew it or take it out",
        ]);
    });

    it("says what nothing needs", () => {
        const { images } = run({ accept: [accept, { ...accept, what: "pypi" }] });
        assert.deepEqual(first(images).held?.notes, [
            "portcullis:images.redis.accept: nothing needs the acceptance of pypi; take it out",
        ]);
    });

    it("does not hide findings over the threshold, which are told, and the part behind them", () => {
        const report = heldReport(digestOf("a"), [deb("openssl"), goModule("a")], {
            vulnerabilities: {
                v: { name: "CVE-2022-0778", updater: "debian/updater", normalized_severity: "High" },
            },
            package_vulnerabilities: { "0": ["v"] },
        });
        const found = run({ report });
        assert.equal(first(found.images).judgement.verdict, "fail");
        assert.match(
            found.failures[0] ?? "",
            /: 1 finding of severity .*\n {4}CVE-2022-0778 .*\n {4}and nobody judged go \(1 package\): the database has/,
        );
        assert.equal(first(run({ report, enforce: false }).images).judgement.verdict, "error");
        assert.doesNotMatch(run({ report, accept: [accept] }).failures[0] ?? "", /nobody judged/);
    });

    it("is judged as of today, where no other day is given", () => {
        const past = { ...accept, until: "2020-01-01" };
        assert.equal(runGate(input({ scans: [scan({ accept: [past] })] })).failures.length, 1);
        const coming = { ...accept, until: "9999-12-31" };
        assert.deepEqual(runGate(input({ scans: [scan({ accept: [coming] })] })).failures, []);
    });

    it("is all of it where the gate is not told what the database holds", () => {
        const { failures } = runGate(input({ advisories: undefined }), today);
        assert.match(failures[0] ?? "", /no verdict: nobody judged debian:13 \(1 package\)/);
    });

    it("names ten parts, and how many more there are", () => {
        const names = Array.from({ length: 11 }, (_, at) => goModule(`m${at}`, "(devel)"));
        const of = (number: number) =>
            runGate(
                input({
                    scans: [
                        scan({
                            report: heldReport(digestOf("a"), [deb("a"), ...names.slice(0, number)]),
                        }),
                    ],
                    advisories: facts("debian:13 1", "go 1"),
                }),
                today,
            ).failures[0] ?? "";
        assert.match(
            of(10),
            /package:m9 \(1 package\): its version \(devel\) is none that can be compared\. Load/,
        );
        assert.match(of(11), /package:m9 \(1 package\): its version .* compared; and 1 more\. Load/);
        assert.doesNotMatch(of(11), /m10/);
    });
});

describe("an exception for a finding", () => {
    const today = "2026-11-27";
    const exception = { vulnerability: "CVE-2021-3711", owner: "ops", reason: "not reachable", until: today };
    const run = (...exceptions: object[]) =>
        runGate(
            input({
                scans: [vulnerable],
                exceptions: exceptions.map((change) => ({ ...exception, ...change })),
            }),
            today,
        );
    const other = { vulnerability: "CVE-2022-0778" };
    const key = "portcullis:scan.exceptions: the exception of";

    it("takes it off the count, and is said", () => {
        const { failures, images } = run({}, { ...other, package: "openssl", image: "team/app" });
        assert.deepEqual(failures, []);
        assert.equal(first(images).judgement.verdict, "pass");
        assert.equal(first(images).judgement.counts?.High, 2);
        assert.deepEqual(first(images).held?.accepted, [
            "CVE-2021-3711 High openssl 1.1.1k-1, fixed in 1.1.1k-1+deb11u1 is excepted by ops until 2026-11-27: not reachable",
            "CVE-2022-0778 High openssl 1.1.1k-1, fixed in 1.1.1k-1+deb11u1 is excepted by ops until 2026-11-27: not reachable",
        ]);
        assert.deepEqual(first(images).held?.notes, []);
    });

    it("counts no more when it has ended, and that is said", () => {
        const { failures, images } = run(other, { until: "2026-11-26" });
        assert.match(failures[0] ?? "", /: 1 finding of severity/);
        assert.deepEqual(first(images).held?.notes, [
            `${key} CVE-2021-3711 ended on 2026-11-26, and the finding counts again; renew it or take it out`,
        ]);
    });

    it("of another image, or of nothing, is told", () => {
        const { failures, images } = run(other, { image: "other" }, { vulnerability: "CVE-1" });
        assert.match(failures[0] ?? "", /: 1 finding of severity/);
        assert.deepEqual(first(images).held?.notes, [
            `${key} CVE-2021-3711 in other excepts nothing; take it out`,
            `${key} CVE-1 excepts nothing; take it out`,
        ]);
    });
});

describe("a policy that cannot be read", () => {
    const bad: readonly object[] = [
        { severity: "Hihg" },
        { severity: undefined },
        { threshold: NaN },
        { threshold: "0" },
        { threshold: -1 },
        { unknownAs: "Unknown" },
        { ignoreUnfixed: "no" },
    ];
    for (const change of bad) {
        it(`leaves no verdict: ${JSON.stringify(change)}`, () => {
            const policy = Object.assign({}, input().policy, change);
            const { images, failures } = runGate(input({ policy, scans: [...input().scans, vulnerable] }));
            assert.deepEqual(
                images.map(({ judgement }) => judgement.verdict),
                ["error", "error"],
            );
            assert.equal(failures.length, 2);
            assert.match(
                failures[0] ?? "",
                /: no verdict: the policy \(portcullis:scan\) cannot be used: .*\n?.*at /,
            );
            assert.ok(first(images).raw);
            assert.equal(first(images).held?.packages, 1);
        });
    }
});
