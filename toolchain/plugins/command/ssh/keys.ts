/** Reads SSH keys; the errors carry the texts of the Go library that the official plugin uses. */
import sshpk from "sshpk";
import { type ParsedKey, utils } from "ssh2";

/** A host's public key, as in an authorized_keys or known_hosts.pub line. */
export interface HostKey {
    /** Such as `ssh-ed25519`: also the only host key algorithm that is then offered. */
    type: string;
    blob: Buffer;
}

/**
 * Reads a host key in the format of authorized_keys: `[options] TYPE BASE64 [comment]`. Empty lines and comments are
 * skipped; the first line that is a key counts.
 * @throws Error when there is none.
 */
export function parseHostKey(text: string): HostKey {
    for (const line of text.split("\n")) {
        const trimmed = line.trim();
        if (trimmed !== "" && !trimmed.startsWith("#")) {
            const words = trimmed.split(/[ \t]+/);
            const found = asHostKey(words[0], words[1]) ?? asHostKey(words[1], words[2]);
            if (found !== undefined) {
                return found;
            }
        }
    }
    throw new Error("failed to parse host key: ssh: no key found");
}

function asHostKey(type: string | undefined, base64: string | undefined): HostKey | undefined {
    if (type === undefined || base64 === undefined) {
        return undefined;
    }
    const blob = Buffer.from(base64, "base64");
    const length = blob.length >= 4 ? blob.readUInt32BE(0) : -1;
    return blob.subarray(4, 4 + length).toString("latin1") === type ? { type, blob } : undefined;
}

/**
 * Reads a private key in PEM (PKCS#1, SEC 1, PKCS#8) or OpenSSH format.
 * @throws Error when it is none, or when its passphrase is missing or wrong.
 */
export function parsePrivateKey(pem: string, passphrase?: string): ParsedKey {
    if (!/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(pem)) {
        throw new Error("ssh: no key found");
    }
    const parsed = utils.parseKey(toOpenSsh(pem), passphrase);
    if (!(parsed instanceof Error)) {
        return firstKey(parsed);
    }
    if (/no passphrase/i.test(parsed.message)) {
        throw new Error("ssh: this private key is passphrase protected");
    }
    if (/passphrase|integrity|decrypt/i.test(parsed.message)) {
        throw new Error("x509: decryption password incorrect");
    }
    throw new Error(`ssh: cannot read the private key: ${parsed.message}`);
}

function firstKey(parsed: ParsedKey | ParsedKey[]): ParsedKey {
    const key = Array.isArray(parsed) ? parsed[0] : parsed;
    if (key === undefined) {
        throw new Error("ssh: no key found");
    }
    return key;
}

/** The SSH library does not know PKCS#8. */
function toOpenSsh(pem: string): string {
    if (!pem.includes("-----BEGIN PRIVATE KEY-----")) {
        return pem.trim();
    }
    return sshpk.parsePrivateKey(pem, "pkcs8").toString("ssh-private").trim();
}
