import * as zlib from "node:zlib";
import type { GateInput } from "../../../scan/gate";

/** A digest of one repeated digit. */
export const digestOf = (digit: string) => `sha256:${digit.repeat(64)}`;

/** Clair's report on an image, packed as it travels: each name is a fixed High of openssl. */
export function report(digest: string, names: readonly string[]): string {
    const body = {
        manifest_hash: digest,
        packages: { "1": { name: "openssl", version: "1.1.1k-1" } },
        vulnerabilities: Object.fromEntries(
            names.map((name) => [
                name,
                {
                    name,
                    updater: "debian/updater",
                    normalized_severity: "High",
                    fixed_in_version: "1.1.1k-1+deb11u1",
                },
            ]),
        ),
        package_vulnerabilities: { "1": names },
    };
    return zlib.gzipSync(JSON.stringify(body)).toString("base64");
}

/** What the gate takes: a clean image, and a canary that is flagged. */
export function input(change: Partial<GateInput> = {}): GateInput {
    return {
        policy: { severity: "High", threshold: 0, unknownAs: "High", ignoreUnfixed: false },
        scans: [
            {
                name: "redis",
                image: `host:5000/redis@${digestOf("a")}`,
                digest: digestOf("a"),
                enforce: true,
                report: report(digestOf("a"), []),
            },
        ],
        canary: { digest: digestOf("c"), report: report(digestOf("c"), ["CVE-2021-3711"]) },
        ...change,
    };
}

/** The scan of an image with two findings. */
export const vulnerable: GateInput["scans"][number] = {
    name: "team/app",
    image: `host:5000/team/app@${digestOf("b")}`,
    digest: digestOf("b"),
    enforce: true,
    report: report(digestOf("b"), ["CVE-2021-3711", "CVE-2022-0778"]),
};

/** Digest of the image that `clairReport` is about. */
export const digest = `sha256:${"ab".repeat(32)}`;

/** A finding, and what matters of it. */
export interface Sample {
    readonly severity: string;
    readonly fixed?: string;
    readonly name?: string;
}

/** A report of Clair with one package for each finding. */
export function clairReport(samples: readonly Sample[]): string {
    const index = samples.map((sample, at) => ({ ...sample, at: String(at) }));
    return JSON.stringify({
        manifest_hash: digest,
        packages: Object.fromEntries(
            index.map(({ at }) => [at, { id: at, name: `package-${at}`, version: "1.0" }]),
        ),
        vulnerabilities: Object.fromEntries(
            index.map(({ at, severity, fixed, name }) => [
                `v${at}`,
                {
                    id: `v${at}`,
                    name: name ?? `CVE-2020-${at.padStart(4, "0")}`,
                    updater: "debian/updater",
                    links: "a b",
                    normalized_severity: severity,
                    fixed_in_version: fixed ?? "2.0",
                },
            ]),
        ),
        package_vulnerabilities: Object.fromEntries(index.map(({ at }) => [at, [`v${at}`]])),
        enrichments: {},
    });
}
