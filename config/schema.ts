import { z } from "zod";
import { auditSettingsSchema } from "../audit/settings";
import { acceptanceSchema, stackAcceptanceSchema, stackImageNames } from "../scan/accept";
import { engine } from "./engine-schema";
import { key, path, refuse, taking } from "./key";
import { imageNameProblems } from "./image-names";
import { scan } from "./scan-schema";
import { scanner } from "./scanner-schema";
import { registryLogins, unusedLogins } from "./upstream";
import { referencePattern, repositoryPattern, tagPattern } from "../text/reference";

/** The registry's user by whom Clair pulls; no setting can take the name. */
export const scannerUser = "scanner";

/** Port of the registry's health endpoint, on its container's loopback only. */
export const healthPort = 5001;

const port = z.int().min(1).max(65535);
const hostName = taking(
    "host name",
    z
        .hostname()
        .refine((value) => !/^[0-9.]+$|\.$/.test(value), "expected a host name without a dot at its end"),
);
/** An IP address of one interface, which others can reach: no wildcard, no multicast, no broadcast. */
const ownIpv4 = taking(
    "IPv4 address of one interface",
    z.ipv4().refine((value) => !/^(0|22[4-9]|23[0-9]|24[0-9]|25[0-5])\./.test(value), {
        error: "expected an address of the host's own; 0.0.0.0 stands for all of them, and from 224 on none is a host's",
    }),
);
/** An address that can stand in the names of the registry's images. */
const address = taking(
    "IPv4 address or host name",
    z.union([ownIpv4, hostName], {
        error: "expected an IPv4 address or a host name without a dot at its end: images of the registry are named by it",
    }),
);
const reference = taking(
    "image reference",
    z.string().regex(referencePattern, "expected an image reference"),
);
/** A line of a public host key: type, key in base64, comment. */
export const hostKeyPattern = /^(ssh-ed25519|ecdsa-sha2-nistp(256|384|521)) [A-Za-z0-9+/]+=*( .*)?$/;
const publicKey = taking(
    "public key of type ed25519 or ecdsa",
    z.string().regex(hostKeyPattern, {
        error: "expected a public key, e.g. `ssh-ed25519 AAAA…` (from ssh-keyscan, without the host name before it); no ssh-rsa, with whose SHA-1 signatures no server answers",
    }),
);
const dnsLabel = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

const host = z
    .strictObject({
        address: key(
            "IPv4 address or name of the host, as this machine and the registry's clients reach it.",
            address,
        ),
        port: key("SSH port.", port.default(22)),
        user: key(
            "SSH user; only root will do, because the program writes /etc/docker and restarts the engine.",
            z.literal("root").default("root"),
        ),
        privateKeyFile: key("File of the SSH private key, without a passphrase.", path),
        hostKey: key("The host's public SSH key, pinned: `ssh-ed25519 AAAA…`.", publicKey.optional()),
        hostKeyFile: key("File with the host's public SSH key, instead of `hostKey`.", path.optional()),
    })
    .refine((value) => (value.hostKey === undefined) !== (value.hostKeyFile === undefined), {
        error: "expected exactly one of hostKey and hostKeyFile: without a pinned key anyone could answer in the host's place",
    });

const stackImages = z.strictObject({
    registry: key(
        "Image of the registry, where `archiveFolder` is not set.",
        reference.default("registry:3.0.0"),
    ),
    postgres: key(
        "Image of PostgreSQL, where `archiveFolder` is not set.",
        reference.default("postgres:17.6-bookworm"),
    ),
    clair: key(
        "Image of Clair v4, where `archiveFolder` is not set.",
        reference.default("quay.io/projectquay/clair:4.9.0"),
    ),
    accept: key(
        "What nobody judges in the stack's own images, and somebody answers for: `image`, `what`, `owner`, `reason`, `until`.",
        z.array(stackAcceptanceSchema).default([]),
    ),
});

const registry = z.strictObject({
    listenAddress: key(
        "Address of the host on which the registry is published; default: `host.address`, which then must be an IPv4 address.",
        ownIpv4.optional(),
    ),
    port: key(
        "TCP port of the registry.",
        port
            .refine(
                (value) => value !== healthPort,
                "is where the registry tells its own health; choose another",
            )
            .default(5000),
    ),
    names: key("More DNS names of the registry, for its certificate.", z.array(hostName).default([])),
    username: key(
        "User who may push and pull.",
        taking(
            "1 to 64 letters, digits, `.`, `-`, `_`; not `scanner`",
            z
                .string()
                .regex(/^[A-Za-z0-9._-]{1,64}$/, "expected letters, digits, dot, dash, underscore")
                .refine((name) => name !== scannerUser, "is the user by whom Clair pulls; choose another"),
        ).default("portcullis"),
    ),
    retainVolume: key(
        "Keep the volume with the pushed images when the stack is destroyed.",
        z.boolean().default(true),
    ),
    memoryMegabytes: key("Memory limit of the registry, in MiB.", z.int().min(64).default(256)),
});

