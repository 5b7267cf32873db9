import * as crypto from "node:crypto";
import * as bcrypt from "bcryptjs";

const bcryptCost = 10;

/** `length` bytes derived from a private key for one purpose: HKDF-SHA-256 (RFC 5869) over its PEM text. */
export function deriveBytes(seedPem: string, purpose: string, length: number): Buffer {
    return Buffer.from(crypto.hkdfSync("sha256", seedPem, "portcullis", purpose, length));
}

/** A password of 192 bits in base64url: 32 characters, safe in a URL, a connection string and a shell word. */
export function derivePassword(seedPem: string, purpose: string): string {
    return deriveBytes(seedPem, purpose, 24).toString("base64url");
}

/** A pre-shared key of 256 bits in base64, as Clair's `auth.psk.key` wants it. */
export function derivePreSharedKey(seedPem: string, purpose: string): string {
    return deriveBytes(seedPem, purpose, 32).toString("base64");
}

/**
 * The bcrypt hash of a password. Its salt is derived too, so that each run gives the same text: a random salt would
 * rewrite the htpasswd file, and restart the registry, at each `up`.
 */
export function deriveBcryptHash(seedPem: string, purpose: string, password: string): string {
    const salt = bcrypt.encodeBase64(deriveBytes(seedPem, `${purpose} salt for ${password}`, 16), 16);
    return bcrypt.hashSync(password, `$2b$${String(bcryptCost).padStart(2, "0")}$${salt}`);
}
