import { z } from "zod";
import { parseJson } from "./json";

const componentShape = {
    "@id": z.string().optional(),
    /** `purl`, `cpe22`, `cpe23`. */
    identifiers: z.record(z.string(), z.string()).optional(),
    /** Checksums in hex, by their kind: `sha-256`. */
    hashes: z.record(z.string(), z.string()).optional(),
};
const componentSchema = z.strictObject(componentShape);
const productSchema = z.strictObject({
    ...componentShape,
    subcomponents: z.array(componentSchema).optional(),
});
const time = z.iso.datetime({ offset: true });
const text = z.string().trim().min(1);

const statementSchema = z
    .strictObject({
        "@id": text.optional(),
        version: z.int().optional(),
        vulnerability: z.strictObject({
            "@id": z.string().optional(),
            name: text,
            description: z.string().optional(),
            aliases: z.array(text).default([]),
        }),
        timestamp: time.optional(),
        last_updated: time.optional(),
        products: z.array(productSchema).default([]),
        status: z.enum(["not_affected", "affected", "fixed", "under_investigation"]),
        supplier: z.string().optional(),
        status_notes: z.string().optional(),
        justification: z
            .enum([
                "component_not_present",
                "vulnerable_code_not_present",
                "vulnerable_code_not_in_execute_path",
                "vulnerable_code_cannot_be_controlled_by_adversary",
                "inline_mitigations_already_exist",
            ])
            .optional(),
        impact_statement: text.optional(),
        action_statement: z.string().optional(),
        action_statement_timestamp: time.optional(),
    })
    .refine(
        ({ status, justification, impact_statement }) =>
            status !== "not_affected" || justification !== undefined || impact_statement !== undefined,
        { error: "is needed with not_affected, or an impact_statement", path: ["justification"] },
    );

/** OpenVEX v0.2.0 (openvex_json_schema.json). A key that nobody knows is refused: it may narrow what a statement is about. */
const documentSchema = z.strictObject({
    "@context": z.literal("https://openvex.dev/ns/v0.2.0"),
    "@id": text,
    author: text,
    role: z.string().optional(),
    timestamp: time,
    last_updated: time.optional(),
    version: z.int().min(1),
    tooling: z.string().optional(),
    statements: z.array(statementSchema).min(1),
});

/** What a statement is about: an image, or a package in it. */
export type VexComponent = z.infer<typeof componentSchema>;

/** A statement of an OpenVEX document. */
export interface VexStatement {
    /** Path of the document. */
    readonly file: string;
    /** Its own id, or its place in the document: `https://example.org/vex-1, statement 2`. */
    readonly id: string;
    /** When it was made, in milliseconds since 1970. */
    readonly time: number;
    /** Whether a finding that it is about does not count. */
    readonly takesAway: boolean;
    /** `not_affected: component_not_present; TEXT` */
    readonly why: string;
    /** All names of the vulnerability. */
    readonly names: readonly string[];
    readonly products: readonly (VexComponent & { readonly subcomponents?: readonly VexComponent[] })[];
}

/**
 * Reads an OpenVEX document.
 *
 * @param file its path, for the statements
 * @param today in UTC, `2027-03-31`
 * @throws Error with the reason why it is none: `is no JSON …`
 */
export function parseVex(file: string, content: string, today: string): VexStatement[] {
    const document = parseJson(documentSchema, "an OpenVEX document (v0.2.0)", content);
    return document.statements.map((statement, at) => {
        const { status, justification, impact_statement: impact, status_notes: notes } = statement;
        const id = statement["@id"] ?? `${document["@id"]}, statement ${at + 1}`;
        const made = new Date(statement.timestamp ?? document.timestamp);
        const day = made.toISOString().slice(0, 10);
        // It would stand above all that is said until then.
        if (day > today) {
            throw new Error(`has a statement of ${day} (${id}), and today is ${today}`);
        }
        const reasons = [justification, impact, notes].filter((reason) => reason !== undefined);
        return {
            file,
            id,
            time: made.getTime(),
            takesAway: status === "not_affected" || status === "fixed",
            why: [status, ...(reasons.length === 0 ? [] : [reasons.join("; ")])].join(": "),
            names: [statement.vulnerability.name, ...statement.vulnerability.aliases],
            products: statement.products,
        };
    });
}
