import assert from "node:assert/strict";
import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import { z } from "zod";
import { renderScans, type ScanRun } from "../../../../scan/formats";
import { emptyRun, fullRun, hostile, hostileRun, passedRun } from "./sample";

const propertiesSchema = z.array(z.object({ name: z.string(), value: z.string() })).default([]);

const packageSchema = z.object({ "bom-ref": z.string(), name: z.string(), purl: z.string().optional() });

const bomSchema = z.object({
    serialNumber: z.string(),
    metadata: z.object({
        component: z.object({ type: z.literal("container"), name: z.string() }).optional(),
        properties: propertiesSchema,
    }),
    components: z
        .array(
            packageSchema.extend({
                properties: propertiesSchema,
                components: z.array(packageSchema).default([]),
            }),
        )
        .default([]),
    vulnerabilities: z
        .array(
            z.object({
                id: z.string(),
                ratings: z.array(z.object({ severity: z.string(), score: z.number().optional() })),
                recommendation: z.string().optional(),
                advisories: z.array(z.object({ url: z.string() })).default([]),
                analysis: z.object({ state: z.string().optional(), detail: z.string() }),
                affects: z.array(z.object({ ref: z.string() })),
            }),
        )
        .default([]),
});

const text = (run: ScanRun) => renderScans("cyclonedx", run);
const bomOf = (run: ScanRun) => bomSchema.parse(JSON.parse(text(run)));

describe("the forms of a scan: CycloneDX 1.6", () => {
    const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);

    for (const [what, run] of [
        ["an image of each verdict", fullRun],
        ["a run that passes", passedRun],
        ["hostile names", hostileRun],
        ["no image", emptyRun],
    ] as const) {
        it(`is valid against its schema: ${what}`, async () => {
            assert.equal(await validator.validate(text(run())), null);
        });
    }

    it("is held to the schema: a wrong document is refused", async () => {
        assert.notEqual(await validator.validate(text(fullRun()).replace('"critical"', '"wrong"')), null);
    });

    it("has each image with its verdict, its packages by package URL, and each finding on its package", () => {
        const { components, vulnerabilities, metadata } = bomOf(fullRun());
        assert.deepEqual(
            components.map(({ properties, components: packages }) => [
                properties.find(({ name }) => name === "portcullis:verdict")?.value,
                packages.length,
            ]),
            [
                ["fail", 6],
                ["pass", 1],
                ["reported", 1],
                ["error", 0],
                ["error", 0],
            ],
        );
        assert.match(
            components[3]?.properties.find(({ name }) => name === "portcullis:verdict-text")?.value ?? "",
            /^no verdict: the report did not arrive whole/,
        );
        assert.match(
            metadata.properties.find(({ name }) => name === "portcullis:verdict")?.value ?? "",
            /^no verdict$/,
        );
        const first = components[0]?.components ?? [];
        assert.equal(
            first.find(({ name }) => name === "openssl")?.purl,
            "pkg:deb/debian/openssl@1.0-1?distro=debian-13",
        );
        const names = new Map(
            components.flatMap(({ components: packages }) =>
                packages.map((one) => [one["bom-ref"], one.name] as const),
            ),
        );
        assert.deepEqual(
            vulnerabilities
                .slice(0, 7)
                .map(({ id, ratings, affects }) => [
                    id,
                    ratings.map(({ severity }) => severity),
                    affects.map(({ ref }) => names.get(ref)),
                ]),
            [
                ["CVE-2026-0001", ["critical"], ["openssl"]],
                ["CVE-2026-0002", ["high"], ["openssl"]],
                ["CVE-2026-0003", ["high"], ["zlib"]],
                ["CVE-2026-0007", ["unknown"], ["xz"]],
                ["CVE-2026-0005", ["high"], ["curl"]],
                ["CVE-2026-0006", ["high"], ["perl"]],
                ["CVE-2026-0004", ["low"], ["bash"]],
            ],
        );
        assert.deepEqual(vulnerabilities[0]?.advisories, [{ url: "https://example.org/CVE-2026-0001" }]);
        assert.equal(vulnerabilities[0].recommendation, "Update openssl to 1.0-2 or later.");
        assert.match(vulnerabilities[5]?.analysis.detail ?? "", /^excepted: by team/);
        // Nobody but a statement says that an image is not affected.
        assert.ok(vulnerabilities.every(({ analysis: { state } }) => state === undefined));
    });

    it("is about the image where there is but one, and about none where there is none", () => {
        const one = bomOf(passedRun());
        assert.match(one.metadata.component?.name ?? "", /^host:5000\/redis@sha256:a+$/);
        assert.deepEqual(
            one.components.map(({ name }) => name),
            ["openssl"],
        );
        const none = bomOf(emptyRun());
        assert.deepEqual([none.metadata.component, none.components], [undefined, []]);
        assert.match(
            none.metadata.properties.find(({ name }) => name === "portcullis:verdict")?.value ?? "",
            /^no verdict: no image was scanned/,
        );
    });

    it("keeps hostile names as they are, and follows no link but the web's", () => {
        const bom = bomOf(hostileRun());
        assert.equal(bom.components[0]?.name, hostile);
        assert.deepEqual(bom.vulnerabilities[0]?.advisories, []);
    });

    it("has the same serial number for the same run", () => {
        assert.equal(bomOf(fullRun()).serialNumber, bomOf(fullRun()).serialNumber);
        assert.notEqual(
            bomOf(fullRun()).serialNumber,
            bomOf(fullRun({ judged: "2026-11-28T12:03:41.000Z" })).serialNumber,
        );
    });
});
