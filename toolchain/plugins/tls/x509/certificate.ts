/** Certificates (X.509, RFC 5280), with the extensions in the order and form in which Go writes them. */
import * as crypto from "node:crypto";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import {
    AuthorityKeyIdentifier,
    BasicConstraints,
    Certificate,
    Extension,
    Extensions,
    KeyIdentifier,
    type Name,
    SubjectKeyIdentifier,
    type SubjectPublicKeyInfo,
    TBSCertificate,
    Validity,
    Version,
    id_ce_authorityKeyIdentifier,
    id_ce_basicConstraints,
    id_ce_extKeyUsage,
    id_ce_keyUsage,
    id_ce_subjectAltName,
    id_ce_subjectKeyIdentifier,
} from "@peculiar/asn1-x509";
import { DiagnosticError } from "../diagnostics";
import { encodePem } from "../keys";
import { type AlternativeNames, toExtension } from "./alternative-names";
import { pemContent } from "./request";
import { signData, signatureAlgorithm, toArrayBuffer } from "./signing";
import { toExtendedKeyUsage, toKeyUsage } from "./usages";

const ed25519 = "1.3.101.112";
const serialBytes = 16;

/** The contents of a certificate. Times in ms since the epoch. */
export interface Template {
    subject: Name;
    names: AlternativeNames;
    publicKey: SubjectPublicKeyInfo;
    notBefore: number;
    notAfter: number;
    allowedUses: string[];
    isCa: boolean;
    maxPathLength: number | undefined;
    setSubjectKeyId: boolean;
}

/** The authority of a certificate; `self` for a certificate that its own key signs. */
export type Issuer =
    | { kind: "self"; key: crypto.KeyObject; setAuthorityKeyId: boolean }
    | { kind: "authority"; key: crypto.KeyObject; name: Name; keyId: ArrayBuffer | undefined };

/** Makes and signs a certificate. `id` is its serial number, decimal. */
export function createCertificate(template: Template, issuer: Issuer): { id: string; certPem: string } {
    if (template.isCa && template.subject.length === 0) {
        throw new DiagnosticError(
            "Invalid Certificate Subject",
            "Must contain at least one Distinguished Name when creating Certificate Authority (CA)",
        );
    }
    const keyId = template.isCa || template.setSubjectKeyId ? subjectKeyId(template.publicKey) : undefined;
    const authorityKeyId = findAuthorityKeyId(template, issuer, keyId);
    if (!template.isCa && (template.maxPathLength ?? 0) > 0) {
        throw new Error("x509: only CAs are allowed to specify MaxPathLen");
    }
    const serial = crypto.randomBytes(serialBytes);
    const tbs = new TBSCertificate({
        version: Version.v3,
        serialNumber: toInteger(serial),
        signature: signatureAlgorithm(issuer.key),
        issuer: issuer.kind === "self" ? template.subject : issuer.name,
        validity: new Validity({
            notBefore: toSeconds(template.notBefore),
            notAfter: toSeconds(template.notAfter),
        }),
        subject: template.subject,
        subjectPublicKeyInfo: template.publicKey,
        extensions: extensions(template, keyId, authorityKeyId),
    });
    const certificate = new Certificate({
        tbsCertificate: tbs,
        signatureAlgorithm: signatureAlgorithm(issuer.key),
        signatureValue: signData(issuer.key, AsnConvert.serialize(tbs)),
    });
    return {
        id: BigInt(`0x${serial.toString("hex")}`).toString(),
        certPem: encodePem("CERTIFICATE", new Uint8Array(AsnConvert.serialize(certificate))),
    };
}

/** The parts of an authority's certificate that signing needs. */
export interface Authority {
    name: Name;
    keyId: ArrayBuffer | undefined;
    isCa: boolean;
    /** True for the private key that belongs to the certificate. */
    matches(key: crypto.KeyObject): boolean;
}

