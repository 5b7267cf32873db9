import { hidden } from "./clip";

/** `\u202e`; of a character of two units each. */
function escaped(character: string): string {
    return Array.from({ length: character.length }, (_unit, at) => {
        const unit = character.charCodeAt(at).toString(16).padStart(4, "0");
        return `\\u${unit}`;
    }).join("");
}

/** JSON in which characters that act on a terminal are escaped: its value stays the same. */
export function visibleJson(json: string): string {
    // Between strings nothing but the ends of lines is such a character.
    return json.replace(hidden, (character) => (character === "\n" ? character : escaped(character)));
}

/** A value as JSON, with a line's end, and without characters that act on a terminal. @param indent 0: on one line */
export function jsonText(value: unknown, indent = 2): string {
    return `${visibleJson(JSON.stringify(value, null, indent))}\n`;
}