const imageSource = z
    .strictObject({
        reference: key(
            "Reference to pull; what its tag names is asked anew at each `up`.",
            reference.optional(),
        ),
        archive: key(
            "Name of an archive in `archiveFolder` (NAME.tar.gz).",
            taking(
                "file name without `.tar.gz`",
                z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "expected a file name without .tar.gz"),
            ).optional(),
        ),
        tag: key(
            "Tag in the private registry.",
            taking("tag", z.string().regex(tagPattern, "expected a tag")).default("latest"),
        ),
        accept: key(
            "What nobody judges in the image, and somebody answers for: `what`, `owner`, `reason`, `until`.",
            z.array(acceptanceSchema).default([]),
        ),
    })
    .refine((value) => (value.reference === undefined) !== (value.archive === undefined), {
        error: "expected exactly one of reference and archive",
    });

/** The repositories of all images that are scanned. */
function scannedImages(images: Readonly<Record<string, unknown>>): string[] {
    return [...Object.keys(images), ...stackImageNames.map((name) => `portcullis/${name}`)];
}

/** All settings of a stack: the keys under `portcullis:` of Pulumi.STACK.yaml. */
export const settingsSchema = z
    .strictObject({
        name: key(
            "Name put before the stack's containers, volumes and networks.",
            taking(
                "at most 63 lower-case letters, digits and dashes",
                z.string().regex(dnsLabel, "expected lower-case letters, digits and dashes"),
            ).default("portcullis"),
        ),
        host: key("The Docker host.", host),
        engine: key("The engine's hardening.", engine.prefault({})),
        archiveFolder: key(
            "Folder of image archives (NAME.tar.gz and SHA256SUMS) for hosts without internet; the stack's own images then come from it.",
            path.optional(),
        ),
        stackImages: key("The stack's own images.", stackImages.prefault({})),
        registry: key("The private registry.", registry.prefault({})),
        scanner: key("PostgreSQL and Clair.", scanner.prefault({})),
        scan: key("The policy of the scan.", scan.prefault({})),
        audit: key("The audit by the checks of Docker Bench.", auditSettingsSchema.prefault({})),
        images: key(
            "Images to push to the private registry and to scan: repository name → source.",
            taking(
                "map: repository name, e.g. `team/app`, to `reference` or `archive`",
                z.record(
                    z.string().regex(repositoryPattern, "expected a repository name such as team/app"),
                    imageSource,
                ),
            ).default({}),
        ),
        registryLogins: key(
            "Logins for the registries of `images.NAME.reference` and of `stackImages`; a secret (`config set --secret`).",
            registryLogins.default({}),
        ),
        registryPassword: key(
            "Password of `registry.username`; a secret (`config set --secret`). Generated where absent.",
            taking(
                "12 characters to 72 bytes, no control characters",
                z
                    .string()
                    .min(12, "expected at least 12 characters")
                    .refine(
                        (text) => Buffer.byteLength(text) <= 72,
                        "expected at most 72 bytes: bcrypt reads no more",
                    )
                    .refine(
                        (text) => !/\p{Cc}/u.test(text),
                        "expected no control characters: a line end would end it",
                    ),
            ).optional(),
        ),
    })
    .superRefine((settings, context) => {
        for (const { name, message } of imageNameProblems(Object.keys(settings.images))) {
            refuse(context, ["images", name], message);
        }
        for (const { registry: name, message } of unusedLogins(settings)) {
            refuse(context, ["registryLogins", name], message);
        }
        settings.scan.exceptions.forEach(({ image }, at) => {
            if (image !== undefined && !scannedImages(settings.images).includes(image)) {
                const known = scannedImages(settings.images).join(", ");
                refuse(context, ["scan", "exceptions", at, "image"], `is no image that is scanned: ${known}`);
            }
        });
        for (const [name, source] of Object.entries(settings.images)) {
            if (source.archive !== undefined && settings.archiveFolder === undefined) {
                refuse(context, ["images", name, "archive"], "needs archiveFolder to be set");
            }
        }
        if (
            settings.audit.dockerBench?.image !== undefined &&
            settings.engine.authorizationPlugin !== undefined
        ) {
            refuse(
                context,
                ["audit", "dockerBench", "image"],
                "needs the host's namespaces, which engine.authorizationPlugin refuses; name a script on the host",
            );
        }
        if (
            settings.registry.listenAddress === undefined &&
            !z.ipv4().safeParse(settings.host.address).success
        ) {
            refuse(
                context,
                ["registry", "listenAddress"],
                `is needed, because host.address (${settings.host.address}) is no IPv4 address`,
            );
        }
        if (
            settings.scanner.advisoryKeyFile !== undefined &&
            settings.scanner.advisoryArchive === undefined
        ) {
            refuse(context, ["scanner", "advisoryKeyFile"], "needs advisoryArchive to be set too");
        }
        if (settings.registry.port === settings.host.port) {
            refuse(context, ["registry", "port"], "is the SSH port too; choose another");
        }
    });

export type Settings = z.infer<typeof settingsSchema>;
export type EngineSettings = Settings["engine"];
export type ImageSource = Settings["images"][string];
