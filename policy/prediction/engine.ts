/** The engine that a plan leads to, from the daemon.json that it writes. */
import { z } from "zod";
import { unsealed } from "../../components/toolkit/scripts";
import { noSwarm, type EngineFacts, type HostFacts } from "../../audit/facts";
import { unknown, type Planned } from "./planned";

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

/** What a plan says of an engine's daemon.json. */
export type DaemonPlan =
    /** The plan does not set it: the engine is as its package leaves it. */
    | { readonly kind: "default" }
    | { readonly kind: "set"; readonly config: string }
    /** It is set, but to what is not known before the deployment. */
    | { readonly kind: "unknown" };

/** The step of HardenedHost that puts the engine under its daemon.json. */
export function isDaemonStep({ type, inputs }: Planned): boolean {
    return (
        type === "command:remote:Command" &&
        typeof inputs["create"] === "string" &&
        /[ /]configure-engine\.sh( |$)/.test(inputs["create"])
    );
}

/** daemon.json as a step writes it. */
export function daemonPlanOf(step: Planned | undefined): DaemonPlan {
    if (step === undefined) {
        return { kind: "default" };
    }
    const { stdin } = step.inputs;
    return typeof stdin === "string" ? { kind: "set", config: unsealed(stdin) } : { kind: "unknown" };
}

function engineFacts(config: string | undefined): EngineFacts {
    const shown = shownSchema.parse(config === undefined ? {} : JSON.parse(config));
    const profile = shown["seccomp-profile"] ?? "builtin";
    const isRemapped = (shown["userns-remap"] ?? "") !== "";
    return {
        // Any release since 20.10 is judged alike.
        version: "26.1.5",
        rootDir: "/var/lib/docker",
        securityOptions: [`name=seccomp,profile=${profile}`, ...(isRemapped ? ["name=userns"] : [])],
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
 * @throws Error where it is no daemon.json
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
        contentTrust: { everyone: "", session: "" },
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

/** Whether a process limit is set by a later step of the container's component (docker.Container has none). */
export function pidsLimitOf(container: Planned, plan: readonly Planned[]): number | undefined {
    const step = plan.find(
        ({ type, parent, name }) =>
            type === "command:remote:Command" &&
            parent !== undefined &&
            parent === container.parent &&
            parent.includes("portcullis:container:HardenedContainer::") &&
            name.endsWith("-pids"),
    );
    if (step === undefined) {
        return undefined;
    }
    const { create } = step.inputs;
    // Its line holds the container's id, so it is not known before the container is made; the number is never absent.
    if (create === unknown) {
        return 1;
    }
    const limit = /[ /]limit-pids\.sh \S+ ([0-9]+)/.exec(typeof create === "string" ? create : "")?.[1];
    return limit === undefined ? undefined : Number(limit);
}
