import { jsonText } from "../../text/json";
import { clip } from "../../text/clip";
import { effectiveSeverity, type Policy } from "../policy";
import type { Finding } from "../report";
import { severities, severityRank } from "../severity";
import { generalFailures, reasonText, standingsOf, verdictOf, type RunImage, type ScanRun } from "./run";

/** klar's codes of exit. */
const exits = { pass: 0, reported: 0, fail: 1, error: 2 } as const;

/** A vulnerability with klar's keys. Clair v4 has no metadata, and the description is not kept. */
function vulnerabilityOf(finding: Finding, namespace: string): Record<string, unknown> {
    const link = finding.links.find((address) => /^https?:\/\//.test(address));
    return {
        Name: finding.vulnerability,
        NamespaceName: namespace,
        ...(link === undefined ? {} : { Link: link }),
        Severity: finding.severity,
        ...(finding.fixedVersion === "" ? {} : { FixedBy: finding.fixedVersion }),
        FeatureName: finding.package,
        FeatureVersion: finding.version,
    };
}

/**
 * What klar would show: from the lowest severity that counts on, without what somebody excepts (klar's whitelist); and whatever fails
 * the image, whose `Exit` would have no cause else.
 */
function vulnerabilities(image: RunImage, policy: Policy): Record<string, unknown> {
    const [distribution] = image.report?.inventory.distributions ?? [];
    const namespace = distribution === undefined ? "" : `${distribution.id}:${distribution.version}`;
    const shown = standingsOf(image)
        .filter(({ standing }) => standing !== "excepted" && standing !== "taken away")
        .filter(
            ({ finding, standing }) =>
                standing === "fails" ||
                severityRank(effectiveSeverity(finding, policy)) >= severityRank(policy.severity),
        )
        .map(({ finding }) => finding);
    return Object.fromEntries(
        severities.flatMap((severity) => {
            const all = shown.filter((finding) => finding.severity === severity);
            return all.length === 0 ? [] : [[severity, all.map((one) => vulnerabilityOf(one, namespace))]];
        }),
    );
}

function imageData(image: RunImage, policy: Policy): Record<string, unknown> {
    const { judgement, history } = image;
    const layers = history?.filter(({ layer }) => layer !== undefined).length;
    return {
        ...(layers === undefined ? {} : { LayerCount: layers }),
        ...(judgement.counts === undefined ? {} : { Vulnerabilities: vulnerabilities(image, policy) }),
        Image: image.image,
        Exit: exits[judgement.verdict],
        ...(judgement.verdict === "error" ? { Error: clip(reasonText(judgement), 4000) } : {}),
    };
}

/**
 * A run in the shape of klar's JSON, one image on a line, as a loop of klar prints it. klar says by its code of exit alone what an
 * image comes to; here `Exit` says so too, with `Error` where there is no verdict.
 */
export function renderKlar(run: ScanRun): string {
    const rest = generalFailures(run);
    const lines = [
        ...run.images.map((image) => imageData(image, run.policy)),
        ...(verdictOf(run) === "none" && (rest.length > 0 || run.images.length === 0)
            ? [{ Exit: 2, Error: clip(rest.join("; ") || "nothing was judged", 4000) }]
            : []),
    ];
    return lines.map((line) => jsonText(line, 0)).join("");
}
