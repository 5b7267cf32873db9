import assert from "node:assert/strict";
import * as fc from "fast-check";
import { changesToPass } from "../../../../scan/formats/to-pass";
import { judge, type Policy } from "../../../../scan/policy";
import { severities } from "../../../../scan/severity";
import type { RunImage } from "../../../../scan/formats/run";
import type { Finding } from "../../../../scan/report";
import { fullRun, passedRun } from "./sample";

const findingArbitrary: fc.Arbitrary<Finding> = fc
    .record({
        id: fc.integer({ min: 0, max: 30 }),
        package: fc.constantFrom("openssl", "zlib", "curl", "bash"),
        fixedVersion: fc.constantFrom("", "2.0", "2.1"),
        severity: fc.constantFrom(...severities),
    })
    .map(({ id, ...rest }) => ({
        ...rest,
        vulnerability: `CVE-2026-${1000 + id}`,
        cves: [`CVE-2026-${1000 + id}`],
        version: "1.0",
        published: "",
        updater: "debian/updater",
        links: [],
    }));

const policyArbitrary: fc.Arbitrary<Policy> = fc.record({
    severity: fc.constantFrom("Low", "High"),
    threshold: fc.integer({ min: 0, max: 5 }),
    unknownAs: fc.constantFrom("Low", "High"),
    ignoreUnfixed: fc.boolean(),
});

describe("what would have to change to pass", () => {
    it("makes any image pass, and names no finding twice, and none that is no reason", () => {
        fc.assert(
            fc.property(
                fc.array(findingArbitrary, { maxLength: 30 }),
                policyArbitrary,
                fc.array(
                    fc.integer({ min: 1000, max: 1030 }).map((id) => `CVE-2026-${id}`),
                    { maxLength: 3 },
                ),
                (findings, policy, exploited) => {
                    const lists = { kev: new Set(exploited) };
                    const judgement = judge({ findings }, policy, true, { lists });
                    const [image] = passedRun().images;
                    assert.ok(image);
                    const changes = changesToPass({ ...image, judgement } satisfies RunImage, policy);
                    assert.equal(changes.length === 0, judgement.verdict === "pass");
                    const gone = changes.flatMap((change) => change.findings);
                    assert.equal(new Set(gone).size, gone.length);
                    const key = ({ vulnerability, package: name }: Finding) => `${vulnerability} ${name}`;
                    const left = findings.filter((one) => !gone.some((other) => key(other) === key(one)));
                    assert.equal(judge({ findings: left }, policy, true, { lists }).verdict, "pass");
                },
            ),
        );
    });

    it("says it in words: updates first, then what has no fix, and what nobody judged", () => {
        const { images, policy } = fullRun();
        assert.deepEqual(
            images.map((image) => changesToPass(image, policy).map(({ text }) => text)),
            [
                [
                    "update openssl 1.0-1 to 1.0-2: 2 findings fewer (CVE-2026-0001, CVE-2026-0002)",
                    "take zlib out, or except CVE-2026-0003 of zlib (portcullis:scan.exceptions), which has no fix yet: 1 finding fewer",
                ],
                [],
                [
                    "update openssl 1.1.1k-1 to 1.1.1k-1+deb11u1: 2 findings fewer (CVE-2021-3711, CVE-2022-0778)",
                ],
                ["scan the image again (portcullis:scan.rescan), once what is wrong is put right"],
                [
                    'for no-packages, which nobody judged: choose another base image, or have somebody answer for it (portcullis:images["team/unjudged"].accept)',
                ],
            ],
        );
    });

    it("names the settings of an image by its name, without its platform", () => {
        const { images, policy } = fullRun();
        const image = images.find(({ name }) => name === "team/unjudged");
        assert.ok(image);
        const [change] = changesToPass({ ...image, name: "team/unjudged (linux/arm64/v8)" }, policy);
        assert.match(change?.text ?? "", /\(portcullis:images\["team\/unjudged"\]\.accept\)$/);
    });
});
