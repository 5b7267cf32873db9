import { counted } from "./count";

/** Control and format characters, line ends, halves of a character: a reader cannot see their effect. */
export const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Text from a host on one line: a character that is invisible, or acts on a terminal, is shown as `\u{1b}`. */
export function visible(text: string): string {
    return text.replace(hidden, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** At most so many characters of a text from a host, on one line, with a note of how many were left out. */
export function clip(text: string, length: number): string {
    if (text.length <= length) {
        return visible(text);
    }
    // Cut first, so that a text of a megabyte costs no more than a short one; a character is one unit or two.
    const characters = Array.from(text.slice(0, 2 * length));
    const shown = characters.slice(0, length).join("");
    const left = text.length - shown.length;
    return left === 0 ? visible(text) : `${visible(shown)}… (${counted(left, "more character")})`;
}

/** A number of items, the first few of them by name: `web, db and 98 more`. */
export function listed(items: readonly string[], most: number): string {
    const shown = items.slice(0, most).map((item) => clip(item, 80));
    return items.length <= most ? shown.join(", ") : `${shown.join(", ")} and ${items.length - most} more`;
}
