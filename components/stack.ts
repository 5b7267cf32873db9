import * as pulumi from "@pulumi/pulumi";
import type { LoadedSettings } from "../config";
import { scannerUser, type ImageSource } from "../config/schema";
import { loginFor, referenceKey } from "../config/upstream";
import { stackImageNames } from "../scan/accept";
import { slugOf } from "../text/slug";
import type { UpdaterAccess } from "./clair/updaters";
import type { Engine } from "./engine";
import { EngineImage, type ImageOrigin, type Upstream } from "./image";
import type { RegistryUser } from "./registry/access";
import type { ImageToScan } from "./scan";
import type { GeneratedSecrets } from "./secrets";
import { deriveBcryptHash } from "./secrets/derive";

/** The stack's own images. */
interface StackImages {
    readonly registry: EngineImage;
    readonly postgres: EngineImage;
    readonly clair: EngineImage;
}

/**
 * The origin of an image that the settings name. The settings were checked before this call.
 *
 * @param key path of the setting that names the image
 */
function originOf(
    { settings, archives }: LoadedSettings,
    { archive: name, reference }: Pick<ImageSource, "archive" | "reference">,
    { key, isFollowed }: Pick<Upstream, "key" | "isFollowed">,
): ImageOrigin {
    const archive = name === undefined ? undefined : archives.get(name);
    if (archive !== undefined) {
        return { archive };
    }
    if (reference !== undefined) {
        return { upstream: { reference, key, login: loginFor(settings, reference), isFollowed } };
    }
    throw new Error(`there is no archive ${name ?? ""} in portcullis:archiveFolder`);
}

/** Brings the stack's own images to the engine: from archives where the settings name any, else by reference. */
export function stackImages(loaded: LoadedSettings, engine: Engine): StackImages {
    const image = (name: "registry" | "postgres" | "clair") => {
        const archived = loaded.settings.archiveFolder !== undefined;
        const source = archived ? { archive: name } : { reference: loaded.settings.stackImages[name] };
        // Docker Hub counts each question as a pull, and the versions of the stack's own images are pinned by their tags.
        const origin = originOf(loaded, source, {
            key: `portcullis:stackImages.${name}`,
            isFollowed: false,
        });
        return new EngineImage(`${name}-image`, { engine, origin });
    };
    return { registry: image("registry"), postgres: image("postgres"), clair: image("clair") };
}

/** All images to push and scan: the stack's own images, then the configured ones. */
export function imagesToScan(
    loaded: LoadedSettings,
    engine: Engine,
    own: StackImages,
    parent?: pulumi.Resource,
): ImageToScan[] {
    const { images, scan, stackImages: ofStack } = loaded.settings;
    const stack = stackImageNames.map((name) => ({
        repository: `portcullis/${name}`,
        tag: "latest",
        image: own[name],
        enforce: scan.enforceStackImages,
        accept: ofStack.accept
            .filter(({ image }) => image === name)
            .map(({ what, owner, reason, until }) => ({ what, owner, reason, until })),
    }));
    const configured = Object.entries(images).map(([repository, source]) => ({
        repository,
        tag: source.tag,
        image: new EngineImage(
            `image-${slugOf(repository)}`,
            {
                engine,
                origin: originOf(loaded, source, { key: referenceKey(repository), isFollowed: true }),
            },
            { parent },
        ),
        enforce: true,
        accept: source.accept,
    }));
    return [...stack, ...configured];
}

/** The way of Clair's updaters to their sources, as the settings have it. */
export function updaterAccess(loaded: LoadedSettings): UpdaterAccess {
    const { updatersProxy, updatersCertificates, settings } = loaded;
    return { proxy: updatersProxy, noProxy: settings.scanner.noProxy, certificates: updatersCertificates };
}

export { scannerUser };

/** All users of the stack's registry: its own user, and then the scanner. */
export function registryUsers(
    username: string,
    secrets: Pick<GeneratedSecrets, "seed" | "registryPassword" | "scannerPassword">,
): readonly [RegistryUser, ...RegistryUser[]] {
    const user = (name: string, password: pulumi.Output<string>) => ({
        name,
        password,
        hash: pulumi
            .all([secrets.seed, password])
            .apply(([seedPem, known]) => deriveBcryptHash(seedPem, `htpasswd ${name}`, known)),
    });
    return [user(username, secrets.registryPassword), user(scannerUser, secrets.scannerPassword)];
}
