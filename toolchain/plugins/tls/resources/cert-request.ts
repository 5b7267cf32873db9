/** `tls:index/certRequest:CertRequest`. */
import { z } from "zod";
import { diagnosed } from "../diagnostics";
import { stateHash } from "../hash";
import { algorithmOf, encodePem, parsePrivateKey } from "../keys";
import type { TlsKind } from "../resource";
import { computed, required } from "../schema";
import { validateNames } from "../x509/alternative-names";
import { toName } from "../x509/name";
import { createRequest } from "../x509/request";
import { alternativeNames, nameAttributes, nameValues } from "./common";

const values = nameValues.extend({ privateKeyPem: z.string() });

export const certRequest: TlsKind = {
    schema: {
        version: 0,
        attributes: [
            required("privateKeyPem", "string", "pem", { secret: true }),
            ...nameAttributes,
            computed("keyAlgorithm", "string"),
            computed("certRequestPem", "string"),
            computed("id", "string"),
        ],
    },
    make: (_ctx, given) => {
        const parsed = values.parse(given);
        const key = diagnosed("Failed to parse private key PEM", () => parsePrivateKey(parsed.privateKeyPem));
        const names = alternativeNames(parsed);
        validateNames(names);
        const der = diagnosed("Error creating certificate request", () =>
            createRequest(key, toName(parsed.subject), names),
        );
        return Promise.resolve({
            id: stateHash(der),
            keyAlgorithm: algorithmOf(key),
            certRequestPem: encodePem("CERTIFICATE REQUEST", der),
        });
    },
};
