import * as fs from "node:fs";
import * as path from "node:path";
import { declaredFile } from "./declared";
import { judgementFolder } from "./judgements";
import { reportFolderOf } from "./stack-file";

/** The page of the gate's last run, in a stack's folder of reports. */
export const pageFile = "scans.html";

/** Names of the files that `up` writes into a stack's folder of reports, whole or interrupted (`.new`). */
const ownFile = /^(.+\.json|(audit|scans)\.html)(\.new)?$/;

/** Files of the folder that are no image's report. */
const otherFiles = new Set([declaredFile, "summary.json", "audit.json", "audit.html", pageFile]);

/**
 * Removes the reports of images that are not judged any more.
 *
 * @param kept names of the reports of this run
 */
export function dropReports(folder: string, kept: readonly string[]): void {
    for (const { name } of fs
        .readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isFile())) {
        if (ownFile.test(name) && !otherFiles.has(name) && !kept.includes(name)) {
            fs.rmSync(path.join(folder, name));
        }
    }
}

/**
 * Removes reports of a stack that is gone, from the folder that its settings name (`portcullis:scan.reportFolder`). Other
 * files in that folder stay.
 *
 * @param folder of the stacks' files
 * @param which `declared`: only the declaration, so that no audit compares the host with it any more
 * @throws Error where the stack's file is no YAML
 */
export function forgetReports(stack: string, folder: string, which: "all" | "declared"): void {
    const reports = reportFolderOf(stack, folder);
    if (!fs.existsSync(reports)) {
        return;
    }
    const names = fs.readdirSync(reports, { withFileTypes: true }).filter((entry) => entry.isFile());
    for (const { name } of names) {
        if (which === "all" ? ownFile.test(name) : name === declaredFile) {
            fs.rmSync(path.join(reports, name));
        }
    }
    if (which === "all") {
        fs.rmSync(path.join(reports, judgementFolder), { recursive: true, force: true });
    }
    if (fs.readdirSync(reports).length === 0) {
        fs.rmdirSync(reports);
    }
}
