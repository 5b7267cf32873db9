import { hidden } from "./clip";

/** `\u202e`; of a character of two units each. */
function escaped(character: string): string {
    return Array.from({ length: character.length }, (_unit, at) => {
        const unit = character.charCodeAt(at).toString(16).padStart(4, "0");
        return `\\u${unit}`;
    }).join("");
}

/** A value as JSON on several lines, with a line's end. Characters that act on a terminal are escaped: the value stays the same. */
export function jsonText(value: unknown): string {
    // Between strings nothing but the ends of lines is such a character.
    return `${JSON.stringify(value, null, 2).replace(hidden, (character) => (character === "\n" ? character : escaped(character)))}\n`;
}
