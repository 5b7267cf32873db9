/** Certificate signing requests (PKCS#10). */
import type * as crypto from "node:crypto";
import { Attributes, CertificationRequest, CertificationRequestInfo } from "@peculiar/asn1-csr";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import {
    Attribute,
    Extension,
    Extensions,
    type Name,
    SubjectAlternativeName,
    SubjectPublicKeyInfo,
    id_ce_subjectAltName,
} from "@peculiar/asn1-x509";
import { decodePem, publicKeyDer } from "../keys";
import { type AlternativeNames, fromExtension, toExtension } from "./alternative-names";
import { signData, signatureAlgorithm } from "./signing";

const extensionRequestOid = "1.2.840.113549.1.9.14";

/** The parts of a request that a certificate takes. */
export interface RequestContent {
    subject: Name;
    names: AlternativeNames;
    publicKey: SubjectPublicKeyInfo;
}

/** Makes and signs a request; the answer is DER. */
export function createRequest(key: crypto.KeyObject, subject: Name, names: AlternativeNames): Buffer {
    const extension = toExtension(names);
    const info = new CertificationRequestInfo({
        subject,
        subjectPKInfo: AsnConvert.parse(publicKeyDer(key), SubjectPublicKeyInfo),
        attributes: new Attributes(extension === undefined ? [] : [extensionRequest(extension)]),
    });
    const request = new CertificationRequest({
        certificationRequestInfo: info,
        signatureAlgorithm: signatureAlgorithm(key),
        signature: signData(key, AsnConvert.serialize(info)),
    });
    return Buffer.from(AsnConvert.serialize(request));
}

function extensionRequest(names: SubjectAlternativeName): Attribute {
    const extension = new Extension({
        extnID: id_ce_subjectAltName,
        extnValue: new OctetString(AsnConvert.serialize(names)),
    });
    return new Attribute({
        type: extensionRequestOid,
        values: [AsnConvert.serialize(new Extensions([extension]))],
    });
}

/** Reads a request in PEM. */
export function parseRequest(pem: string): RequestContent {
    const der = pemContent(pem, "CERTIFICATE REQUEST");
    let info: CertificationRequestInfo;
    try {
        info = AsnConvert.parse(der, CertificationRequest).certificationRequestInfo;
    } catch (error) {
        throw new Error("failed to parse certificate request: x509: malformed certificate request", {
            cause: error,
        });
    }
    const extensions = Array.from(info.attributes)
        .filter(({ type }) => type === extensionRequestOid)
        .flatMap(({ values }) => values.flatMap((value) => Array.from(AsnConvert.parse(value, Extensions))));
    const names = extensions.find(({ extnID }) => extnID === id_ce_subjectAltName);
    return {
        subject: info.subject,
        names:
            names === undefined
                ? { dnsNames: [], ipAddresses: [], uris: [] }
                : fromExtension(AsnConvert.parse(names.extnValue, SubjectAlternativeName)),
        publicKey: info.subjectPKInfo,
    };
}

/** The content of a PEM block that has to be of a type. */
export function pemContent(pem: string, type: string): Buffer {
    const block = decodePem(pem);
    if (block === undefined) {
        throw new Error(`failed to decode PEM of expected type "${type}" from bytes`);
    }
    if (block.type !== type) {
        throw new Error(`invalid PEM type - expected "${type}", got "${block.type}"`);
    }
    return block.der;
}
