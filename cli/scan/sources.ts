/** From what a user names to the single images, each with the way in which the host gets it. */
import * as path from "node:path";
import { z } from "zod";
import type { ScanAccess } from "../../outputs/scan-access";
import { listed } from "../../text/clip";
import { referencePattern } from "../../text/reference";
import { loginServer } from "../../transport/client-config";
import { engineClient } from "../../transport/engine";
import { engineMessage } from "../../transport/engine-error";
import type { Target as Host } from "../../transport/target";
import { archivedImages, renamedArchive } from "./archive";
import { readLayout } from "./layout";
import { clientConfig, type Login, type Logins } from "./login";
import { nameOf, partsOf, type Target } from "./targets";

/** One image that is to be scanned. */
export interface Source {
    /** What the user named, and which image of it, where it has several. */
    readonly label: string;
    /** Its name as it is shown. */
    readonly name: string;
    /** Its name for exceptions. That of a file's image is none that a repository can have. */
    readonly known: string;
    /** Whether it is of the stack's registry, or the user gives it a name: then the stack's acceptances hold for it. */
    readonly isOfStack: boolean;
    /** What stands before the digest: `registry.example.org/team/app`. */
    readonly repository: string;
    /** The digest at its origin; undefined where only the scan gives the image one. */
    readonly digest: string | undefined;
    /** Whether what the user named holds other images too. */
    readonly isOneOfSeveral: boolean;
    /** What is to be said of the image beside its verdict. */
    readonly notes: readonly string[];
    readonly way:
        | {
              readonly kind: "reference";
              /** By digest. */
              readonly name: string;
              /** config.json of a Docker client that may pull it; secret. */
              readonly login: string;
          }
        | { readonly kind: "engine"; readonly name: string }
        | { readonly kind: "archive"; readonly archive: (name: string) => AsyncIterable<Uint8Array> };
}

/** What a registry says of a reference. */
interface Resolved {
    readonly digest: string;
    /** `linux/amd64` …; more than one where the reference is an index. */
    readonly platforms: readonly string[];
}

/** Asks a registry for the digest of a reference. */
export type Resolve = (reference: string, server: string, login: Login | undefined) => Promise<Resolved>;

/** What the sources of all images have in common. */
interface Context {
    readonly registry: Pick<ScanAccess["registry"], "server" | "username" | "password">;
    readonly logins: Logins;
    readonly resolve: Resolve;
    /** The name that the user gives the one image. */
    readonly name: string | undefined;
}

const resolvedSchema = z.object({
    Descriptor: z.object({ digest: z.string().regex(/^sha256:[0-9a-f]{64}$/) }),
    Platforms: z
        .array(z.object({ os: z.string(), architecture: z.string(), variant: z.string().optional() }))
        .nullish(),
});

/** Lets the host's engine ask: it knows the proxies and the CAs of the host, and no tag of the engine's is moved. */
export function resolveByEngine(host: Host): Resolve {
    return async (reference, server, login) => {
        const { docker, close } = engineClient(host);
        try {
            const serveraddress = loginServer(server);
            const answer = resolvedSchema.parse(
                await docker
                    .getImage(reference)
                    .distribution(login === undefined ? {} : { authconfig: { ...login, serveraddress } }),
            );
            return {
                digest: answer.Descriptor.digest,
                platforms: (answer.Platforms ?? []).flatMap(({ os, architecture, variant = "" }) =>
                    os === "unknown" ? [] : [[os, architecture, variant].filter(Boolean).join("/")],
                ),
            };
        } catch (error) {
            throw new Error(
                `the host's engine cannot get it from its registry: ${engineMessage(error)}; ` +
                    "correct the reference, or give the login of a private registry by --login-file",
                { cause: error },
            );
        } finally {
            close();
        }
    };
}

/** The names of an image, where the user gives it none. */
type Names = Pick<Source, "name" | "known" | "isOfStack">;

function named(names: Names, { name }: Context): Names {
    return name === undefined ? names : { name, known: name, isOfStack: true };
}

/** The names of an image in a registry, or of one that the engine has from there. */
function namesOf(reference: string, context: Context): Names {
    const { server } = context.registry;
    const name = nameOf(reference, server);
    return named({ name, known: name, isOfStack: partsOf(reference).server === server }, context);
}

