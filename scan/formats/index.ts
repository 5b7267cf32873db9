/** The forms of a scan's result. */
import type { TableOptions } from "../../text/terminal-table";
import { renderCycloneDx } from "./cyclonedx";
import { renderHtml } from "./html";
import { renderJson } from "./json";
import { renderJunit } from "./junit";
import { renderKlar } from "./klar";
import type { ScanRun } from "./run";
import { renderSarif } from "./sarif";
import { renderSpdx } from "./spdx";
import { renderTable } from "./table";

export type { ScanRun } from "./run";
export { verdictOf } from "./run";

const renderers = {
    table: renderTable,
    json: renderJson,
    klar: renderKlar,
    sarif: renderSarif,
    junit: renderJunit,
    cyclonedx: renderCycloneDx,
    spdx: renderSpdx,
    html: renderHtml,
} as const satisfies Record<string, (run: ScanRun, options: TableOptions) => string>;

export type ScanFormat = keyof typeof renderers;

/** All forms, in the order in which they are named to users. */
export const scanFormats = Object.keys(renderers) as readonly ScanFormat[];

/** A run in a form. @param options of `table`; without them no colours, and no line is broken */
export function renderScans(
    format: ScanFormat,
    run: ScanRun,
    options: TableOptions = { colour: false },
): string {
    return renderers[format](run, options);
}
