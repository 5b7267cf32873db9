/** `tls:index/privateKey:PrivateKey`. */
import { z } from "zod";
import { diagnosed, DiagnosticError } from "../diagnostics";
import {
    keyAlgorithms,
    curves,
    generateKey,
    publicKeyDer,
    publicKeyPem,
    toPem,
    toPkcs8Pem,
    toSsh,
} from "../keys";
import { stateHash } from "../hash";
import type { TlsKind } from "../resource";
import { computed, optional, required } from "../schema";
import { reasonOf } from "../../../../text/reason";

const values = z.object({ algorithm: z.string(), ecdsaCurve: z.string(), rsaBits: z.number() });
/** A change makes a new key: nothing of the old one stays. */
const anew = { keepOnUpdate: false };

export const privateKey: TlsKind = {
    schema: {
        version: 1,
        attributes: [
            required("algorithm", "string", "always", { oneOf: keyAlgorithms }),
            optional("ecdsaCurve", "string", { default: "P224", oneOf: curves }),
            optional("rsaBits", "number", { default: 2048 }),
            computed("id", "string", anew),
            computed("privateKeyOpenssh", "string", { ...anew, secret: true }),
            computed("privateKeyPem", "string", { ...anew, secret: true }),
            computed("privateKeyPemPkcs8", "string", { ...anew, secret: true }),
            computed("publicKeyFingerprintMd5", "string", anew),
            computed("publicKeyFingerprintSha256", "string", anew),
            computed("publicKeyOpenssh", "string", anew),
            computed("publicKeyPem", "string", anew),
        ],
    },
    make: async (_ctx, given) => {
        const { algorithm, rsaBits, ecdsaCurve } = values.parse(given);
        const key = await generateKey(algorithm, rsaBits, ecdsaCurve).catch((error: unknown) => {
            const detail = reasonOf(error);
            throw new DiagnosticError("Unable to generate Key from configuration", detail, { cause: error });
        });
        const ssh = diagnosed("Unable to marshal private key into OpenSSH format", () => toSsh(key));
        return {
            id: stateHash(publicKeyDer(key)),
            privateKeyOpenssh: ssh.privateKey,
            privateKeyPem: toPem(key),
            privateKeyPemPkcs8: toPkcs8Pem(key),
            publicKeyFingerprintMd5: ssh.fingerprintMd5,
            publicKeyFingerprintSha256: ssh.fingerprintSha256,
            publicKeyOpenssh: ssh.publicKey,
            publicKeyPem: publicKeyPem(key),
        };
    },
};
