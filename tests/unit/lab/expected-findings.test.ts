import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { z } from "zod";

const lab = path.join(__dirname, "../../../lab");

const findingsSchema = z.strictObject({
    image: z.literal("vulnerable"),
    counts: z.record(z.string(), z.int()),
    findings: z.array(
        z.strictObject({
            package: z.string().min(1),
            version: z.string().min(1),
            advisory: z.string().min(1),
            cves: z.array(z.string().regex(/^CVE-\d{4}-\d+$/)).min(1),
            severity: z.enum(["Unknown", "Negligible", "Low", "Medium", "High", "Critical"]),
            fixed: z.string().min(1),
            updater: z.string().min(1),
        }),
    ),
});

/** Name and version of each package of one of the sample's lists. */
function listed(name: string): Set<string> {
    const lines = fs
        .readFileSync(path.join(lab, "images/vulnerable", name), "utf8")
        .trim()
        .split("\n");
    return new Set(
        lines
            .filter((line) => !line.startsWith("#"))
            .map((line) => line.split(" ").slice(0, 2).join(" ").toLowerCase()),
    );
}

describe("expected findings of the vulnerable sample", () => {
    const { findings, counts } = findingsSchema.parse(
        JSON.parse(fs.readFileSync(path.join(lab, "data/expected-findings.json"), "utf8")),
    );

    it("count their own severities", () => {
        const counted: Record<string, number> = {};
        for (const { severity } of findings) {
            counted[severity] = (counted[severity] ?? 0) + 1;
        }
        assert.deepEqual(counted, counts);
    });

    it("have enough at High and above to be refused by every threshold that people use", () => {
        assert.ok((counts["High"] ?? 0) + (counts["Critical"] ?? 0) >= 5);
    });

    it("are of packages that the sample has, by advisories that the project carries", () => {
        const packages = new Set([...listed("packages.txt"), ...listed("python.txt")]);
        const carried = fs
            .readdirSync(path.join(lab, "data/advisories"))
            .filter((name) => name === "debian.tracker.json" || name.endsWith(".osv.jsonl"))
            .map((name) => fs.readFileSync(path.join(lab, "data/advisories", name), "utf8"))
            .join("");
        for (const { package: name, version, advisory } of findings) {
            if (!name.includes("log4j")) {
                assert.ok(packages.has(`${name} ${version}`), `${name} ${version}`);
            }
            assert.ok(carried.includes(`"${advisory}"`), advisory);
        }
    });
});
