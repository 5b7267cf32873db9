import type { CheckResult } from "../model";
import type { AllowedFinding, GateResult } from "../verdict";
import { counted } from "../../text/count";
import { clip, listed } from "../../text/clip";

/** Number of items that are named for a check. */
const namedItems = 5;

/** Names the items of a WARN; a check of audit rules has only its path as an item, which says no more. */
function itemsText({ check, items }: AllowedFinding): string {
    return check.hostLimit === undefined ? listed(items, namedItems) : "";
}

/** WARNs that are allowed for one reason, for the page. */
interface AllowedTogether {
    readonly reason: string;
    readonly checks: readonly { readonly id: string; readonly items: string }[];
}

/** The allowed WARNs: each reason once, with all checks that it stands for. */
export function allowedData({ allowed }: Pick<GateResult, "allowed">): AllowedTogether[] {
    return [...Map.groupBy(allowed, ({ reason }) => reason)].map(([reason, findings]) => ({
        reason: clip(reason, 400),
        checks: findings.map((finding) => ({ id: finding.check.id, items: itemsText(finding) })),
    }));
}

/** `3 WARNs are allowed`; undefined where none is. */
export function allowedCount({ allowed }: Pick<GateResult, "allowed">): string | undefined {
    const { size } = new Set(allowed.map(({ check }) => check.id));
    return size === 0 ? undefined : `${counted(size, "WARN is", "WARNs are")} allowed`;
}

/** The allowed WARNs as lines of text: `5.9 (portcullis-registry:5000): the registry is there to be reached`. */
export function allowedLines(gate: Pick<GateResult, "allowed">): string[] {
    return allowedData(gate).map(({ reason, checks }) => {
        const about = checks.map(({ id, items }) => (items === "" ? id : `${id} (${items})`));
        return `${about.join(", ")}: ${reason}`;
    });
}

/** Why the WARN of one check is allowed, or a part of it. */
export function allowedReasons({ allowed }: Pick<GateResult, "allowed">, check: CheckResult): string[] {
    return allowedLines({ allowed: allowed.filter((finding) => finding.check.id === check.id) }).map(
        (line) => `Allowed: ${line}`,
    );
}
