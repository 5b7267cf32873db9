/** Runs of the gate, as the forms get them. */
import { runGate, type GateInput } from "../../../../scan/gate";
import type { ScanRun } from "../../../../scan/formats";
import { clean, debian13, digestOf, dpkg, input, packed, report, vulnerable } from "../sample";

/** The day on which all samples are judged. */
const judged = "2026-11-27T12:03:41.000Z";

/** What the gate makes of an input, as a run. */
function runOf(given: GateInput, change: Partial<ScanRun> = {}): ScanRun {
    const { images, failures } = runGate(given, judged.slice(0, 10));
    return { stack: "dev", host: "192.0.2.10", judged, policy: given.policy, images, failures, ...change };
}

/** Names that act on a terminal, on XML, on HTML, on a template, or forge a line. */
export const hostile =
    "x\u001b[2K\r<script>alert(1)</script>\n\"'&<x/>\u0000\u202e{{constructor}}${1}]]>\ud800 pass";

const layers = [digestOf("1"), digestOf("2")] as const;

/** One vulnerability of a sample image. */
interface Vulnerable {
    readonly name: string;
    readonly package: string;
    readonly severity?: string;
    readonly fixed?: string;
    readonly issued?: string;
    readonly links?: string;
    /** 0 or 1 */
    readonly layer?: 0 | 1;
}

/** A report of Clair on an image of Debian 13 with these findings, packed. */
function reportOn(digest: string, all: readonly Vulnerable[]): string {
    const names = [...new Set(all.map((one) => one.package))];
    const layerOf = (name: string) => layers[all.find((one) => one.package === name)?.layer ?? 0];
    return packed({
        manifest_hash: digest,
        packages: Object.fromEntries(
            names.map((name, at) => [
                `p${at}`,
                { name, version: "1.0-1", kind: "binary", source: { name: `${name}-src`, version: "1.0-1" } },
            ]),
        ),
        distributions: { "1": debian13 },
        environments: Object.fromEntries(
            names.map((name, at) => [`p${at}`, [{ ...dpkg[0], introduced_in: layerOf(name) }]]),
        ),
        vulnerabilities: Object.fromEntries(
            all.map(({ name, severity = "High", fixed = "1.0-2", issued, links = "" }, at) => [
                `v${at}`,
                {
                    name,
                    updater: "debian/updater",
                    normalized_severity: severity,
                    fixed_in_version: fixed,
                    issued,
                    links,
                },
            ]),
        ),
        package_vulnerabilities: Object.fromEntries(
            names.map((name, at) => [
                `p${at}`,
                all.flatMap((one, index) => (one.package === name ? [`v${index}`] : [])),
            ]),
        ),
    });
}

const answered = { owner: "team <b>web</b>", reason: "behind the gate", until: "2027-03-31" };

/** The vulnerabilities of the image `team/full`: some of each standing. */
const some: readonly Vulnerable[] = [
    {
        name: "CVE-2026-0001",
        package: "openssl",
        severity: "Critical",
        links: "https://example.org/CVE-2026-0001",
    },
    { name: "CVE-2026-0002", package: "openssl", layer: 1 },
    { name: "CVE-2026-0003", package: "zlib", fixed: "" },
    { name: "CVE-2026-0004", package: "bash", severity: "Low" },
    { name: "CVE-2026-0005", package: "curl", issued: "2026-11-20T00:00:00Z" },
    { name: "CVE-2026-0006", package: "perl", layer: 1 },
    { name: "CVE-2026-0007", package: "xz", severity: "Unknown", fixed: "", layer: 1 },
];

/** A run with an image of each verdict, a finding of each standing but those of VEX and alarms, and a note. */
export function fullRun(change: Partial<ScanRun> = {}): ScanRun {
    return runOf(
        input({
            policy: {
                severity: "High",
                threshold: 1,
                unknownAs: "High",
                ignoreUnfixed: false,
                graceDays: 14,
            },
            exceptions: [
                { ...answered, vulnerability: "CVE-2026-0006" },
                { ...answered, vulnerability: "CVE-1", until: "2026-01-01" },
            ],
            scans: [
                { ...vulnerable, name: "team/full", report: reportOn(vulnerable.digest, some) },
                clean,
                {
                    ...vulnerable,
                    name: "team/reported",
                    image: `host:5000/team/reported@${digestOf("d")}`,
                    digest: digestOf("d"),
                    enforce: false,
                    report: report(digestOf("d"), ["CVE-2021-3711", "CVE-2022-0778"]),
                },
                {
                    ...vulnerable,
                    name: "team/broken",
                    image: `host:5000/team/broken@${digestOf("e")}`,
                    digest: digestOf("e"),
                    report: "H4sI",
                },
                {
                    ...vulnerable,
                    name: "team/unjudged",
                    image: `host:5000/team/unjudged@${digestOf("f")}`,
                    digest: digestOf("f"),
                    report: reportOn(digestOf("f"), []),
                },
            ],
        }),
        change,
    );
}

/** A run that passes: one image without a finding. */
export const passedRun = (): ScanRun => runOf(input());

/** A run of no image: nothing was judged. */
export const emptyRun = (): ScanRun => runOf(input({ scans: [] }));

/** A run in which every text of an image and of an advisory is hostile. */
export function hostileRun(): ScanRun {
    const run = runOf(
        input({
            scans: [
                {
                    ...vulnerable,
                    report: reportOn(vulnerable.digest, [
                        {
                            name: hostile,
                            package: hostile,
                            fixed: hostile,
                            links: `javascript:alert(1) ${hostile}`,
                        },
                    ]),
                },
            ],
            exceptions: [
                {
                    owner: hostile,
                    reason: hostile,
                    until: "9999-12-31",
                    vulnerability: "CVE-1",
                    package: hostile,
                },
            ],
        }),
    );
    return {
        ...run,
        stack: hostile,
        images: run.images.map((image) => ({
            ...image,
            name: hostile,
            history: [{ layer: layers[0], createdBy: `RUN ${hostile}` }],
        })),
    };
}
