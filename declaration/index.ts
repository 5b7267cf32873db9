/** A stack's declaration: one plain document, without secrets, of its host's required state. */
import { z } from "zod";
import { containerSettingsSchema } from "./container-settings";

/** URN of the Pulumi resource that the item comes from. */
const resource = z.string().startsWith("urn:pulumi:", "expected the URN of a resource");

/** An absolute path on one line: it is sent to the host as a line. */
const path = z.string().regex(/^\/[^\0\n]*$/, "expected an absolute path");

const uid = z.int().min(0).max(0xffff_ffff);

/** A file. */
const file = z.strictObject({
    kind: z.literal("file"),
    resource,
    path,
    uid,
    gid: uid,
    /** Octal, e.g. `0400`. */
    mode: z.string().regex(/^[0-7]{4}$/, "expected four octal digits"),
    /** Hex; absent where another item declares the file's content. */
    sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/, "expected 64 hex digits")
        .optional(),
});

/**
 * A folder that is the stack's own: only root can write in the folder, and a file without a file item is unexpected.
 */
const folder = z.strictObject({ kind: z.literal("folder"), resource, path });

/** A path where nothing may be, e.g. a folder by which systemd would change a unit of the stack. */
const absent = z.strictObject({ kind: z.literal("absent"), resource, path });

/** The certificates of a PEM file: exactly this one. */
const certificate = z.strictObject({
    kind: z.literal("certificate"),
    /** URN of the resource that put the file on the host. */
    resource,
    /** URN of the resource that issued the certificate, and would renew it. */
    issued: resource,
    path,
    /** SHA-256 of the DER, hex. */
    fingerprint: z.string().regex(/^[0-9a-f]{64}$/, "expected 64 hex digits"),
    /** Subject alternative names: `DNS:…`, `IP Address:…`. */
    names: z.array(z.string()),
    /** RFC 3339. */
    notAfter: z.iso.datetime(),
    /** Days before the certificate's end, from which on it is to be renewed. */
    renewalDays: z.int().min(0),
});

/** Keys of daemon.json, all of them. */
const daemon = z.strictObject({
    kind: z.literal("daemon"),
    resource,
    path,
    settings: z.record(z.string(), z.json()),
});

/** Settings of the running engine: a daemon.json takes effect at the engine's next start. */
const engine = z.strictObject({
    kind: z.literal("engine"),
    resource,
    rootDir: z.string(),
    loggingDriver: z.string(),
    liveRestore: z.boolean(),
});

const container = z.strictObject({
    kind: z.literal("container"),
    resource,
    name: z.string(),
    settings: containerSettingsSchema,
    /** Resources of settings that have one of their own, by the setting's name. */
    settingResources: z.record(z.string(), resource),
});

const network = z.strictObject({
    kind: z.literal("network"),
    resource,
    name: z.string(),
    driver: z.string(),
    internal: z.boolean(),
});

const volume = z.strictObject({
    kind: z.literal("volume"),
    resource,
    name: z.string(),
    driver: z.string(),
    /** e.g. of a bind mount in disguise: `type`, `o`, `device`. */
    options: z.record(z.string(), z.string()),
});

/** The one range of subordinate ids of a user, which no other user's may overlap. */
const idRange = z.strictObject({
    kind: z.literal("idRange"),
    resource,
    path: z.enum(["/etc/subuid", "/etc/subgid"]),
    user: z.string(),
    first: z.int(),
    count: z.int(),
});

/** Kernel audit rules in a file; on a host whose folders are not all there, some of them. */
const auditRules = z.strictObject({
    kind: z.literal("auditRules"),
    resource,
    path,
    rules: z.array(z.string()),
    /** Number of rules in the file. */
    count: z.int(),
});

const itemSchema = z.discriminatedUnion("kind", [
    daemon,
    engine,
    idRange,
    auditRules,
    file,
    folder,
    absent,
    certificate,
    container,
    network,
    volume,
]);

export const declarationSchema = z.strictObject({
    /** Version of the document. */
    format: z.literal(1),
    stack: z.string(),
    /** Text put before the names of the stack's containers, networks and volumes. */
    prefix: z.string(),
    items: z.array(itemSchema).min(1),
});

export type Declaration = z.infer<typeof declarationSchema>;
export type DeclaredItem = z.infer<typeof itemSchema>;
export type DeclaredKind = DeclaredItem["kind"];
/** Items of one kind. */
export type Declared<K extends DeclaredKind> = Extract<DeclaredItem, { kind: K }>;

/** The items of one kind. */
export function itemsOf<K extends DeclaredKind>({ items }: Declaration, kind: K): Declared<K>[] {
    return items.filter((item): item is Declared<K> => item.kind === kind);
}

/**
 * Reads a declaration.
 * @param source the declaration's origin, for the error.
 * @throws Error that names the parts that do not fit.
 */
export function parseDeclaration(text: string, source: string): Declaration {
    let value: unknown;
    try {
        value = JSON.parse(text);
    } catch {
        throw new Error(`${source} is no JSON; give a declared.json that an \`up\` has written`);
    }
    const parsed = declarationSchema.safeParse(value);
    if (!parsed.success) {
        throw new Error(
            `${source} does not say what a stack declared: ${z.prettifyError(parsed.error)}; ` +
                "give a declared.json that an `up` of this version has written",
        );
    }
    return parsed.data;
}
