import assert from "node:assert/strict";
import { z } from "zod";
import { renderScans, type ScanRun } from "../../../../scan/formats";
import { emptyRun, fullRun, hostile, hostileRun, passedRun } from "./sample";

const annotationsSchema = z.array(z.object({ annotationDate: z.string(), comment: z.string() }));

const documentSchema = z.object({
    documentNamespace: z
        .string()
        .regex(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
    creationInfo: z.object({ created: z.literal("2026-11-27T12:03:41Z") }),
    annotations: annotationsSchema,
    packages: z.array(
        z.object({
            SPDXID: z.string(),
            name: z.string(),
            primaryPackagePurpose: z.string().optional(),
            checksums: z.array(z.object({ checksumValue: z.string().regex(/^[0-9a-f]{64}$/) })).optional(),
            externalRefs: z
                .array(z.object({ referenceType: z.string(), referenceLocator: z.string() }))
                .default([]),
            annotations: annotationsSchema,
        }),
    ),
    relationships: z.array(
        z.object({ spdxElementId: z.string(), relationshipType: z.string(), relatedSpdxElement: z.string() }),
    ),
});

const documentOf = (run: ScanRun) => documentSchema.parse(JSON.parse(renderScans("spdx", run)));

// The schema itself stands in tests/integration/scan-formats.test.ts: no npm package has it.
describe("the forms of a scan: SPDX 2.3", () => {
    it("has each image with its verdict, its packages, and each finding as an annotation of its package", () => {
        const { packages, relationships, annotations } = documentOf(fullRun());
        const images = packages.filter(({ primaryPackagePurpose: purpose }) => purpose === "CONTAINER");
        assert.deepEqual(
            images.map(({ annotations: [first] }) => first?.comment.slice(0, 40)),
            [
                "verdict: fail",
                "verdict: pass",
                "verdict: over the threshold, which does ",
                "verdict: no verdict: the report did not ",
                "verdict: no verdict: nobody judged no-pa",
            ],
        );
        assert.deepEqual(
            annotations.map(({ comment }) => comment),
            ["verdict: no verdict"],
        );
        const openssl = packages.find(({ SPDXID: id }) => id === "SPDXRef-image-0-package-0");
        assert.deepEqual(
            openssl?.externalRefs.map(({ referenceType: type, referenceLocator: at }) => [type, at]),
            [
                ["purl", "pkg:deb/debian/openssl@1.0-1?distro=debian-13"],
                ["advisory", "https://example.org/CVE-2026-0001"],
            ],
        );
        assert.deepEqual(
            openssl.annotations.map(({ comment }) => comment.replace(/\(.*/, "")),
            [
                "CVE-2026-0001 Critical openssl 1.0-1, fixed in 1.0-2 ",
                "CVE-2026-0002 High openssl 1.0-1, fixed in 1.0-2 ",
            ],
        );
        const ids = new Set(["SPDXRef-DOCUMENT", ...packages.map(({ SPDXID: id }) => id)]);
        assert.equal(ids.size, packages.length + 1);
        assert.equal(relationships.length, packages.length);
        assert.ok(
            relationships.every((one) => ids.has(one.spdxElementId) && ids.has(one.relatedSpdxElement)),
        );
    });

    it("has no checksum of an image without a digest", () => {
        const run = passedRun();
        assert.equal(documentOf(run).packages[0]?.checksums?.length, 1);
        const images = run.images.map((image) => ({ ...image, digest: "" }));
        assert.equal(documentOf({ ...run, images }).packages[0]?.checksums, undefined);
    });

    it("says so where nothing was judged", () => {
        const { packages, annotations } = documentOf(emptyRun());
        assert.deepEqual(packages, []);
        assert.match(annotations[0]?.comment ?? "", /^verdict: no verdict: no image was scanned/);
        assert.equal(documentOf(passedRun()).annotations[0]?.comment, "verdict: pass");
    });

    it("keeps hostile names as they are, and follows no link but the web's", () => {
        const [, held] = documentOf(hostileRun()).packages;
        assert.equal(held?.name, hostile);
        assert.deepEqual(
            held.externalRefs.filter(({ referenceType: type }) => type === "advisory"),
            [],
        );
    });
});
