/** Reads SSH keys; the errors carry the texts of the Go library that the official plugin uses. */
import sshpk from "sshpk";
import { type ParsedKey, utils } from "ssh2";

/** A host's public key, as in an authorized_keys or known_hosts.pub line. */
export interface HostKey {
    /** The key's type, such as `ssh-ed25519`: also the only host key algorithm that is then offered. */
    type: string;
    blob: Buffer;
}

/**
 * Reads a host key in the format of authorized_keys: `[options] TYPE BASE64 [comment]`. Empty lines and comments are
 * skipped; the first line that is a key counts.
 * @throws Error when there is none.
 */
export function parseHostKey(text: string): HostKey {
    let problem = "";
    for (const line of text.split("\n")) {
        const trimmed = line.trim();
        if (trimmed === "" || trimmed.startsWith("#")) {
            continue;
        }
        const found = asHostKey(trimmed) ?? asHostKey(trimmed.replace(options, ""));
        if (found !== undefined) {
            return found;
        }
        if (keyType.test(trimmed)) {
            problem = "; last parsing error for ignored line: ssh: short read";
        }
    }
    throw new Error(`failed to parse host key: ssh: no key found${problem}`);
}

/** The words before the key: options such as `command="a b",no-pty`, or the host name of a known_hosts line. */
const options = /^(?:"(?:[^"\\]|\\.)*"|[^\s"])+[ \t]+/;
const keyType = /^(?:ssh|ecdsa|sk)-\S+[ \t]+\S/;

function asHostKey(line: string): HostKey | undefined {
    const [type, base64] = line.split(/[ \t]+/);
    if (type === undefined || base64 === undefined) {
        return undefined;
    }
    const blob = Buffer.from(base64, "base64");
    const length = blob.length >= 4 ? blob.readUInt32BE(0) : -1;
    return blob.subarray(4, 4 + length).toString("latin1") === type ? { type, blob } : undefined;
}

/**
 * Reads a private key in PEM (PKCS#1, SEC 1, PKCS#8) or OpenSSH format.
 * @throws Error when the text is no private key, or when its passphrase is missing or wrong.
 */
export function parsePrivateKey(pem: string, passphrase?: string): ParsedKey {
    if (!/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(pem)) {
        throw new Error("ssh: no key found");
    }
    const openssh = toOpenSsh(pem);
    const parsed = utils.parseKey(openssh, passphrase);
    if (!(parsed instanceof Error)) {
        if (passphrase !== undefined && !(utils.parseKey(openssh) instanceof Error)) {
            throw new Error("ssh: key is not password protected");
        }
        return firstKey(parsed);
    }
    if (/no passphrase/i.test(parsed.message)) {
        throw new Error("ssh: this private key is passphrase protected");
    }
    if (/passphrase|integrity|decrypt/i.test(parsed.message)) {
        throw new Error("x509: decryption password incorrect");
    }
    if (openssh.includes("OPENSSH")) {
        throw new Error("ssh: invalid openssh private key format", { cause: parsed });
    }
    throw new Error(`ssh: cannot read the private key: ${parsed.message}: give it in PEM or OpenSSH format`);
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
