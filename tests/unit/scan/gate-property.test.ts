import assert from "node:assert/strict";
import fc from "fast-check";
import { runGate, type GateInput } from "../../../scan/gate";
import { deb, facts, goModule, heldReport, inDistribution, inRepository, type Held } from "./holds";
import { canary, debian13, digestOf, input } from "./sample";

const today = "2026-11-27";

/** Packages of all kinds, also those that nobody judges. */
const kinds: readonly Held[] = [
    deb("openssl"),
    goModule("example.org/a"),
    goModule("example.org/app", "(devel)"),
    { name: "django", normalized_version: "pep440:0.5.0", environments: inRepository("pypi") },
    { ...deb("apt"), environments: inDistribution("2") },
    { ...deb("sid"), environments: inDistribution("") },
    { name: "nowhere" },
];
const releases = { "1": debian13, "2": { ...debian13, version_id: "12" } };
const parts = ["debian:13", "debian:12", "go", "pypi"] as const;
const accepted = [
    ...parts,
    "package:example.org/app",
    "unknown-distribution",
    "no-packages",
    "no-distribution",
];

const image = fc.record({
    packages: fc.array(fc.constantFrom(...kinds), { maxLength: 4 }),
    distributions: fc.constantFrom({}, { "1": debian13 }, releases),
    enforce: fc.boolean(),
    accept: fc.subarray(accepted),
    flagged: fc.boolean(),
});
/** Canaries of all parts, flagged. */
const canaries = [
    { ...canary(), expected: parts.flatMap((what) => canary().expected.map((one) => ({ ...one, what }))) },
];
type Image = typeof image extends fc.Arbitrary<infer T> ? T : never;

/** What the gate is given of images and of data. */
function given(images: readonly Image[], data: GateInput["advisories"]): GateInput {
    return input({
        advisories: data,
        canaries,
        scans: images.map(({ packages, distributions, enforce, accept, flagged }, at) => ({
            name: `app${at}`,
            image: `host:5000/app${at}@${digestOf("a")}`,
            digest: digestOf("a"),
            enforce,
            accept: accept.map((what) => ({ what, owner: "o", reason: "r", until: "2027-01-01" })),
            report: heldReport(digestOf("a"), packages, {
                distributions,
                vulnerabilities: {
                    v: { name: "CVE-1", updater: "debian/updater", normalized_severity: "High" },
                },
                package_vulnerabilities: flagged && packages.length > 0 ? { "0": ["v"] } : {},
            }),
        })),
    });
}

type Data = NonNullable<GateInput["advisories"]>;

/** Ways to take something from the data, of which the numbers say where. */
const lost: Readonly<Record<string, (data: Data, at: number) => Data | undefined>> = {
    "a line of what is covered": (data, at) => ({
        ...data,
        coverage: data.coverage.filter((_, one) => one !== at),
    }),
    "all advisories of a line": (data, at) => ({
        ...data,
        coverage: data.coverage.map((fact, one) => (one === at ? { ...fact, advisories: 0 } : fact)),
    }),
    "an updater": (data, at) => ({ ...data, updaters: data.updaters.filter((_, one) => one !== at) }),
    "an updater's success": (data, at) => ({
        ...data,
        updaters: data.updaters.map((updater, one) =>
            one === at ? { ...updater, problem: "too old" } : updater,
        ),
    }),
    "an updater's advisories": (data, at) => ({
        ...data,
        updaters: data.updaters.map((updater, one) => (one === at ? { ...updater, advisories: 0 } : updater)),
    }),
    "what is covered": (data) => ({ ...data, coverage: [] }),
    "all data": () => undefined,
};

const images = fc.array(image, { minLength: 1, maxLength: 2 });
const data = fc.subarray([...parts]).map((has) => facts(...has.map((part) => `${part} 5`)));
const isClosed = (taken: GateInput) => runGate(taken, today).failures.length > 0;

describe("a gate that is closed", () => {
    for (const [what, take] of Object.entries(lost)) {
        it(`is never opened by taking away ${what}`, () => {
            fc.assert(
                fc.property(images, data, fc.nat({ max: 3 }), (all, has, at) => {
                    fc.pre(isClosed(given(all, has)));
                    assert.ok(isClosed(given(all, take(has, at))));
                }),
            );
        });
    }

    it("is never opened by taking away a canary, or what a canary was flagged with", () => {
        const ways: ((taken: GateInput, part: number) => GateInput)[] = [
            (taken) => ({ ...taken, canaries: [] }),
            (taken) => ({
                ...taken,
                canaries: taken.canaries.map((one) => ({ ...one, report: canary([]).report })),
            }),
            (taken, part) => ({
                ...taken,
                canaries: taken.canaries.map((one) => ({
                    ...one,
                    expected: one.expected.filter((_, at) => at !== part),
                })),
            }),
        ];
        fc.assert(
            fc.property(
                images,
                data,
                fc.constantFrom(...ways),
                fc.nat({ max: 3 }),
                (all, has, take, part) => {
                    fc.pre(isClosed(given(all, has)));
                    assert.ok(isClosed(take(given(all, has), part)));
                },
            ),
        );
    });

    it("is never opened by taking away all that is known of a package, but its name", () => {
        fc.assert(
            fc.property(images, data, fc.nat({ max: 3 }), (all, has, at) => {
                const without = all.map((one) => ({
                    ...one,
                    accept: [],
                    packages: one.packages.map(({ name, ...held }, number) =>
                        number === at ? { name } : { name, ...held },
                    ),
                }));
                fc.pre(
                    isClosed(
                        given(
                            all.map((one) => ({ ...one, accept: [] })),
                            has,
                        ),
                    ),
                );
                assert.ok(isClosed(given(without, has)));
            }),
        );
    });

    it("is never opened by taking away all packages, or an acceptance", () => {
        fc.assert(
            fc.property(images, data, (all, has) => {
                const none = all.map((one) => ({ ...one, accept: [] }));
                fc.pre(isClosed(given(all, has)));
                assert.ok(isClosed(given(none, has)));
                assert.ok(
                    isClosed(
                        given(
                            none.map((one) => ({ ...one, packages: [] })),
                            has,
                        ),
                    ),
                );
            }),
        );
    });

    it("is open for some of these images, so that the rest says something", () => {
        const samples = fc.sample(fc.tuple(images, data), 300);
        const open = samples.filter(([all, has]) => !isClosed(given(all, has))).length;
        assert.ok(open > 5 && open < 295, String(open));
    });
});
