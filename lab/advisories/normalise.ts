import * as crypto from "node:crypto";
import { z } from "zod";

const lineSchema = z.looseObject({
    Updater: z.string().min(1),
    Fingerprint: z.string().min(1),
    Date: z.string(),
    Ref: z.string(),
    Kind: z.literal("vulnerability"),
});

/** A UUID that is always the same for the same text (the shape of version 8: a hash of one's own choice). */
function uuidOf(text: string): string {
    const hex = crypto.createHash("sha256").update(text).digest("hex");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/**
 * Gives an export of clairctl the same bytes each time: sorted, with references made of updater and fingerprint, and the
 * dates of the content. Clair reads the lines of one reference as one update.
 *
 * @param text lines of JSON, as `clairctl export-updaters` writes them
 * @param dates by the beginning of an updater's name, RFC 3339: when the content was fetched from its source
 * @returns the new lines and how many each updater has
 * @throws Error where there is nothing, or a line is not an advisory of an updater with a fingerprint and a date
 */
export function normaliseExport(
    text: string,
    dates: Readonly<Record<string, string>>,
): { text: string; counts: Map<string, number> } {
    const dateOf = (updater: string): string => {
        const date = Object.entries(dates).find(([beginning]) => updater.startsWith(beginning))?.[1];
        if (date === undefined) {
            throw new Error(`the data of ${updater} has no date (sources.json): say when it was fetched`);
        }
        return date;
    };
    const counts = new Map<string, number>();
    const lines = text
        .split("\n")
        .filter((line) => line !== "")
        .map((line, index) => {
            const parsed = lineSchema.safeParse(JSON.parse(line));
            if (!parsed.success) {
                throw new Error(
                    `not an advisory that Clair would import (line ${index + 1} of clairctl's export): ${z.prettifyError(parsed.error)}`,
                );
            }
            const { Updater, Fingerprint } = parsed.data;
            counts.set(Updater, (counts.get(Updater) ?? 0) + 1);
            return JSON.stringify({
                ...parsed.data,
                Ref: uuidOf(`${Updater} ${Fingerprint}`),
                Date: dateOf(Updater),
            });
        })
        .sort();
    if (lines.length === 0) {
        throw new Error("clairctl exported nothing (its updaters): see its messages above");
    }
    return { text: `${lines.join("\n")}\n`, counts };
}
