/** The engine that a plan leads to, from the daemon.json that it writes. */
import { z } from "zod";
import { noSwarm, type EngineFacts, type HostFacts } from "../../audit/facts";
import { daemonStepName, hostType } from "../../declaration/resources";
import { unsealed } from "../../transport/seal";
import { holdsUnknown, nameOf, stepType, typeOf, type Planned } from "./planned";

/** The settings of daemon.json that show in `docker info`. */
const shownSchema = z.looseObject({
    "authorization-plugins": z.array(z.string()).nullish(),
    experimental: z.boolean().optional(),
    "insecure-registries": z.array(z.string()).nullish(),
    "live-restore": z.boolean().optional(),
    "log-driver": z.string().optional(),
    "seccomp-profile": z.string().optional(),
    "storage-driver": z.string().optional(),
    "userns-remap": z.string().optional(),
});

/** An engine's daemon.json in a plan. */
export type DaemonPlan =
    /** The plan sets no daemon.json: the engine is as its package leaves it. */
    | { readonly kind: "default" }
    | { readonly kind: "set"; readonly config: string }
    /** The plan sets a daemon.json, but its text cannot be read in the plan: no check passes by it. */
    | { readonly kind: "unreadable"; readonly reason: string };

/** Whether a resource is a hardened host: the component, not one of its parts. */
export function isHost({ type }: Planned): boolean {
    return type === hostType;
}

/** The step of HardenedHost that puts the engine under its daemon.json. */
export function isDaemonStep({ type, name, parent }: Planned): boolean {
    return (
        type === stepType &&
        parent !== undefined &&
        typeOf(parent) === hostType &&
        name === daemonStepName(nameOf(parent))
    );
}

/** daemon.json as a step writes it. */
export function daemonPlanOf(step: Planned | undefined): DaemonPlan {
    if (step === undefined) {
        return { kind: "default" };
    }
    const { stdin } = step.inputs;
    const unreadable = (reason: string): DaemonPlan => ({ kind: "unreadable", reason });
    if (holdsUnknown(stdin)) {
        return unreadable("its text is not known before the deployment, or is a secret");
    }
    if (typeof stdin !== "string") {
        return unreadable("the step has no text on its standard input");
    }
    const config = unsealed(stdin);
    const parsed = shownSchema.safeParse(parsedJson(config));
    return parsed.success
        ? { kind: "set", config }
        : unreadable(`its text is no daemon.json: ${issuesText(parsed.error)}`);
}

/** The problems, in one line. */
function issuesText({ issues }: z.ZodError): string {
    return issues.map(({ path, message }) => [...path.map(String), message].join(": ")).join("; ");
}

/** The value of a JSON text; undefined where the text is none. */
export function parsedJson(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}

function engineFacts(config: string | undefined): EngineFacts {
    const shown = shownSchema.parse(config === undefined ? {} : JSON.parse(config));
    const profile = shown["seccomp-profile"] ?? "builtin";
    const isRemapped = (shown["userns-remap"] ?? "") !== "";
    return {
        // Any release since 20.10 is judged alike.
        version: "26.1.5",
        components: ["Engine"],
        rootDir: "/var/lib/docker",
        securityOptions: [
            `name=seccomp,profile=${profile}`,
            // Only the deployment shows whether the host has SELinux: the preview judges labels as on a host with SELinux.
            "name=selinux",
            ...(isRemapped ? ["name=userns"] : []),
        ],
        storageDriver: shown["storage-driver"] ?? "overlay2",
        loggingDriver: shown["log-driver"] ?? "json-file",
        liveRestore: shown["live-restore"] ?? false,
        experimental: shown.experimental ?? false,
        authorizationPlugins: shown["authorization-plugins"] ?? [],
        insecureRegistries: shown["insecure-registries"] ?? [],
        containerCount: 0,
    };
}

/** Id of the default bridge network, which every engine has. */
export const defaultBridge = "bridge";

/**
 * Facts of a host of which only the engine's settings are known.
 *
 * @param config daemon.json; undefined: there is none
 * @throws Error where the text is no daemon.json
 */
export function hostFacts(config: string | undefined): HostFacts {
    const unit = { path: undefined, dockerBenchPath: undefined };
    return {
        host: "preview",
        hostName: "preview",
        time: 0,
        engine: engineFacts(config),
        daemon: {
            command: ["dockerd"],
            newestCommand: ["dockerd"],
            config,
            listening: undefined,
            seccompProfile: undefined,
            dockerBenchConfig: config,
            hasJq: false,
        },
        units: { service: unit, socket: unit, containerdSocket: unit },
        files: [],
        certificates: [],
        mountPoints: [],
        hasSshd: false,
        auditRules: { hasAuditctl: false, isEnabled: true, rules: [], fileLines: [] },
        dockerGroup: { members: [], primary: [] },
        trustedUsers: undefined,
        contentTrust: { everyone: "", session: "", client: undefined },
        containers: [],
        usedImages: [],
        images: [],
        networks: [
            {
                id: defaultBridge,
                name: defaultBridge,
                driver: "bridge",
                scope: "local",
                options: { "com.docker.network.bridge.default_bridge": "true" },
            },
        ],
        swarm: noSwarm,
        vanished: [],
    };
}
