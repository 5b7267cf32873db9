import * as path from "node:path";
import { unpackedText } from "./content";
import type { Drops } from "./drops";
import { isDay, isTime, type SourceOf } from "./sources";

/** A definition of OVAL: definitions hold no other ones. */
const definitionPattern = /<definition\b[^>]*>[^]*?<\/definition>/g;

/** Days and times in Ubuntu's data that the parser takes: `2026-01-31`, `2026-01-31 17:00:00 UTC`, `2026-01-31 17:00:00`. */
function isDate(text: string): boolean {
    const [day = "", time] = text.split(" ");
    return isTime(text) || (isDay(day) && (time === undefined || isTime(`${day}T${time}Z`)));
}

/** Why Clair's parser would stop at a definition; undefined where it would not. */
function problemOf(definition: string): string | undefined {
    const dates = [
        ...definition.matchAll(/<(?:issued|updated)\b[^>]*\bdate="([^"]*)"/g),
        ...definition.matchAll(/<(?:public_date|discovered_date|issued|updated)\b[^>/]*>([^<]*)</g),
    ].map(([, date = ""]) => date.trim());
    const wrong = dates.find((date) => date !== "" && !isDate(date));
    if (wrong !== undefined) {
        return `its date is none (${wrong.slice(0, 40)})`;
    }
    return /<title>\s*[^\s<]/.test(definition) ? undefined : "it has no title";
}

function nameOf(definition: string): string {
    return (
        /<title>\s*([^<]*?)\s*<\/title>/.exec(definition)?.[1] ??
        /\bid="([^"]*)"/.exec(definition)?.[1] ??
        "a definition without an id"
    ).slice(0, 80);
}

/**
 * Reads an OVAL file of Ubuntu, and leaves the definitions out at which Clair's parser would stop.
 *
 * @param drops gets what is left out
 * @throws Error where the file is damaged, is no OVAL of that release, or no definition is left
 */
export async function ubuntuOval(folder: string, source: SourceOf<"ubuntu">, drops: Drops): Promise<Buffer> {
    const text = await unpackedText(path.join(folder, source.file));
    if (!text.includes("<oval_definitions") || !/<\/oval_definitions>\s*$/.test(text)) {
        throw new Error(
            `${source.file} is no OVAL file, or is cut off (oval_definitions); carry the file again: com.ubuntu.NAME.cve.oval.xml.bz2`,
        );
    }
    // Each file of Ubuntu's names its release in every definition.
    const release = /<platform>\s*Ubuntu ([0-9.]+)/.exec(text)?.[1];
    if (release !== undefined && release !== source.release) {
        throw new Error(
            `${source.file} is about Ubuntu ${release}, and sources.json says ${source.release}; correct sources.json`,
        );
    }
    let count = 0;
    const kept = text.replace(definitionPattern, (definition) => {
        const problem = problemOf(definition);
        if (problem !== undefined) {
            drops.add(source.file, nameOf(definition), problem);
            return "";
        }
        count++;
        return definition;
    });
    if (count === 0) {
        throw drops.nothingLeft(source.file, "Ubuntu");
    }
    return Buffer.from(kept);
}
