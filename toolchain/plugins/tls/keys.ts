/** Private keys: made and read by node:crypto, written in the formats that the official plugin gives. */
import * as crypto from "node:crypto";
import { promisify } from "node:util";
import sshpk from "sshpk";
import { reasonOf } from "../../../text/reason";

const generate = promisify(crypto.generateKeyPair);

export const keyAlgorithms = ["RSA", "ECDSA", "ED25519"] as const;
export const curves = ["P224", "P256", "P384", "P521"] as const;
export type Algorithm = (typeof keyAlgorithms)[number];

/** OpenSSL's names of the curves. */
const opensslCurves: Record<string, string> = {
    P224: "secp224r1",
    P256: "prime256v1",
    P384: "secp384r1",
    P521: "secp521r1",
};
/** Shorter RSA keys are refused (bits). */
const shortestRsa = 1024;

/** Makes a private key. `rsaBits` counts for RSA only, `curve` for ECDSA only. */
export async function generateKey(
    algorithm: string,
    rsaBits: number,
    curve: string,
): Promise<crypto.KeyObject> {
    if (algorithm === "RSA") {
        if (rsaBits < shortestRsa) {
            throw new Error(
                `crypto/rsa: ${String(rsaBits)}-bit keys are insecure (see https://go.dev/pkg/crypto/rsa#hdr-Minimum_key_size)`,
            );
        }
        return (await generate("rsa", { modulusLength: rsaBits })).privateKey;
    }
    if (algorithm === "ECDSA") {
        const namedCurve = opensslCurves[curve];
        if (namedCurve === undefined) {
            throw new Error(`invalid ECDSA curve; supported values are: [${curves.join(" ")}]`);
        }
        return (await generate("ec", { namedCurve })).privateKey;
    }
    return (await generate("ed25519")).privateKey;
}

/** The one of the three algorithms that a key is for. */
export function algorithmOf(key: crypto.KeyObject): Algorithm {
    const algorithms: Record<string, Algorithm> = { rsa: "RSA", ec: "ECDSA", ed25519: "ED25519" };
    const algorithm = algorithms[key.asymmetricKeyType ?? ""];
    if (algorithm === undefined) {
        throw new Error(
            `unsupported private key type: ${key.asymmetricKeyType ?? "none"}: use RSA, ECDSA or ED25519`,
        );
    }
    return algorithm;
}

/** The key in PEM: PKCS#1 for RSA, SEC 1 for ECDSA, PKCS#8 for ED25519. */
export function toPem(key: crypto.KeyObject): string {
    const types = { RSA: "pkcs1", ECDSA: "sec1", ED25519: "pkcs8" } as const;
    return key.export({ type: types[algorithmOf(key)], format: "pem" }).toString();
}

/** The key in PEM, PKCS#8. */
export function toPkcs8Pem(key: crypto.KeyObject): string {
    return key.export({ type: "pkcs8", format: "pem" }).toString();
}

/** The public key of a private key, DER, SubjectPublicKeyInfo. */
export function publicKeyDer(key: crypto.KeyObject): Buffer {
    return crypto.createPublicKey(key).export({ type: "spki", format: "der" });
}

/** The public key of a private key in PEM. */
export function publicKeyPem(key: crypto.KeyObject): string {
    return crypto.createPublicKey(key).export({ type: "spki", format: "pem" }).toString();
}

/** A key in OpenSSH's formats; all empty for the curve P224, which SSH does not have. */
export interface SshKey {
    privateKey: string;
    publicKey: string;
    fingerprintMd5: string;
    fingerprintSha256: string;
}

/** Writes a key in OpenSSH's formats. */
export function toSsh(key: crypto.KeyObject): SshKey {
    if (key.asymmetricKeyDetails?.namedCurve === opensslCurves["P224"]) {
        return { privateKey: "", publicKey: "", fingerprintMd5: "", fingerprintSha256: "" };
    }
    const parsed = sshpk.parsePrivateKey(toPkcs8Pem(key), "pkcs8");
    parsed.comment = "";
    const blob = parsed.toPublic().toBuffer("rfc4253", {});
    // The type is the first field of the blob, its length before it.
    const type = blob.subarray(4, 4 + blob.readUInt32BE(0)).toString("latin1");
    const md5 = crypto.createHash("md5").update(blob).digest("hex");
    const sha256 = crypto.createHash("sha256").update(blob).digest("base64");
    return {
        privateKey: rewrap(parsed.toString("ssh-private")),
        publicKey: `${type} ${blob.toString("base64")}\n`,
        fingerprintMd5: md5.replace(/..(?!$)/g, "$&:"),
        fingerprintSha256: `SHA256:${sha256.replace(/=+$/, "")}`,
    };
}

/** Breaks PEM lines after 64 characters. */
function rewrap(pem: string): string {
    return encodePem("OPENSSH PRIVATE KEY", Buffer.from(pem.replace(/-----[^-]*-----/g, ""), "base64"));
}

/** Writes a PEM block. */
export function encodePem(type: string, der: Uint8Array): string {
    const lines =
        Buffer.from(der)
            .toString("base64")
            .match(/.{1,64}/g) ?? [];
    return [`-----BEGIN ${type}-----`, ...lines, `-----END ${type}-----`, ""].join("\n");
}

/** The first PEM block of a text; undefined when there is none. */
export function decodePem(text: string): { type: string; der: Buffer } | undefined {
    const block =
        /-----BEGIN ([^\n]+)-----\r?\n((?:[^\n]*:[^\n]*\r?\n)*\r?\n?)([\s\S]*?)-----END \1-----/.exec(text);
    const [, type, , body] = block ?? [];
    return type === undefined || body === undefined ? undefined : { type, der: Buffer.from(body, "base64") };
}

/** Reads a private key in PEM: PKCS#1, SEC 1 or PKCS#8. */
export function parsePrivateKey(pem: string): crypto.KeyObject {
    const block = decodePem(pem);
    if (block === undefined) {
        throw new Error(
            `failed to decode PEM block: decoded bytes 0, undecoded ${String(Buffer.byteLength(pem))}`,
        );
    }
    const { type, der } = block;
    const types: Record<string, "pkcs1" | "sec1" | "pkcs8"> = {
        "RSA PRIVATE KEY": "pkcs1",
        "EC PRIVATE KEY": "sec1",
        "PRIVATE KEY": "pkcs8",
    };
    const format = types[type];
    if (format === undefined) {
        const others = ["PUBLIC KEY", "CERTIFICATE", "CERTIFICATE REQUEST"];
        throw new Error(
            others.includes(type)
                ? `unable to determine parser for PEM preamble: ${type}`
                : `unsupported PEM preamble/type: ${type}`,
        );
    }
    try {
        const key = crypto.createPrivateKey({ key: der, format: "der", type: format });
        algorithmOf(key);
        return key;
    } catch (error) {
        const reason = reasonOf(error);
        throw new Error(`failed to parse private key given PEM preamble '${type}': ${reason}`, {
            cause: error,
        });
    }
}
