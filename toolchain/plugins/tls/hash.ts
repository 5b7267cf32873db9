/** Identifiers made from content. */
import * as crypto from "node:crypto";

const whiteSpace = new Set([0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20]);

/** SHA-1, hexadecimal, of bytes without white space at their ends: how the official plugin names keys and requests. */
export function stateHash(bytes: Buffer): string {
    let [start, end] = [0, bytes.length];
    while (start < end && whiteSpace.has(bytes[start] ?? 0)) {
        start++;
    }
    while (end > start && whiteSpace.has(bytes[end - 1] ?? 0)) {
        end--;
    }
    return crypto.createHash("sha1").update(bytes.subarray(start, end)).digest("hex");
}
