import { visible } from "../../text/clip";

/** What of the carried data is not in the archive, and why. */
interface Drop {
    /** File of the source, as sources.json names it. */
    readonly file: string;
    /** The record: its id, or its place in the file. */
    readonly record: string;
    readonly reason: string;
}

/** How many records a message names. */
const named = 10;

/** Collects what was left out, so that nothing is left out silently. What acts on a terminal, or forges a line, is shown as `\u{1b}`. */
export class Drops {
    readonly #all: Drop[] = [];

    add(file: string, record: string, reason: string): void {
        this.#all.push({ file: visible(file), record: visible(record), reason: visible(reason) });
    }

    get count(): number {
        return this.#all.length;
    }

    /**
     * A line for each file and reason, with the number of records and the first ones by name.
     *
     * @param of a file. @default all files
     */
    summary(of?: string): string[] {
        return [...this.#groups(of)].map(([key, records]) => {
            const [file = "", reason = ""] = key.split("\t");
            const first = records.slice(0, named).join(", ");
            const rest = records.length > named ? ` and ${records.length - named} more` : "";
            return `${file}: ${records.length} left out, because ${reason}: ${first}${rest}`;
        });
    }

    /** The error for a file of which nothing is left. @param what the file is about */
    nothingLeft(file: string, what: string): Error {
        const lines = this.summary(file);
        return new Error(
            `${visible(file)}: nothing is left of it (${what}); ${lines.length === 0 ? "it holds no record" : lines.join("; ")}`,
        );
    }

    /** Every record, a line each: file, record and reason, with tabs between them. */
    list(): string {
        return this.#all
            .map(({ file, record, reason }) => `${file}\t${record}\t${reason}\n`)
            .sort()
            .join("");
    }

    #groups(of: string | undefined): Map<string, string[]> {
        const groups = new Map<string, string[]>();
        const wanted = of === undefined ? undefined : visible(of);
        for (const { file, record, reason } of this.#all) {
            if (wanted !== undefined && file !== wanted) {
                continue;
            }
            const key = `${file}\t${reason}`;
            const group = groups.get(key);
            if (group === undefined) {
                groups.set(key, [record]);
            } else {
                group.push(record);
            }
        }
        return groups;
    }
}
