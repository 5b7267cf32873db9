/** `tls:index/locallySignedCert:LocallySignedCert`. */
import { z } from "zod";
import { diagnosed, warn } from "../diagnostics";
import { algorithmOf, parsePrivateKey } from "../keys";
import type { TlsKind } from "../resource";
import { computed, required } from "../schema";
import { createCertificate, parseAuthority } from "../x509/certificate";
import { copyName } from "../x509/name";
import { parseRequest } from "../x509/request";
import { certificateAttributes, certificateValues, validity } from "./common";

const values = certificateValues.extend({
    caCertPem: z.string(),
    caPrivateKeyPem: z.string(),
    certRequestPem: z.string(),
});

export const locallySignedCert: TlsKind = {
    schema: {
        version: 0,
        attributes: [
            required("caCertPem", "string", "pem"),
            required("caPrivateKeyPem", "string", "pem", { secret: true }),
            required("certRequestPem", "string", "pem"),
            ...certificateAttributes,
            computed("caKeyAlgorithm", "string"),
        ],
    },
    make: (ctx, given) => {
        const parsed = values.parse(given);
        const request = diagnosed("Failed to parse certificate request PEM", () =>
            parseRequest(parsed.certRequestPem),
        );
        const key = diagnosed("Failed to parse CA private key PEM", () =>
            parsePrivateKey(parsed.caPrivateKeyPem),
        );
        const authority = diagnosed("Failed to parse CA certificate PEM", () =>
            parseAuthority(parsed.caCertPem),
        );
        if (!authority.isCa) {
            warn(
                ctx,
                "Potentially Invalid Certificate Authority",
                "Certificate provided as Authority does not appear to be a valid Certificate Authority. " +
                    "The resulting certificate might fail certificate validation.",
            );
        }
        const { times, outputs } = validity(parsed.validityPeriodHours);
        const certificate = diagnosed("Failed to create certificate", () => {
            const template = {
                subject: copyName(request.subject),
                names: request.names,
                publicKey: request.publicKey,
                ...times,
                allowedUses: parsed.allowedUses,
                isCa: parsed.isCaCertificate,
                maxPathLength: parsed.maxPathLength,
                setSubjectKeyId: parsed.setSubjectKeyId,
            };
            if (!authority.matches(key)) {
                throw new Error("x509: provided PrivateKey doesn't match parent's PublicKey");
            }
            return createCertificate(template, {
                kind: "authority",
                key,
                name: authority.name,
                keyId: authority.keyId,
            });
        });
        return Promise.resolve({ ...certificate, ...outputs, caKeyAlgorithm: algorithmOf(key) });
    },
};
