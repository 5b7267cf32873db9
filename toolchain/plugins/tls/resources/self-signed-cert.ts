/** `tls:index/selfSignedCert:SelfSignedCert`. */
import { AsnConvert } from "@peculiar/asn1-schema";
import { SubjectPublicKeyInfo } from "@peculiar/asn1-x509";
import { z } from "zod";
import { diagnosed } from "../diagnostics";
import { algorithmOf, parsePrivateKey, publicKeyDer } from "../keys";
import type { TlsKind } from "../resource";
import { computed, optional, required } from "../schema";
import { validateNames } from "../x509/alternative-names";
import { createCertificate } from "../x509/certificate";
import { toName } from "../x509/name";
import {
    alternativeNames,
    certificateAttributes,
    certificateValues,
    nameAttributes,
    nameValues,
    validity,
} from "./common";

const values = nameValues
    .extend(certificateValues.shape)
    .extend({ privateKeyPem: z.string(), setAuthorityKeyId: z.boolean() });

export const selfSignedCert: TlsKind = {
    schema: {
        version: 0,
        attributes: [
            required("privateKeyPem", "string", "pem", { secret: true }),
            ...nameAttributes,
            ...certificateAttributes,
            optional("setAuthorityKeyId", "bool", { default: false }),
            computed("keyAlgorithm", "string"),
        ],
    },
    make: (_ctx, given) => {
        const parsed = values.parse(given);
        const key = diagnosed("Failed to parse private key PEM", () => parsePrivateKey(parsed.privateKeyPem));
        const names = alternativeNames(parsed);
        validateNames(names);
        const { times, outputs } = validity(parsed.validityPeriodHours);
        const certificate = diagnosed("Failed to create certificate", () =>
            createCertificate(
                {
                    subject: toName(parsed.subject),
                    names,
                    publicKey: AsnConvert.parse(publicKeyDer(key), SubjectPublicKeyInfo),
                    ...times,
                    allowedUses: parsed.allowedUses,
                    isCa: parsed.isCaCertificate,
                    maxPathLength: parsed.maxPathLength,
                    setSubjectKeyId: parsed.setSubjectKeyId,
                },
                { kind: "self", key, setAuthorityKeyId: parsed.setAuthorityKeyId },
            ),
        );
        return Promise.resolve({ ...certificate, ...outputs, keyAlgorithm: algorithmOf(key) });
    },
};
