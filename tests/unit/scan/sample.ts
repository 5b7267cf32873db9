import * as zlib from "node:zlib";
import type { GateInput } from "../../../scan/gate";

/** Debian 13 as Clair reports it. */
export const debian13 = {
    id: "1",
    did: "debian",
    name: "Debian GNU/Linux",
    version: "13 (trixie)",
    version_code_name: "trixie",
    version_id: "13",
    arch: "",
    cpe: "",
    pretty_name: "Debian GNU/Linux 13 (trixie)",
};

/** The database of dpkg, in a distribution. */
export const dpkg = [
    { package_db: "var/lib/dpkg/status", introduced_in: "", distribution_id: "1", repository_ids: null },
];

/** What Clair's database holds: advisories for Debian 13. */
const advisories = {
    updaters: [{ name: "debian/updater", advisories: 5243, date: "2026-08-21T10:00:00Z", problem: "" }],
    advisories: 5243,
    coverage: [
        {
            updater: "debian/updater",
            distribution: "debian",
            version: "13",
            repository: "",
            advisories: 5243,
        },
    ],
};

/** A digest of one repeated digit. */
export const digestOf = (digit: string) => `sha256:${digit.repeat(64)}`;

/** A report, packed as it travels. */
export const packed = (body: object) => zlib.gzipSync(JSON.stringify(body)).toString("base64");

/** Clair's report on an image, packed as it travels: each name is a fixed High of openssl. */
export function report(digest: string, names: readonly string[]): string {
    const body = {
        manifest_hash: digest,
        packages: {
            "1": { name: "openssl", version: "1.1.1k-1", source: { name: "openssl", version: "1.1.1k-1" } },
        },
        distributions: { "1": debian13 },
        environments: { "1": dpkg },
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
    return packed(body);
}

/** The canary of Debian 13, flagged with these. */
export function canary(names: readonly string[] = ["CVE-2021-3711"]): GateInput["canaries"][number] {
    return {
        digest: digestOf("c"),
        report: report(digestOf("c"), names),
        expected: [
            {
                what: "debian:13",
                title: "Debian 13",
                updater: "debian/updater",
                vulnerability: "CVE-2021-3711",
                package: "openssl",
            },
        ],
    };
}

/** The scan of an image of Debian 13 without findings. */
export const clean: GateInput["scans"][number] = {
    name: "redis",
    image: `host:5000/redis@${digestOf("a")}`,
    digest: digestOf("a"),
    enforce: true,
    report: report(digestOf("a"), []),
};

/** What the gate takes: a clean image of Debian 13, and a canary that is flagged. */
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
        canaries: [canary()],
        advisories,
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
    /** @default a package of its own */
    readonly package?: string;
    readonly links?: string;
    /** RFC 3339. */
    readonly issued?: string;
}

/** A report of Clair with one package for each finding. */
export function clairReport(samples: readonly Sample[]): string {
    const index = samples.map((sample, at) => ({ ...sample, at: String(at) }));
    return JSON.stringify({
        manifest_hash: digest,
        packages: Object.fromEntries(
            index.map(({ at, package: name }) => [
                at,
                { id: at, name: name ?? `package-${at}`, version: "1.0" },
            ]),
        ),
        vulnerabilities: Object.fromEntries(
            index.map(({ at, severity, fixed, name, links, issued }) => [
                `v${at}`,
                {
                    id: `v${at}`,
                    name: name ?? `CVE-2020-${at.padStart(4, "0")}`,
                    updater: "debian/updater",
                    links: links ?? "a b",
                    issued,
                    normalized_severity: severity,
                    fixed_in_version: fixed ?? "2.0",
                },
            ]),
        ),
        package_vulnerabilities: Object.fromEntries(index.map(({ at }) => [at, [`v${at}`]])),
        enrichments: {},
    });
}
