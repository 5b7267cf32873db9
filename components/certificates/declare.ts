import * as pulumi from "@pulumi/pulumi";
import type * as tls from "@pulumi/tls";
import { certificateFacts } from "../../audit/drift/compare/certificate";
import type { DeclaredItem } from "../../declaration";
import type { DeclaredItems } from "../declared";
import type { PlacedFile } from "../file";

/**
 * A certificate on the host: its file, and the facts that identify the certificate in place of the file's digest.
 *
 * @param renewalHours hours before the certificate's end, from which on the certificate is to be renewed
 */
export function declaredCertificate(
    file: PlacedFile,
    issued: tls.SelfSignedCert | tls.LocallySignedCert,
    renewalHours: number,
): DeclaredItems {
    return pulumi
        .all([file.declared, issued.urn, issued.certPem])
        .apply(([declared, urn, pem]): DeclaredItem[] => [
            { ...declared, sha256: undefined },
            {
                kind: "certificate",
                resource: declared.resource,
                issued: urn,
                path: declared.path,
                ...certificateFacts(pem),
                renewalDays: Math.floor(renewalHours / 24),
            },
        ]);
}
