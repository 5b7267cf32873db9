/** Files as somebody carries them to a site without internet, small and made by hand. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Drops } from "../../../scan/mirror/drops";

/** Folder of the samples: Ubuntu's OVAL and a VEX document of Red Hat's. */
export const samples = __dirname;

/** A folder of carried files, with what was left out of them. */
export class Carried {
    readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "portcullis-carried-"));
    readonly drops = new Drops();

    put(name: string, content: string | Buffer): string {
        const file = path.join(this.folder, name);
        fs.mkdirSync(path.dirname(file), { recursive: true });
        fs.writeFileSync(file, content);
        return file;
    }

    /** What was left out: lines of file, record and reason. */
    get left(): string[][] {
        return this.drops
            .list()
            .split("\n")
            .filter((line) => line !== "")
            .map((line) => line.split("\t"));
    }

    remove(): void {
        fs.rmSync(this.folder, { recursive: true });
    }
}

/** An OSV record of Go's, and what is changed of it. */
export function goRecord(id: string, change: Record<string, unknown> = {}): Record<string, unknown> {
    return {
        id,
        modified: "2026-01-01T00:00:00Z",
        published: "2026-01-01T00:00:00Z",
        affected: [
            {
                package: { ecosystem: "Go", name: "example.org/sample" },
                ranges: [{ type: "SEMVER", events: [{ introduced: "0" }, { fixed: "1.2.3" }] }],
            },
        ],
        ...change,
    };
}

/** Lines of JSON. */
export function lines(records: readonly unknown[]): string {
    return records.map((record) => `${JSON.stringify(record)}\n`).join("");
}

/** An issue of Debian's tracker that a release has fixed. */
export function fixedIn(version: string): Record<string, string> {
    return { status: "resolved", urgency: "not yet assigned", fixed_version: version };
}

export const day = "2026-11-01T00:00:00Z";