async function ofReference(reference: string, context: Context): Promise<Source[]> {
    const { registry, logins, resolve } = context;
    const { server, repository, digest } = partsOf(reference);
    const own = server === registry.server ? registry : undefined;
    const login = logins(server) ?? (own && { username: own.username, password: own.password });
    const { digest: resolved, platforms } =
        digest === undefined
            ? await resolve(reference, server, login)
            : // The digest may be that of an index. Where the registry does not answer, the scan itself says why.
              await resolve(`${repository}@${digest}`, server, login).then(
                  (answer) => ({ ...answer, digest }),
                  (): Resolved => ({ digest, platforms: [] }),
              );
    const several =
        platforms.length > 1
            ? [`${reference} is for ${listed(platforms, 12)}; judged is the one that the host's engine takes`]
            : [];
    return [
        {
            label: reference,
            ...namesOf(reference, context),
            repository,
            digest: resolved,
            isOneOfSeveral: several.length > 0,
            notes: several,
            way: {
                kind: "reference",
                name: `${repository}@${resolved}`,
                login: clientConfig(server, login),
            },
        },
    ];
}

/** A name of a file or folder as that of an image, where the file itself gives none. */
function nameOfPath(file: string): string {
    return path.basename(path.resolve(file)).replace(/\.(tar|tar\.gz|tgz|tar\.zst)$/, "");
}

/** The first of some names that is a reference with more than a tag, without its tag. */
function repositoryOf(names: readonly string[], file: string): string {
    const name = names.find((one) => referencePattern.test(one) && /[/:]/.test(one));
    return name === undefined ? nameOfPath(file) : partsOf(name).repository;
}

/**
 * What an image of a file is called. Anybody may have written the names in a file: exceptions, acceptances and statements (VEX) that are
 * about an image of a registry must not hold for this one, so what the image is called can be no reference.
 */
function ofFile(kind: "archive" | "layout", shown: string, context: Context): Names & { repository: string } {
    const repository = `${kind}://${shown}`;
    return { ...named({ name: shown, known: repository, isOfStack: false }, context), repository };
}

async function ofArchive(file: string, context: Context): Promise<Source[]> {
    const images = await archivedImages(file);
    return images.map((image) => {
        const names = image.RepoTags ?? [];
        return {
            label: images.length === 1 ? file : `${file} ${names[0] ?? image.Config}`,
            ...ofFile("archive", repositoryOf(names, file), context),
            digest: undefined,
            isOneOfSeveral: false,
            notes: [],
            way: { kind: "archive", archive: (tag) => renamedArchive(file, image, tag) },
        };
    });
}

async function ofLayout(folder: string, context: Context): Promise<Source[]> {
    const { images, others } = await readLayout(folder);
    return images.map(({ platform, names, archive }) => {
        return {
            label: images.length === 1 ? folder : `${folder} ${platform}`,
            ...ofFile("layout", repositoryOf(names, folder), context),
            digest: undefined,
            isOneOfSeveral: images.length > 1,
            notes: others,
            way: { kind: "archive", archive },
        };
    });
}

/**
 * The images that a target stands for.
 *
 * @throws Error where there is none, or the target cannot be read
 */
export async function sourcesOf(target: Target, context: Context): Promise<Source[]> {
    switch (target.kind) {
        case "reference":
            return ofReference(target.reference, context);
        case "engine": {
            const isName = referencePattern.test(target.name) && !/^[0-9a-f]{12,64}$/.test(target.name);
            const label = `engine:${target.name}`;
            return [
                {
                    label,
                    ...(isName
                        ? namesOf(target.name, context)
                        : named({ name: target.name, known: label, isOfStack: false }, context)),
                    repository: isName ? partsOf(target.name).repository : target.name,
                    digest: undefined,
                    isOneOfSeveral: false,
                    notes: [],
                    way: { kind: "engine", name: target.name },
                },
            ];
        }
        case "archive":
            return ofArchive(target.file, context);
        case "layout":
            return ofLayout(target.folder, context);
    }
}
