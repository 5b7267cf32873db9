/** Signatures, with the algorithm that Go takes by default for a key. */
import * as crypto from "node:crypto";
import { AlgorithmIdentifier } from "@peculiar/asn1-x509";

interface SignatureAlgorithm {
    hash: "sha256" | "sha384" | "sha512" | null;
    oid: string;
}

const rsaSha256 = { hash: "sha256", oid: "1.2.840.113549.1.1.11" } as const;
const ecdsaSha256 = { hash: "sha256", oid: "1.2.840.10045.4.3.2" } as const;
const ecdsaSha384 = { hash: "sha384", oid: "1.2.840.10045.4.3.3" } as const;
const ecdsaSha512 = { hash: "sha512", oid: "1.2.840.10045.4.3.4" } as const;
const ed25519 = { hash: null, oid: "1.3.101.112" } as const;
const asn1Null = new Uint8Array([5, 0]).buffer;

function algorithmFor(key: crypto.KeyObject): SignatureAlgorithm {
    if (key.asymmetricKeyType === "rsa") {
        return rsaSha256;
    }
    if (key.asymmetricKeyType === "ed25519") {
        return ed25519;
    }
    const byCurve: Record<string, SignatureAlgorithm> = { secp384r1: ecdsaSha384, secp521r1: ecdsaSha512 };
    return byCurve[key.asymmetricKeyDetails?.namedCurve ?? ""] ?? ecdsaSha256;
}

/** The identifier of a key's signature algorithm. */
export function signatureAlgorithm(key: crypto.KeyObject): AlgorithmIdentifier {
    const { oid } = algorithmFor(key);
    return oid === rsaSha256.oid
        ? new AlgorithmIdentifier({ algorithm: oid, parameters: asn1Null })
        : new AlgorithmIdentifier({ algorithm: oid });
}

/** Signs data. */
export function signData(key: crypto.KeyObject, data: ArrayBuffer): ArrayBuffer {
    return toArrayBuffer(crypto.sign(algorithmFor(key).hash, Buffer.from(data), key));
}

/** A copy of bytes in a buffer of their own. */
export function toArrayBuffer(bytes: Uint8Array): ArrayBuffer {
    return new Uint8Array(bytes).buffer;
}
