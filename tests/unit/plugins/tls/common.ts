/** What the comparisons of keys and certificates share. */
import { type Plugin, type Wire, ok, part } from "../lib/driver";
import { replaceText } from "../lib/scenario";
import { structure } from "./openssl";

export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const signature = "4dabf18193072939515e22adb298388d";
export const caUses = ["cert_signing", "crl_signing", "digital_signature", "server_auth", "client_auth"];
export const exampleSubject = {
    commonName: "authority é",
    organization: "o*",
    organizationalUnit: "ou",
    country: "DE",
    locality: "l",
    province: "p",
    postalCode: "123",
    streetAddresses: ["s2", "s1"],
    serialNumber: "sn",
    emailAddress: "a@b.c",
};
export const names = {
    dnsNames: ["a.example", "b.example"],
    ipAddresses: ["1.2.3.4", "::1", "::ffff:9.8.7.6"],
    uris: ["https://x/y"],
};

export function urn(type: string): string {
    return `urn:pulumi:dev::proj::tls:index/${type.charAt(0).toLowerCase()}${type.slice(1)}:${type}::web`;
}

/** Puts in the place of keys, certificates, numbers and times what is the same in each run. */
export function normalize(value: unknown): unknown {
    return replaceText(withStructure(value), [
        [/-----BEGIN ([A-Z0-9 ]+)-----[^-]*-----END [A-Z0-9 ]+-----/g, "PEM $1"],
        [/"id":"(?:[0-9a-f]{40}|\d{30,40})"/g, '"id":"#"'],
        [/("validity(?:Start|End)Time"):"20\d\d[^"]*Z"/g, '$1:"time"'],
        [/"(?:[0-9a-f]{2}:){15}[0-9a-f]{2}"/g, '"md5"'],
        [/"SHA256:[^"]{43}"/g, '"sha256"'],
        [/"((?:ssh|ecdsa)-\S+) [^"]+\\n"/g, '"$1 key"'],
    ]);
}

function withStructure(value: unknown): unknown {
    if (typeof value === "string") {
        return /^-----BEGIN CERTIFICATE/.test(value) ? structure(value) : value;
    }
    if (Array.isArray(value)) {
        return value.map(withStructure);
    }
    if (typeof value === "object" && value !== null) {
        return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withStructure(item)]));
    }
    return value;
}

/** The properties of an answer, without marks of secrets. */
export function plain(properties: Wire): Wire {
    const reveal = (value: unknown): unknown =>
        typeof value === "object" && value !== null && signature in value && "value" in value
            ? value.value
            : value;
    return Object.fromEntries(
        Object.entries(properties)
            .filter(([key]) => !key.startsWith("__"))
            .map(([key, value]) => [key, reveal(value)]),
    );
}

export async function make(plugin: Plugin, type: string, inputs: Wire): Promise<Wire> {
    return plain(part(ok(await plugin.create(urn(type), inputs)), "properties"));
}
