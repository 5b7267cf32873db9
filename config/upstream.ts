/** The registries that `images.NAME.reference` names: their logins, and the tags that each `up` follows. */
import { z } from "zod";
import { isPinned, registryOf, registryPattern } from "../text/reference";
import { key, pathText, taking } from "./key";

/** A user's name at a registry. HTTP's Basic authentication ends the name at a colon. */
const username = z
    .string()
    .regex(/^[^:\p{Cc}]+$/u, "expected a user's name, without colon and control characters");
const password = z.string().regex(/^\P{Cc}+$/u, "expected a password or token, without control characters");

const login = z.strictObject({
    username: key(
        "User, or the name that the registry gives to a token.",
        taking("name without colon", username),
    ),
    password: key(
        "Password or token; a secret (`config set --secret`).",
        taking("password or token, no control characters", password),
    ),
});

/** A user of a registry. */
export type RegistryLogin = Readonly<z.infer<typeof login>>;

/** Logins by registry. */
export const registryLogins = taking(
    "map: registry as the references name it, e.g. `registry.example.org:5000`, to `username` and `password`",
    z.record(
        z
            .string()
            .regex(
                registryPattern,
                "expected a registry as references name it, e.g. registry.example.org or 192.0.2.1:5000, and docker.io for Docker Hub: no https://, no path",
            ),
        login,
    ),
);

/** The settings that name images of registries. */
interface ImageSettings {
    readonly archiveFolder?: string | undefined;
    readonly stackImages: Readonly<Record<"registry" | "postgres" | "clair", string>>;
    readonly images: Readonly<Record<string, { readonly reference?: string | undefined }>>;
    readonly registryLogins: Readonly<Record<string, RegistryLogin>>;
}

/** The registries from which the stack pulls. */
function usedRegistries({ archiveFolder, stackImages, images }: ImageSettings): string[] {
    const { registry, postgres, clair } = stackImages;
    const own = archiveFolder === undefined ? [registry, postgres, clair] : [];
    const references = Object.values(images).flatMap(({ reference }) => reference ?? []);
    return [...new Set([...references, ...own].map(registryOf))];
}

/** Logins that nothing needs: maybe the registry's name is not quite that of the references. */
export function unusedLogins(settings: ImageSettings): { registry: string; message: string }[] {
    const used = usedRegistries(settings);
    const others = used.length === 0 ? "none is pulled" : `these are pulled from: ${used.join(", ")}`;
    return Object.keys(settings.registryLogins)
        .filter((registry) => !used.includes(registry))
        .map((registry) => ({
            registry,
            message: `no image is pulled from this registry (${others}); correct its name, or take the login out`,
        }));
}

/** The login for the registry of a reference; none where the settings have none. */
export function loginFor(
    { registryLogins: logins }: Pick<ImageSettings, "registryLogins">,
    reference: string,
): RegistryLogin | undefined {
    const registry = registryOf(reference);
    return Object.hasOwn(logins, registry) ? logins[registry] : undefined;
}

/** A reference with a tag that each `up` resolves anew. */
export interface FollowedTag {
    /** Path of the setting, `portcullis:images.app.reference`. */
    readonly key: string;
    readonly reference: string;
    readonly login: RegistryLogin | undefined;
}

/** Path of the setting that names an image. */
export function referenceKey(image: string): string {
    return pathText(["images", image, "reference"]);
}

/** All tags that are followed, each reference once. Images of archives and references with a digest do not move. */
export function followedTags(settings: ImageSettings): FollowedTag[] {
    const tags = new Map<string, FollowedTag>();
    for (const [image, { reference }] of Object.entries(settings.images)) {
        if (reference !== undefined && !isPinned(reference) && !tags.has(reference)) {
            tags.set(reference, {
                key: referenceKey(image),
                reference,
                login: loginFor(settings, reference),
            });
        }
    }
    return [...tags.values()];
}