/** Reads an authority's certificate in PEM. */
export function parseAuthority(pem: string): Authority {
    const der = pemContent(pem, "CERTIFICATE");
    try {
        const { subject, extensions: found } = AsnConvert.parse(der, Certificate).tbsCertificate;
        const content = (oid: string): OctetString | undefined =>
            Array.from(found ?? []).find(({ extnID }) => extnID === oid)?.extnValue;
        const constraints = content(id_ce_basicConstraints);
        const keyId = content(id_ce_subjectKeyIdentifier);
        const parsed = new crypto.X509Certificate(der);
        return {
            name: subject,
            keyId: keyId && AsnConvert.parse(keyId, SubjectKeyIdentifier).buffer,
            isCa: constraints !== undefined && AsnConvert.parse(constraints, BasicConstraints).cA,
            matches: (key) => parsed.checkPrivateKey(key),
        };
    } catch (error) {
        throw new Error("failed to parse certificate: x509: malformed certificate", { cause: error });
    }
}

function findAuthorityKeyId(
    template: Template,
    issuer: Issuer,
    ownKeyId: ArrayBuffer | undefined,
): ArrayBuffer | undefined {
    if (issuer.kind === "authority") {
        return sameName(issuer.name, template.subject) ? undefined : issuer.keyId;
    }
    if (issuer.setAuthorityKeyId && ownKeyId === undefined) {
        throw new DiagnosticError(
            "Invalid Certificate Authority",
            "Could not determine Authority Key Identifier",
        );
    }
    return issuer.setAuthorityKeyId ? ownKeyId : undefined;
}

function sameName(one: Name, other: Name): boolean {
    return Buffer.from(AsnConvert.serialize(one)).equals(Buffer.from(AsnConvert.serialize(other)));
}

function extensions(
    template: Template,
    keyId: ArrayBuffer | undefined,
    authorityKeyId: ArrayBuffer | undefined,
): Extensions {
    // The official plugin cannot write a path length of 0: to Go's library that is "none given".
    const pathLength = template.isCa && template.maxPathLength !== undefined && template.maxPathLength > 0;
    const constraints = new BasicConstraints({
        cA: template.isCa,
        ...(pathLength ? { pathLenConstraint: template.maxPathLength } : {}),
    });
    const authority =
        authorityKeyId && new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(authorityKeyId) });
    return new Extensions([
        ...extension(id_ce_keyUsage, true, toKeyUsage(template.allowedUses)),
        ...extension(id_ce_extKeyUsage, false, toExtendedKeyUsage(template.allowedUses)),
        ...extension(id_ce_basicConstraints, true, constraints),
        ...extension(id_ce_subjectKeyIdentifier, false, keyId && new SubjectKeyIdentifier(keyId)),
        ...extension(id_ce_authorityKeyIdentifier, false, authority),
        ...extension(id_ce_subjectAltName, template.subject.length === 0, toExtension(template.names)),
    ]);
}

function extension(extnID: string, critical: boolean, content: object | undefined): Extension[] {
    return content === undefined
        ? []
        : [new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(content)) })];
}

/** SHA-1 of the public key's bits; an ED25519 key is hashed as an octet string, as the official plugin does it. */
function subjectKeyId(publicKey: SubjectPublicKeyInfo): ArrayBuffer {
    const bits = publicKey.subjectPublicKey;
    const wrapped =
        publicKey.algorithm.algorithm === ed25519 ? AsnConvert.serialize(new OctetString(bits)) : bits;
    return toArrayBuffer(crypto.createHash("sha1").update(Buffer.from(wrapped)).digest());
}

/** The content bytes of a positive ASN.1 integer. */
function toInteger(bytes: Buffer): ArrayBuffer {
    const start = bytes.findIndex((byte) => byte !== 0);
    const significant = bytes.subarray(start < 0 ? bytes.length - 1 : start);
    const sign = (significant[0] ?? 0) >= 0x80 ? [0] : [];
    return toArrayBuffer(Buffer.from([...sign, ...significant]));
}

/** A certificate's times have no fractions of a second. */
function toSeconds(time: number): Date {
    return new Date(Math.floor(time / 1000) * 1000);
}
