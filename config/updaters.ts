import * as crypto from "node:crypto";
import { SettingsError } from "./parse";
import type { Settings } from "./schema";

const blocks = /-----BEGIN ([A-Z0-9 ]+)-----[^-]*-----END \1-----/g;

/** Whether the URL of the proxy holds a login. */
export function hasLogin({ scanner: { proxy } }: Settings): boolean {
    const { username, password } = proxy === undefined ? { username: "", password: "" } : new URL(proxy);
    return username !== "" || password !== "";
}

/**
 * Reads the certificates of `scanner.caFile`.
 *
 * @param text the file's text
 * @param now certificates that hold no more, or not yet, are refused
 * @returns PEM of the certificates, and of nothing else that the file holds
 * @throws SettingsError where the file holds no certificate, a private key, or one that does not hold
 */
export function readCertificates({ scanner: { caFile = "" } }: Settings, text: string, now: Date): string {
    const refuse = (what: string) => new SettingsError(`portcullis:scanner.caFile: ${caFile}: ${what}`);
    const found = [...text.matchAll(blocks)].map(([pem, kind = ""]) => ({ pem, kind }));
    const other = found.find(({ kind }) => !/^(TRUSTED |X509 )?CERTIFICATE$/.test(kind));
    if (other !== undefined) {
        throw refuse(
            `holds a ${other.kind}, which does not belong beside the certificates of a CA; give a file with certificates alone`,
        );
    }
    if (found.length === 0) {
        throw refuse(
            "holds no certificate; give the CA's certificates in PEM (`-----BEGIN CERTIFICATE-----`)",
        );
    }
    return found.map(({ pem }, at) => certificate(pem, `its certificate ${at + 1}`, now, refuse)).join("");
}

function certificate(pem: string, which: string, now: Date, refuse: (what: string) => SettingsError): string {
    let read: crypto.X509Certificate;
    try {
        read = new crypto.X509Certificate(pem);
    } catch {
        throw refuse(`${which} cannot be read; take the file from the CA again`);
    }
    const name = read.subject.split("\n").join(", ");
    if (new Date(read.validTo) < now) {
        throw refuse(`${which} (${name}) ended on ${day(read.validTo)}; give the CA's new one`);
    }
    if (new Date(read.validFrom) > now) {
        throw refuse(
            `${which} (${name}) begins on ${day(read.validFrom)}; see that this machine's clock is right`,
        );
    }
    return read.toString();
}

function day(text: string): string {
    return new Date(text).toISOString().slice(0, 10);
}
