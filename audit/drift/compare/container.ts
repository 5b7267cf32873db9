/** Containers, setting by setting. */
import { quote } from "shell-quote";
import { itemsOf, type Declaration, type Declared } from "../../../declaration";
import { differences, type About, type DriftFinding, type Value } from "../finding";
import type { ImageDefaults, LiveContainer, LiveHost } from "../live";
import { putBack } from "../remedy";
import type { ContainerSettings } from "../../../declaration/container-settings";

const noDefaults: ImageDefaults = { envs: {}, entrypoints: [], command: [] };

export function compareContainer(
    item: Declared<"container">,
    { engine }: LiveHost,
    { stack }: Declaration,
): DriftFinding[] {
    const about: About = {
        subject: `container ${item.name}`,
        resource: item.resource,
        remedy: putBack(stack),
    };
    const live = engine.containers.find(({ name }) => name === item.name);
    if (live === undefined) {
        return [{ ...about, problem: "missing", key: "" }];
    }
    return compareSettings(
        live.isLabelled ? about : { ...about, remedy: `${removeContainer(item.name)}; then ${about.remedy}` },
        item,
        live,
        engine,
    );
}

/** Another container has the name of one of the stack's, which cannot be made as long as the other is there. */
function removeContainer(name: string): string {
    return `look at it, and remove it on the host: docker rm --force ${quote([name])}`;
}

function compareSettings(
    about: About,
    item: Declared<"container">,
    live: LiveContainer,
    engine: LiveHost["engine"],
): DriftFinding[] {
    if (live.settings === undefined) {
        return differences(about, { state: item.settings.state }, { state: live.state });
    }
    const defaults = engine.images.get(live.settings.image) ?? noDefaults;
    return differences(
        about,
        withImage(item.settings, defaults),
        withoutImage(live.settings, item.settings, defaults),
    ).map((finding) => withOwner(finding, item));
}

/** The declared settings, with the values that the image fills in. */
function withImage(settings: ContainerSettings, image: ImageDefaults): Value {
    return {
        ...settings,
        entrypoints: settings.entrypoints ?? image.entrypoints,
        // A given entry point takes the image's command away.
        command: settings.command ?? (settings.entrypoints === null ? image.command : []),
    };
}

/** The settings on the host, without the values that come from the image and are not declared. */
function withoutImage(live: ContainerSettings, declared: ContainerSettings, image: ImageDefaults): Value {
    const isImages = (name: string, value: string): boolean =>
        !Object.hasOwn(declared.envs, name) && image.envs[name] === value;
    const isOurs = (name: string): boolean =>
        Object.hasOwn(declared.labels, name) || name.startsWith("portcullis.");
    const envs = Object.entries(live.envs)
        .filter(([name, value]) => !isImages(name, value))
        // An undeclared variable may be a secret: the report names the variable, and hides its value.
        .map(([name, value]) => [name, Object.hasOwn(declared.envs, name) ? value : "(not shown)"]);
    return {
        ...live,
        entrypoints: live.entrypoints ?? [],
        command: live.command ?? [],
        envs: Object.fromEntries(envs) as Record<string, string>,
        labels: Object.fromEntries(Object.entries(live.labels).filter(([name]) => isOurs(name))),
    };
}

/** Gives a finding the resource of its setting, where the setting has a resource of its own. */
function withOwner(finding: DriftFinding, item: Declared<"container">): DriftFinding {
    const resource = Object.hasOwn(item.settingResources, finding.key)
        ? item.settingResources[finding.key]
        : undefined;
    return resource === undefined ? finding : { ...finding, resource };
}

/** Containers that look like the stack's but are not declared, and other containers in its networks. */
export function unexpectedContainers(declaration: Declaration, { engine }: LiveHost): DriftFinding[] {
    const named = (kind: "container" | "network"): Set<string> =>
        new Set(itemsOf(declaration, kind).map(({ name }) => name));
    const [containers, networks] = [named("container"), named("network")];
    return engine.containers
        .filter(({ name }) => !containers.has(name))
        .flatMap((container): DriftFinding[] => {
            const found = {
                problem: "unexpected",
                subject: `container ${container.name}`,
                live: container.image,
            } as const;
            const joined = Object.keys(container.settings?.networksAdvanced ?? {}).filter((network) =>
                networks.has(network),
            );
            if (container.isLabelled || container.name.startsWith(`${declaration.prefix}-`)) {
                const remedy = removeContainer(container.name);
                return [{ ...found, key: "", remedy }];
            }
            return joined.map((network) => ({
                ...found,
                key: `networksAdvanced.${network}`,
                remedy: `look at it, and take it out of the network on the host: docker network disconnect --force ${quote([network, container.name])}`,
            }));
        });
}
