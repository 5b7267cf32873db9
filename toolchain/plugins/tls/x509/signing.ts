/** Signatures, with the algorithm that Go takes by default for a key. */
import { type KeyObject, sign } from "node:crypto";
import { AlgorithmIdentifier } from "@peculiar/asn1-x509";

interface SignatureAlgorithm {
    hash: "sha256" | "sha384" | "sha512" | null;
    oid: string;
}

const RSA_SHA256 = { hash: "sha256", oid: "1.2.840.113549.1.1.11" } as const;
const ECDSA_SHA256 = { hash: "sha256", oid: "1.2.840.10045.4.3.2" } as const;
const ECDSA_SHA384 = { hash: "sha384", oid: "1.2.840.10045.4.3.3" } as const;
const ECDSA_SHA512 = { hash: "sha512", oid: "1.2.840.10045.4.3.4" } as const;
const ED25519 = { hash: null, oid: "1.3.101.112" } as const;
const ASN1_NULL = new Uint8Array([5, 0]).buffer;

function algorithmFor(key: KeyObject): SignatureAlgorithm {
    if (key.asymmetricKeyType === "rsa") {
        return RSA_SHA256;
    }
    if (key.asymmetricKeyType === "ed25519") {
        return ED25519;
    }
    const byCurve: Record<string, SignatureAlgorithm> = { secp384r1: ECDSA_SHA384, secp521r1: ECDSA_SHA512 };
    return byCurve[key.asymmetricKeyDetails?.namedCurve ?? ""] ?? ECDSA_SHA256;
}

/** The identifier of a key's signature algorithm. */
export function signatureAlgorithm(key: KeyObject): AlgorithmIdentifier {
    const { oid } = algorithmFor(key);
    return oid === RSA_SHA256.oid
        ? new AlgorithmIdentifier({ algorithm: oid, parameters: ASN1_NULL })
        : new AlgorithmIdentifier({ algorithm: oid });
}

/** Signs data. */
export function signData(key: KeyObject, data: ArrayBuffer): ArrayBuffer {
    return toArrayBuffer(sign(algorithmFor(key).hash, Buffer.from(data), key));
}

/** A copy of bytes in a buffer of their own. */
export function toArrayBuffer(bytes: Uint8Array): ArrayBuffer {
    return new Uint8Array(bytes).buffer;
}
