/** Containers of a plan, in the shape that the audit's checks read. */
import { z } from "zod";
import type { ContainerFacts, MountFacts, PortFacts } from "../../audit/facts";
import { containerName, containerType, processLimitStepName } from "../../declaration/resources";
import { defaultBridge } from "./engine";
import { holdsUnknown, nameOf, stepType, typeOf, type Planned } from "./planned";

/** Lowest port that the kernel gives out by itself (net.ipv4.ip_local_port_range). */
const firstEphemeralPort = 32768;

/** The inputs that the checks read. Values that may be unknown are left out beforehand. */
const inputsSchema = z.object({
    name: z.string().optional(),
    image: z.string().default(""),
    user: z.string().default(""),
    privileged: z.boolean().default(false),
    securityOpts: z.array(z.string()).default([]),
    capabilities: z.object({ adds: z.array(z.string()).default([]) }).optional(),
    memory: z.number().default(0),
    cpus: z.coerce.number().default(0),
    cpuShares: z.number().default(0),
    cpuQuota: z.number().default(0),
    readOnly: z.boolean().default(false),
    restart: z.string().default("no"),
    maxRetryCount: z.number().default(0),
    networkMode: z.string().default("default"),
    networksAdvanced: z.array(z.object({ name: z.string().optional() })).default([]),
    pidMode: z.string().default(""),
    ipcMode: z.string().default(""),
    usernsMode: z.string().default(""),
    devices: z.array(z.unknown()).default([]),
    ulimits: z.array(z.unknown()).default([]),
    cgroupParent: z.string().default(""),
    healthcheck: z.object({ tests: z.array(z.string()).default([]) }).optional(),
    publishAllPorts: z.boolean().default(false),
    ports: z.array(z.object({ external: z.number().optional(), ip: z.string().optional() })).default([]),
    mounts: z
        .array(
            z.object({
                type: z.string(),
                source: z.string().default(""),
                target: z.string(),
                readOnly: z.boolean().default(false),
                bindOptions: z.object({ propagation: z.string().optional() }).optional(),
                volumeOptions: z
                    .object({ driverOptions: z.record(z.string(), z.string()).optional() })
                    .optional(),
            }),
        )
        .default([]),
    volumes: z
        .array(
            z.object({
                containerPath: z.string().default(""),
                hostPath: z.string().optional(),
                volumeName: z.string().default(""),
                readOnly: z.boolean().default(false),
            }),
        )
        .default([]),
});

type Inputs = z.infer<typeof inputsSchema>;

/** A container of a plan. */
export interface PlannedContainer {
    readonly urn: string;
    readonly facts: ContainerFacts;
    /** Inputs of which something that a check reads cannot be read in the plan. */
    readonly unread: ReadonlySet<string>;
    /** Settings that the host decides, because the inputs do not: the AppArmor profile. */
    readonly leftToHost: ReadonlySet<string>;
}

/** Whether a resource is a container. */
export function isContainer({ type }: Planned): boolean {
    return type === "docker:index/container:Container";
}

/** A path of the host behind a volume's options: a folder (`o=bind, device=/etc`), or a disk. */
function boundFolder(options: Readonly<Record<string, unknown>> | undefined): string | undefined {
    const device = options?.["device"];
    return typeof device === "string" && /^\/(?!\/)/.test(device) ? device : undefined;
}

/** Volumes of the plan that are folders of the host in disguise, by name. */
function boundVolumes(plan: readonly Planned[]): Map<string, string> {
    const found = plan.flatMap(({ type, name, inputs }): [string, string][] => {
        if (type !== "docker:index/volume:Volume") {
            return [];
        }
        const options = z.record(z.string(), z.unknown()).safeParse(inputs["driverOpts"]);
        const folder = boundFolder(options.data);
        const own = inputs["name"];
        return folder === undefined ? [] : [[typeof own === "string" ? own : name, folder]];
    });
    return new Map(found);
}

function mountFacts(inputs: Inputs, bound: ReadonlyMap<string, string>): MountFacts[] {
    const common = { driver: "", mode: "" };
    const mounts = inputs.mounts.map(({ type, source, target, readOnly, bindOptions, volumeOptions }) => ({
        ...common,
        type,
        name: type === "volume" ? source : "",
        source,
        destination: target,
        writable: !readOnly,
        propagation: bindOptions?.propagation ?? "",
        hostPath: type === "bind" ? source : (boundFolder(volumeOptions?.driverOptions) ?? bound.get(source)),
    }));
    const volumes = inputs.volumes.map(({ containerPath, hostPath, volumeName, readOnly }) => ({
        ...common,
        type: hostPath === undefined ? "volume" : "bind",
        name: volumeName,
        source: hostPath ?? volumeName,
        destination: containerPath,
        writable: !readOnly,
        propagation: "",
        hostPath: hostPath ?? bound.get(volumeName),
    }));
    return [...mounts, ...volumes];
}

function portFacts({ ports, publishAllPorts }: Inputs): PortFacts[] {
    const published = ports.map(({ external, ip }) => ({
        address: ip ?? "0.0.0.0",
        port: external ?? firstEphemeralPort,
    }));
    return publishAllPorts ? [...published, { address: "0.0.0.0", port: firstEphemeralPort }] : published;
}

function networksOf({ networkMode, networksAdvanced }: Inputs): string[] {
    if (networksAdvanced.length > 0) {
        return networksAdvanced.flatMap(({ name }) => name ?? []);
    }
    return ["default", "bridge", ""].includes(networkMode) ? [defaultBridge] : [];
}

