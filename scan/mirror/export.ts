import * as crypto from "node:crypto";
import { z } from "zod";
import type { Drops } from "./drops";
import type { Origin } from "./layout";

/** A line with all that is in it, in its order. */
const wholeSchema = z.looseObject({});

const lineSchema = z.looseObject({
    Updater: z.string().min(1),
    Fingerprint: z.string(),
    Date: z.string(),
    Ref: z.string(),
    Kind: z.literal("vulnerability"),
    Vuln: z.looseObject({
        name: z.string().min(1),
        package: z.looseObject({ name: z.string() }),
        range: z.object({ "[": z.string(), ")": z.string() }).nullish(),
    }),
});

/** The updater whose advisories Clair compares by their ranges alone: an empty one finds nothing. */
const rangesAlone = "osv/go";

/** A UUID that is always the same for the same text (the shape of version 8: a hash of one's own choice). */
function uuidOf(text: string): string {
    const hex = crypto.createHash("sha256").update(text).digest("hex");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/**
 * Gives what clairctl exported the same bytes each time: references made of updater and content, and the dates of the
 * content. Clair reads the lines of one reference as one update. Lines whose range is empty are left out: no version is in it.
 */
export class ExportNormaliser {
    readonly counts = new Map<string, number>();
    readonly #origins: ReadonlyMap<string, Origin>;
    readonly #drops: Drops;
    /** By updater the ids of the records that Clair made something of. */
    readonly #seen = new Map<string, Set<string>>();

    constructor(origins: ReadonlyMap<string, Origin>, drops: Drops) {
        this.#origins = origins;
        this.#drops = drops;
    }

    /**
     * @param text a line of JSON, as `clairctl export-updaters` writes it
     * @returns the new line; undefined where it is left out
     * @throws Error where the line is no advisory of an updater whose data was carried
     */
    line(text: string): string | undefined {
        const whole = wholeSchema.parse(JSON.parse(text));
        const parsed = lineSchema.safeParse(whole);
        if (!parsed.success) {
            throw new Error(
                `clairctl's export has a line that is no advisory: ${text.slice(0, 200)}: ${z.prettifyError(parsed.error)}`,
            );
        }
        const { Updater, Vuln } = parsed.data;
        const origin = this.#origins.get(Updater);
        if (origin === undefined) {
            throw new Error(`clairctl's export has data of ${Updater}, which nobody carried`);
        }
        if (origin.ids !== undefined) {
            this.#note(Updater, Vuln.name);
        }
        const { range } = Vuln;
        if (Updater === rangesAlone && range && range["["] === range[")"]) {
            this.#drops.add(
                origin.source.file,
                `${Vuln.name} ${Vuln.package.name}`,
                "its range matches no version: Clair reads three numbers of a version, and its ends have the same ones",
            );
            return undefined;
        }
        this.counts.set(Updater, (this.counts.get(Updater) ?? 0) + 1);
        return JSON.stringify({
            ...whole,
            Fingerprint: origin.mark,
            Ref: uuidOf(`${Updater} ${origin.mark}`),
            Date: origin.source.date,
        });
    }

    #note(updater: string, name: string): void {
        const seen = this.#seen.get(updater) ?? new Set<string>();
        seen.add(name);
        this.#seen.set(updater, seen);
    }

    /**
     * Says which records Clair made nothing of, once all lines were read.
     *
     * @throws Error where nothing is left of a source
     */
    end(): void {
        for (const [updater, { source, ids }] of this.#origins) {
            const seen = this.#seen.get(updater);
            for (const id of ids ?? []) {
                if (seen?.has(id) !== true) {
                    this.#drops.add(
                        source.file,
                        id,
                        "Clair's parser makes nothing of it (its ranges end before they begin, or it is about nothing that Clair reads)",
                    );
                }
            }
            if (!this.counts.has(updater)) {
                throw this.#drops.nothingLeft(source.file, updater);
            }
        }
    }
}
