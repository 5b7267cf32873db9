/** Files that rules of the policy rest on. */
import assert from "node:assert/strict";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** CISA's catalog, as text. @param change of its keys */
export function catalog(cves: readonly string[], change: Record<string, unknown> = {}): string {
    return JSON.stringify({
        title: "CISA Catalog of Known Exploited Vulnerabilities",
        catalogVersion: "2026.11.25",
        dateReleased: "2026-11-25T17:00:05.3462Z",
        count: cves.length,
        vulnerabilities: cves.map((cveID) => ({ cveID, vendorProject: "Some", dateAdded: "2026-11-20" })),
        ...change,
    });
}

/** FIRST's scores, as text: each line `CVE-2026-0001,0.5,0.9`. */
export function scores(lines: readonly string[], date = "2026-11-26T12:55:00Z"): string {
    return [`#model_version:v2026.06.15,score_date:${date}`, "cve,epss,percentile", ...lines, ""].join("\n");
}

export const sha256 = (content: string | Buffer) => crypto.createHash("sha256").update(content).digest("hex");

/** A folder for the files of one test; mocha's hooks make and remove it. */
export class Folder {
    private at = "";

    make(): void {
        this.at = fs.mkdtempSync(path.join(os.tmpdir(), "portcullis-lists-"));
    }

    remove(): void {
        fs.rmSync(this.at, { recursive: true });
    }

    /** Path of a file, whether or not it is there. */
    file(name: string): string {
        return path.join(this.at, name);
    }

    /** Writes a file, and binds it. */
    put(name: string, content: string | Buffer): { file: string; sha256: string } {
        fs.writeFileSync(this.file(name), content);
        return { file: this.file(name), sha256: sha256(content) };
    }
}

/** A text is another one, or matches. */
export function assertText(actual: string, expected: string | RegExp): void {
    if (typeof expected === "string") {
        assert.equal(actual, expected);
    } else {
        assert.match(actual, expected);
    }
}
