/** Subject alternative names: host names, addresses and URIs. */
import * as net from "node:net";
import { GeneralName, SubjectAlternativeName } from "@peculiar/asn1-x509";
import { DiagnosticError } from "../diagnostics";

/** The names that a certificate is valid for. */
export interface AlternativeNames {
    dnsNames: string[];
    ipAddresses: string[];
    uris: string[];
}

/** Checks the names that a program gives. */
export function validateNames({ ipAddresses, uris }: AlternativeNames): void {
    for (const address of ipAddresses) {
        if (net.isIP(address) === 0 || address.includes("%")) {
            throw new DiagnosticError("Invalid IP address", `Failed to parse ${JSON.stringify(address)}`);
        }
    }
    for (const uri of uris) {
        // A base makes relative references valid, as they are to the official plugin.
        if (!URL.canParse(uri, "relative://base/")) {
            const detail = `Failed to parse ${JSON.stringify(uri)}: it is no URI: write it as scheme://host/path`;
            throw new DiagnosticError("Invalid URI", detail);
        }
    }
}

/** The extension's content; undefined when there is no name. */
export function toExtension(names: AlternativeNames): SubjectAlternativeName | undefined {
    const all = [
        ...names.dnsNames.map((dNSName) => new GeneralName({ dNSName: ascii(dNSName) })),
        ...names.ipAddresses.map((address) => new GeneralName({ iPAddress: withoutMapping(address) })),
        ...names.uris.map((uri) => new GeneralName({ uniformResourceIdentifier: ascii(uri) })),
    ];
    return all.length > 0 ? new SubjectAlternativeName(all) : undefined;
}

/** The names in an extension of a request. */
export function fromExtension(extension: SubjectAlternativeName): AlternativeNames {
    const names = Array.from(extension);
    return {
        dnsNames: names.flatMap(({ dNSName }) => dNSName ?? []),
        ipAddresses: names.flatMap(({ iPAddress }) => iPAddress ?? []),
        uris: names.flatMap(({ uniformResourceIdentifier }) => uniformResourceIdentifier ?? []),
    };
}

function ascii(text: string): string {
    // eslint-disable-next-line no-control-regex -- the characters of an IA5String are these
    if (!/^[\x00-\x7f]*$/.test(text)) {
        throw new Error(`x509: ${JSON.stringify(text)} cannot be encoded as an IA5String`);
    }
    return text;
}

/** An IPv4 address in IPv6's form is written as the IPv4 address that it is. */
function withoutMapping(address: string): string {
    return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
}
