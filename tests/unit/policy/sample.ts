import { renderDaemonJson } from "../../../components/host/daemon";
import { settingsSchema } from "../../../config/schema";
import { inputsOf, nameOf, type Planned } from "../../../policy/prediction/planned";

/** How a preview's JSON, and the protocol, write a text that is not known yet. */
export const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A resource of a plan. */
export function planned(
    type: string,
    name: string,
    inputs: Record<string, unknown>,
    parent?: string,
): Planned {
    const urn = `urn:pulumi:test::portcullis::${type}::${name}`;
    return { urn, type, name: nameOf(urn), parent, inputs: inputsOf(inputs) };
}

const settings = settingsSchema.parse({
    host: { address: "192.0.2.7", privateKeyFile: "k", hostKey: "ssh-ed25519 AAAA" },
    engine: { authorizationPlugin: "some/portcullis-authorization" },
});

/** daemon.json as the program writes it, with changes; `undefined` takes a key away. */
export function daemonJson(change: Record<string, unknown> = {}): string {
    const config: unknown = JSON.parse(renderDaemonJson(settings.engine));
    return JSON.stringify({ ...(typeof config === "object" ? config : {}), ...change });
}

/** The step that puts the engine under a daemon.json. */
export function daemonStep(config: string, name = "host-daemon"): Planned {
    return planned("command:remote:Command", name, {
        create: "/usr/local/lib/portcullis/configure-engine.sh no no # b163f65813fd",
        stdin: config,
    });
}

const component = "urn:pulumi:test::portcullis::portcullis:container:HardenedContainer::web";

/** Inputs of a container as HardenedContainer makes them. */
export const hardened: Readonly<Record<string, unknown>> = {
    name: "web",
    image: unknownText,
    user: "1000:1000",
    readOnly: true,
    capabilities: { drops: ["ALL"] },
    securityOpts: ["no-new-privileges:true"],
    memory: 256,
    memorySwap: 256,
    cpus: "1.0",
    restart: "on-failure",
    maxRetryCount: 5,
    healthcheck: { tests: ["CMD-SHELL", "true"], interval: "10s" },
    networksAdvanced: [{ name: unknownText, aliases: ["web"] }],
    mounts: [{ type: "volume", source: unknownText, target: "/data", readOnly: false }],
    labels: [{ label: "portcullis.config", value: unknownText }],
};

/** A container that passes all checks, with changes; `undefined` takes an input away. */
export function container(change: Record<string, unknown> = {}, name = "web"): Planned {
    const all: Record<string, unknown> = { ...hardened, name, ...change };
    const inputs = Object.entries(all).filter(([, value]) => value !== undefined);
    return planned("docker:index/container:Container", name, Object.fromEntries(inputs), component);
}

/** The step that limits the container's processes. */
export function pidsStep(line: string = unknownText): Planned {
    return planned("command:remote:Command", "web-pids", { create: line }, component);
}
