import assert from "node:assert/strict";
import { z } from "zod";
import { renderScans, type ScanRun } from "../../../../scan/formats";
import { judge } from "../../../../scan/policy";
import { digestOf } from "../sample";
import { emptyRun, fullRun, hostileRun, passedRun } from "./sample";

/** klar's own type (klar.go, `jsonOutput`; clair/clair.go, `Vulnerability`), with the keys that are ours. */
const lineSchema = z.strictObject({
    LayerCount: z.int().optional(),
    Vulnerabilities: z
        .partialRecord(
            z.enum(["Unknown", "Negligible", "Low", "Medium", "High", "Critical", "Defcon1"]),
            z.array(
                z.strictObject({
                    Name: z.string(),
                    NamespaceName: z.string(),
                    Link: z.string().optional(),
                    Severity: z.string(),
                    FixedBy: z.string().optional(),
                    FeatureName: z.string(),
                    FeatureVersion: z.string(),
                }),
            ),
        )
        .optional(),
    Image: z.string().optional(),
    Exit: z.literal([0, 1, 2]),
    Error: z.string().optional(),
});

const linesOf = (run: ScanRun) =>
    renderScans("klar", run)
        .trimEnd()
        .split("\n")
        .map((line) => lineSchema.parse(JSON.parse(line)));

describe("the forms of a scan: klar's JSON", () => {
    it("has a line for each image in klar's shape, with what klar would show and its code of exit", () => {
        const lines = linesOf(fullRun());
        assert.deepEqual(
            lines.map(({ Exit: exit, Vulnerabilities: all }) => [
                exit,
                all &&
                    Object.entries(all).map(([severity, found]) => [
                        severity,
                        found.map(({ Name: name }) => name),
                    ]),
            ]),
            [
                [
                    1,
                    [
                        ["Unknown", ["CVE-2026-0007"]],
                        // An excepted one is left out, as with klar's whitelist; so is what is below the lowest severity.
                        ["High", ["CVE-2026-0002", "CVE-2026-0003", "CVE-2026-0005"]],
                        ["Critical", ["CVE-2026-0001"]],
                    ],
                ],
                [0, []],
                [0, [["High", ["CVE-2021-3711", "CVE-2022-0778"]]]],
                [2, undefined],
                [2, []],
            ],
        );
        assert.deepEqual(lines[0]?.Vulnerabilities?.Critical, [
            {
                Name: "CVE-2026-0001",
                NamespaceName: "debian:13",
                Link: "https://example.org/CVE-2026-0001",
                Severity: "Critical",
                FixedBy: "1.0-2",
                FeatureName: "openssl",
                FeatureVersion: "1.0-1",
            },
        ]);
        assert.match(lines[3]?.Error ?? "", /^the report did not arrive whole/);
        assert.equal(lines[0].LayerCount, undefined);
    });

    it("shows what fails an image, whatever its severity", () => {
        const { images, policy, ...rest } = fullRun();
        const low = {
            ...{ vulnerability: "CVE-2026-0009", cves: ["CVE-2026-0009"], package: "bash", version: "1" },
            ...{
                fixedVersion: "",
                severity: "Low" as const,
                published: "",
                updater: "debian/updater",
                links: [],
            },
        };
        const judgement = judge({ findings: [low] }, policy, true, {
            lists: { kev: new Set(["CVE-2026-0009"]) },
        });
        const [line] = linesOf({
            ...rest,
            policy,
            images: images.slice(0, 1).map((one) => ({ ...one, judgement })),
        });
        assert.equal(line?.Exit, 1);
        assert.deepEqual(
            line.Vulnerabilities?.Low?.map(({ Name: name }) => name),
            ["CVE-2026-0009"],
        );
    });

    it("counts the layers where the image's history is known", () => {
        const { images, ...rest } = passedRun();
        const history = [
            { layer: digestOf("1"), createdBy: "ADD rootfs" },
            { layer: undefined, createdBy: "ENV a=b" },
        ];
        const [line] = linesOf({ ...rest, images: images.map((image) => ({ ...image, history })) });
        assert.equal(line?.LayerCount, 1);
        assert.equal(line.Exit, 0);
    });

    it("says so where nothing was judged, and for a failure that is about no image", () => {
        assert.deepEqual(linesOf(emptyRun()), [
            { Exit: 2, Error: "no image was scanned, and so nothing was judged" },
        ]);
        assert.deepEqual(linesOf({ ...emptyRun(), failures: [] }), [
            { Exit: 2, Error: "nothing was judged" },
        ]);
        assert.deepEqual(linesOf({ ...passedRun(), failures: ["the database is empty"] }).slice(1), [
            { Exit: 2, Error: "the database is empty" },
        ]);
    });

    it("keeps hostile names as they are", () => {
        assert.equal(linesOf(hostileRun()).length, 1);
        assert.doesNotMatch(renderScans("klar", hostileRun()).trimEnd(), /\p{Cc}/u);
    });
});
