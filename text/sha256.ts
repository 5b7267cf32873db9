import * as crypto from "node:crypto";

/** SHA-256 (FIPS 180-4) of a content, as 64 hexadecimal digits in lower case. */
export function sha256Of(content: string | Buffer): string {
    return crypto.createHash("sha256").update(content).digest("hex");
}
