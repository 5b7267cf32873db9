/** Identifiers made from content. */
import { createHash } from "node:crypto";

const WHITE_SPACE = new Set([0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20]);

/** SHA-1, hexadecimal, of bytes without white space at their ends: how the official plugin names keys and requests. */
export function stateHash(bytes: Buffer): string {
    let [start, end] = [0, bytes.length];
    while (start < end && WHITE_SPACE.has(bytes[start] ?? 0)) {
        start++;
    }
    while (end > start && WHITE_SPACE.has(bytes[end - 1] ?? 0)) {
        end--;
    }
    return createHash("sha1").update(bytes.subarray(start, end)).digest("hex");
}