/** Parts of an input that no check reads. */
const unusedParts: Readonly<Record<string, readonly string[]>> = {
    ports: ["internal", "protocol"],
    networksAdvanced: ["aliases", "name", "ipv4Address", "ipv6Address"],
    healthcheck: ["tests", "interval", "timeout", "startPeriod", "startInterval", "retries"],
};

const records = z.array(z.record(z.string(), z.unknown()));

/** A volume's name that is not known yet matters only where the plan has a volume that is a folder of the host. */
function mountHoldsUnknown(mount: Record<string, unknown>, hasBoundVolumes: boolean): boolean {
    const isVolume = mount["type"] === "volume" || ("volumeName" in mount && !("hostPath" in mount));
    return Object.entries(mount).some(
        ([key, value]) =>
            !(isVolume && !hasBoundVolumes && ["source", "volumeName"].includes(key)) && holdsUnknown(value),
    );
}

function unreadKeys(inputs: Planned["inputs"], hasBoundVolumes: boolean): Set<string> {
    const keys = Object.keys(inputs).filter((key) => {
        const value = inputs[key];
        if (key === "mounts" || key === "volumes") {
            const mounts = records.safeParse(value);
            return mounts.success
                ? mounts.data.some((mount) => mountHoldsUnknown(mount, hasBoundVolumes))
                : holdsUnknown(value);
        }
        const parts = records.safeParse(Array.isArray(value) ? value : [value]);
        if (!parts.success || unusedParts[key] === undefined) {
            return holdsUnknown(value);
        }
        return parts.data.some((part) =>
            Object.entries(part).some(([name, of]) => !unusedParts[key]?.includes(name) && holdsUnknown(of)),
        );
    });
    return new Set(keys);
}

/** Leaves out unknown values, because no check that reads them is judged, and absent values (null). */
function known(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(known).filter((item) => item !== undefined);
    }
    if (typeof value === "symbol" || value === null) {
        return undefined;
    }
    if (typeof value !== "object") {
        return value;
    }
    return Object.fromEntries(Object.entries(value).map(([key, of]) => [key, known(of)]));
}

/**
 * The limit of a container's processes. docker.Container has no such input: a step of HardenedContainer sets the limit,
 * and HardenedContainer refuses a number that is none. So the limit is some number where that step is in the plan.
 */
function pidsLimitOf(container: Planned, plan: readonly Planned[]): number | undefined {
    const { parent } = container;
    if (parent === undefined || typeOf(parent) !== containerType) {
        return undefined;
    }
    const component = nameOf(parent);
    const hasStep = plan.some(
        (resource) =>
            resource.type === stepType &&
            resource.parent === parent &&
            resource.name === processLimitStepName(component),
    );
    return hasStep && container.name === containerName(component) ? 1 : undefined;
}

/**
 * A container as it will be, from its inputs. An input that is not given is judged as the engine's default:
 * a USER or HEALTHCHECK of the image cannot be seen before the deployment.
 *
 * @param plan all resources that are known of so far
 * @throws Error where the inputs are not those of a docker.Container
 */
export function plannedContainer(resource: Planned, plan: readonly Planned[]): PlannedContainer {
    const bound = boundVolumes(plan);
    const unread = unreadKeys(resource.inputs, bound.size > 0);
    const readable = Object.entries(resource.inputs).filter(
        ([key]) => !unread.has(key) || key === "networksAdvanced",
    );
    const parsed = inputsSchema.safeParse(known(Object.fromEntries(readable)));
    if (!parsed.success) {
        throw new Error(
            `${resource.urn} has inputs that no docker.Container has: ${z.prettifyError(parsed.error)}`,
        );
    }
    const inputs = parsed.data;
    const appArmor = inputs.securityOpts.filter((option) => /^apparmor[=:]/.test(option)).at(-1);
    return {
        urn: resource.urn,
        unread,
        leftToHost: new Set(appArmor === undefined ? ["apparmor"] : []),
        facts: {
            id: resource.urn,
            name: inputs.name ?? resource.name,
            image: inputs.image,
            imageId: "",
            isDockerBench: false,
            user: inputs.user,
            privileged: inputs.privileged,
            appArmorProfile: appArmor?.slice("apparmor=".length) ?? "",
            securityOptions: inputs.securityOpts,
            addedCapabilities: inputs.capabilities?.adds ?? [],
            mounts: mountFacts(inputs, bound),
            ports: portFacts(inputs),
            memory: inputs.memory * 1024 * 1024,
            cpuShares: inputs.cpuShares,
            nanoCpus: inputs.cpus * 1e9,
            cpuQuota: inputs.cpuQuota,
            readOnlyRoot: inputs.readOnly,
            restart: { policy: inputs.restart, maximumRetries: inputs.maxRetryCount },
            networkMode: inputs.networkMode,
            pidMode: inputs.pidMode,
            ipcMode: inputs.ipcMode,
            utsMode: "",
            userNamespaceMode: inputs.usernsMode,
            deviceCount: inputs.devices.length,
            ulimitCount: inputs.ulimits.length,
            cgroupParent: inputs.cgroupParent,
            hasHealthCheck: inputs.healthcheck !== undefined && inputs.healthcheck.tests[0] !== "NONE",
            pidsLimit: pidsLimitOf(resource, plan),
            networks: networksOf(inputs),
            sshd: undefined,
        },
    };
}
