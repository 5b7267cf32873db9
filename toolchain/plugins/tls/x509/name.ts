/** Distinguished names, as Go's crypto/x509/pkix writes them. */
import { AsnConvert } from "@peculiar/asn1-schema";
import { AttributeTypeAndValue, AttributeValue, Name, RelativeDistinguishedName } from "@peculiar/asn1-x509";
import { z } from "zod";

const commonNameOid = "2.5.4.3";
const serialNumberOid = "2.5.4.5";
const emailAddressOid = "1.2.840.113549.1.9.1";
/** The attributes that may come many times, in the order in which they are written. */
const attributeLists = {
    country: "2.5.4.6",
    province: "2.5.4.8",
    locality: "2.5.4.7",
    streetAddresses: "2.5.4.9",
    postalCode: "2.5.4.17",
    organization: "2.5.4.10",
    organizationalUnit: "2.5.4.11",
} as const;
/** The characters of a PrintableString, without those that Go leaves out for the sake of old readers. */
const printable = /^[A-Za-z0-9 '()+,\-./:=?]*$/;

/** A certificate's subject as the program gives it. */
export const subjectSchema = z.object({
    commonName: z.string().optional(),
    country: z.string().optional(),
    emailAddress: z.string().optional(),
    locality: z.string().optional(),
    organization: z.string().optional(),
    organizationalUnit: z.string().optional(),
    postalCode: z.string().optional(),
    province: z.string().optional(),
    serialNumber: z.string().optional(),
    streetAddresses: z.array(z.string()).optional(),
});
export type Subject = z.infer<typeof subjectSchema>;

/** A subject as a name. */
export function toName(subject: Subject): Name {
    const lists = Object.entries(attributeLists).map(([key, oid]): [string, string[]] => {
        const value = new Map(Object.entries(subject)).get(key);
        return [oid, value === undefined ? [] : Array.isArray(value) ? value : [value]];
    });
    return buildName(lists, subject.commonName, subject.serialNumber, subject.emailAddress);
}

/**
 * A request's name as it gets into a certificate: only the attributes above, in the order above, and (as in the
 * official plugin) without the e-mail address.
 */
export function copyName(name: Name): Name {
    const values = Array.from(name).flatMap((relative) =>
        Array.from(relative).map(({ type, value }) => ({ type, text: value.toString() })),
    );
    const all = (oid: string): string[] => values.filter(({ type }) => type === oid).map(({ text }) => text);
    const lists = Object.values(attributeLists).map((oid): [string, string[]] => [oid, all(oid)]);
    return buildName(lists, all(commonNameOid).at(-1), all(serialNumberOid).at(-1), undefined);
}

function buildName(
    lists: [string, string[]][],
    commonName: string | undefined,
    serialNumber: string | undefined,
    emailAddress: string | undefined,
): Name {
    const single = (oid: string, text: string | undefined): RelativeDistinguishedName[] =>
        text ? [relativeName(oid, [text])] : [];
    const relativeNames = [
        ...lists.filter(([, texts]) => texts.length > 0).map(([oid, texts]) => relativeName(oid, texts)),
        ...single(commonNameOid, commonName),
        ...single(serialNumberOid, serialNumber),
    ];
    if (emailAddress !== undefined) {
        const value = new AttributeValue({ ia5String: emailAddress });
        relativeNames.push(
            new RelativeDistinguishedName([new AttributeTypeAndValue({ type: emailAddressOid, value })]),
        );
    }
    return new Name(relativeNames);
}

function relativeName(oid: string, texts: string[]): RelativeDistinguishedName {
    const attributes = texts.map((text) => {
        const value = new AttributeValue(
            printable.test(text) ? { printableString: text } : { utf8String: text },
        );
        return new AttributeTypeAndValue({ type: oid, value });
    });
    // DER wants the elements of a set in the order of their bytes.
    const sorted = attributes
        .map((attribute) => ({ attribute, der: Buffer.from(AsnConvert.serialize(attribute)) }))
        .sort((one, other) => Buffer.compare(one.der, other.der));
    return new RelativeDistinguishedName(sorted.map(({ attribute }) => attribute));
}
