/** Certificates: their identity, and their end. */
import * as crypto from "node:crypto";
import type { Declaration, Declared } from "../../../declaration";
import type { DriftFinding, Value } from "../finding";
import type { LiveHost } from "../live";
import { putBack, replaceCommand } from "../remedy";
import { counted } from "../../../text/count";
import { tooLong } from "./file";

const day = 24 * 3600 * 1000;

/** The facts that identify a certificate. */
interface CertificateFacts {
    /** SHA-256 of the DER, hex. */
    readonly fingerprint: string;
    /** `DNS:…`, `IP Address:…`. */
    readonly names: string[];
    /** RFC 3339. */
    readonly notAfter: string;
}

/** @throws Error where the text is no certificate in PEM. */
export function certificateFacts(pem: string): CertificateFacts {
    const certificate = new crypto.X509Certificate(pem);
    return {
        fingerprint: certificate.fingerprint256.replaceAll(":", "").toLowerCase(),
        names: (certificate.subjectAltName ?? "").split(", ").filter((name) => name !== ""),
        notAfter: new Date(certificate.validTo).toISOString(),
    };
}

/** Each certificate of a PEM text; undefined for a block that is no certificate. */
function certificatesOf(pem: string): (CertificateFacts | undefined)[] {
    const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
    return blocks.map((block) => {
        try {
            return certificateFacts(block);
        } catch {
            return undefined;
        }
    });
}

function shown(facts: CertificateFacts | undefined): Value {
    return facts === undefined ? "not readable" : { ...facts };
}

/** Compares a certificate. A missing file gives no difference here: the comparison of files tells it. */
export function compareCertificate(
    item: Declared<"certificate">,
    host: LiveHost,
    { stack }: Declaration,
    now: Date,
): DriftFinding[] {
    const { path, resource, issued, fingerprint, names, notAfter, renewalDays } = item;
    const pem = host.files.contents.get(path);
    if (pem === undefined) {
        return [];
    }
    const live = pem === null ? [] : certificatesOf(pem);
    if (live.length !== 1 || live[0]?.fingerprint !== fingerprint) {
        return [
            {
                problem: "changed",
                subject: path,
                resource,
                key: "certificate",
                declared: { fingerprint, names, notAfter },
                live: pem === null ? tooLong : live.length === 1 ? shown(live[0]) : live.map(shown),
                remedy: putBack(stack),
            },
        ];
    }
    const days = Math.floor((Date.parse(notAfter) - now.getTime()) / day);
    if (days >= renewalDays) {
        return [];
    }
    return [
        {
            problem: "expiring",
            subject: path,
            resource: issued,
            key: "notAfter",
            live: `${notAfter} (${days < 0 ? "expired" : `in ${counted(days, "day")}`})`,
            remedy: `renew it: ${replaceCommand(stack, issued)}`,
        },
    ];
}
