import * as YAML from "yaml";
import { clip } from "../../text/clip";
import type { GateResult } from "../verdict";
import type { AuditReport } from "../model";
import { reportScore } from "./verdict-text";

/** Columns by which a stack's file is indented below `portcullis:audit:`. */
const indentation = 4;

/**
 * The WARNs of a host as the setting `allowedWarnings`: YAML with the title of each check beside its id, indented so that
 * it can be pasted below `portcullis:audit:`. A WARN that exceptions cover in full is not in the list.
 */
export function renderAllowedWarnings(report: AuditReport, gate: GateResult): string {
    const excepted = new Set(gate.waivers.map(({ check }) => check.id));
    for (const { check } of [...gate.findings, ...gate.allowed, ...gate.reported]) {
        excepted.delete(check.id);
    }
    const list = new YAML.YAMLSeq();
    for (const { id, title } of report.results.filter(
        ({ result, id }) => result === "WARN" && !excepted.has(id),
    )) {
        const item = new YAML.Scalar(id);
        item.type = "QUOTE_DOUBLE";
        item.comment = ` ${clip(title, 160)}`;
        list.add(item);
    }
    const document = new YAML.Document({ allowedWarnings: list });
    document.commentBefore = [
        ` WARNs of ${clip(report.hostName, 80)} on ${report.start.slice(0, 10)}, score ${reportScore(report)}, for portcullis:audit of Pulumi.STACK.yaml.`,
        " Keep the ones that you answer for, and mend the others.",
    ].join("\n");
    const text = document.toString({ lineWidth: 0 });
    return text.replace(/^(?=.)/gm, " ".repeat(indentation));
}
