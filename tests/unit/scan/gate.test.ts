import assert from "node:assert/strict";
import * as zlib from "node:zlib";
import { z } from "zod";
import { gateInputSchema, runGate, type GateInput } from "../../../scan/gate";
import { countsText } from "../../../scan/words";
import { canary, digestOf, input, report, vulnerable } from "./sample";

describe("the gate", () => {
    it("is passed by a clean image while the canary is flagged", () => {
        assert.deepEqual(runGate(input()).failures, []);
    });

    it("says of a refused image each finding, the rule and how it is changed", () => {
        assert.deepEqual(runGate(input({ scans: [vulnerable] })).failures, [
            `${vulnerable.image}: 2 findings of severity High or above` +
                " (a finding without a severity counts as High), 0 allowed (portcullis:scan.threshold)" +
                "\n    CVE-2021-3711 High openssl 1.1.1k-1, fixed in 1.1.1k-1+deb11u1" +
                "\n    CVE-2022-0778 High openssl 1.1.1k-1, fixed in 1.1.1k-1+deb11u1",
        ]);
    });

    it("only reports an image that is not held to the threshold", () => {
        const result = runGate(input({ scans: [{ ...vulnerable, enforce: false }] }));
        assert.deepEqual(result.failures, []);
        assert.equal(result.images[0]?.judgement.verdict, "reported");
    });

    const nullReport = zlib.gzipSync("null\n").toString("base64");
    const closed: readonly (readonly [string, Partial<GateInput>, RegExp])[] = [
        [
            "a canary that is not flagged",
            { canaries: [canary([])] },
            /redis@.*: no verdict: nobody judged debian:13 \(1 package\): the canary of Debian 13, openssl in a version that debian\/updater has CVE-2021-3711 for, was not flagged with CVE-2021-3711; load advisories \(portcullis:scanner\)/,
        ],
        [
            "a canary that is flagged with something else",
            { canaries: [canary(["CVE-2022-0778"])] },
            /no verdict: nobody judged debian:13 .*: the canary of Debian 13, .* was not flagged with CVE-2021-3711;/,
        ],
        ...(["updater", "package"] as const).map((key): [string, Partial<GateInput>, RegExp] => [
            `a canary that is flagged by another ${key}`,
            {
                canaries: [
                    { ...canary(), expected: canary().expected.map((one) => ({ ...one, [key]: "other" })) },
                ],
            },
            /no verdict: nobody judged debian:13 .*: the canary of Debian 13, .* was not flagged with CVE-2021-3711;/,
        ]),
        [
            "no canary",
            { canaries: [] },
            /no verdict: nobody judged debian:13 .*: there is no canary of Debian 13, so nothing shows that Clair still finds .* portcullis:scan\.rescan/,
        ],
        [
            "a canary of something else",
            {
                canaries: [
                    {
                        ...canary(),
                        expected: canary().expected.map((one) => ({ ...one, what: "debian:12" })),
                    },
                ],
            },
            /nobody judged debian:13 .*: there is no canary of Debian 13, /,
        ],
        ["no image", { scans: [] }, /^no image was scanned, and so nothing was judged$/],
        [
            "a canary without a report",
            { canaries: [{ ...canary(), report: nullReport }] },
            /nobody judged debian:13 .*: the canary of Debian 13, .* has no report \(.*is null.*\); .* portcullis:scan\.rescan/,
        ],
        [
            "a null report, though the image is only reported",
            { scans: [{ ...vulnerable, enforce: false, report: nullReport }] },
            /team\/app.*is null/,
        ],
        [
            "a report about another image",
            { scans: [{ ...vulnerable, report: report(digestOf("d"), []) }] },
            /is about sha256:dddd/,
        ],
        ["a report that was cut off", { scans: [{ ...vulnerable, report: "H4sI" }] }, /did not arrive whole/],
    ];
    for (const [what, change, message] of closed) {
        it(`is closed by ${what}`, () => {
            const { failures } = runGate(input(change));
            assert.equal(failures.length, 1);
            assert.match(failures[0] ?? "", message);
        });
    }
});

describe("what the gate takes", () => {
    it("is a policy, scans and canaries", () => {
        const until = { owner: "o", reason: "r", until: "2027-03-31" };
        const whole = {
            ...input(),
            scans: [{ ...vulnerable, accept: [{ what: "go", ...until }] }],
            policy: { ...input().policy, threshold: 10 },
            exceptions: [{ vulnerability: "CVE-1", ...until }],
            lapsed: "2026-11-01",
        };
        assert.deepEqual(gateInputSchema.parse(whole), whole);
    });

    const scan = (change: object) => ({ scans: [{ ...vulnerable, ...change }] });
    const refused: readonly (readonly [string, object, RegExp])[] = [
        ["without canaries", { canaries: undefined }, /at canaries$/],
        ["without scans", { scans: undefined }, /at scans$/],
        ["with a key that it does not know", { more: 1 }, /"more"/],
        [
            "with a canary that has no report",
            { canaries: [{ ...canary(), report: "" }] },
            /at canaries\[0\]\.report$/,
        ],
        [
            "with a canary of which nothing is expected",
            { canaries: [{ ...canary(), expected: [] }] },
            /at canaries\[0\]\.expected$/,
        ],
        ["with facts of another shape", { advisories: { updaters: [] } }, /at advisories\.coverage$/m],
        ["with an acceptance of another shape", scan({ accept: [{}] }), /at scans\[0\]\.accept\[0\]/],
        ["with an exception of another shape", { exceptions: [{}] }, /at exceptions\[0\]/],
        ["with a scan that has no name", scan({ name: "" }), /at scans\[0\]\.name$/],
        ["with a scan that has no image", scan({ image: "" }), /at scans\[0\]\.image$/],
        ["with a scan that has no report", scan({ report: "" }), /at scans\[0\]\.report$/],
        ["with a scan that does not say enforce", scan({ enforce: undefined }), /at scans\[0\]\.enforce$/],
        ["with more behind a digest", scan({ digest: `${digestOf("a")}a` }), /at scans\[0\]\.digest$/],
        ["with more before a digest", scan({ digest: `x${digestOf("a")}` }), /at scans\[0\]\.digest$/],
        [
            "with a threshold below 0",
            { policy: { ...input().policy, threshold: -1 } },
            /at policy\.threshold$/,
        ],
        ["with no severity of a policy", { policy: { threshold: 0 } }, /at policy\.severity$/m],
    ];
    for (const [what, change, message] of refused) {
        it(`is refused ${what}`, () => {
            const { error } = gateInputSchema.safeParse({ ...input(), ...change });
            assert.ok(error);
            assert.match(z.prettifyError(error), message);
        });
    }
});

describe("the text of counts", () => {
    it("has each severity that there is, worst first", () => {
        const counts = { Unknown: 3, Negligible: 0, Low: 0, Medium: 1, High: 0, Critical: 2 };
        assert.equal(countsText({ counts }), "critical 2, medium 1, unknown 3");
    });

    it("says where there are none", () => {
        const counts = { Unknown: 0, Negligible: 0, Low: 0, Medium: 0, High: 0, Critical: 0 };
        assert.equal(countsText({ counts }), "no findings");
    });
});
