/** One sweep over the engine's API. */
import type Docker from "dockerode";
import { z } from "zod";
import { AuditError } from "../error";
import { engineClient } from "../../transport/engine";
import { engineMessage, isNotFound } from "../../transport/engine-error";
import type { ContainerFacts, HostFacts, ImageFacts, NetworkFacts, SwarmFacts } from "../facts";
import type { Target } from "../../transport/target";
import type { ImageDefaults, LiveContainer, LiveEngine } from "../drift/live";
import { containerFacts, engineFacts, imageFacts } from "./engine-facts";
import { imageDefaults, listedContainer, liveContainer } from "./engine-live";
import {
    containerListSchema,
    containerSchema,
    historySchema,
    imageListSchema,
    imageSchema,
    infoSchema,
    networkListSchema,
    nodeListSchema,
    secretListSchema,
    swarmSchema,
    versionSchema,
    volumeListSchema,
} from "./engine-schema";
import { reason } from "../../transport/run";

/** Containers that `docker ps` shows. */
const shownStates = new Set(["running", "paused", "restarting"]);

/** The facts that the API tells. Facts that only the host's processes tell are not among them yet. */
export type EngineSweep = Pick<HostFacts, "engine" | "images" | "networks" | "usedImages" | "vanished"> & {
    readonly containers: readonly Omit<ContainerFacts, "sshd">[];
    readonly swarm: Omit<SwarmFacts, "managementAddresses">;
    /** The engine's state once more, in the form that is compared with a declaration. */
    readonly live: LiveEngine;
};

/** Is told the number of the engine's answers so far, and the number of questions. */
export type Progress = (answered: number, asked: number) => void;

/**
 * Asks the engine for everything that the checks read.
 * @throws AuditError where the engine cannot be reached, does not answer before the signal, or answers something else.
 */
export async function sweepEngine(
    target: Target,
    signal: AbortSignal,
    onProgress: Progress = () => undefined,
): Promise<EngineSweep> {
    const { docker, close } = engineClient(target);
    try {
        return await sweep(new Api(docker, target.url, signal, onProgress));
    } finally {
        close();
    }
}

/** Questions with a time limit and a checked answer; the agent bounds how many run at once. */
class Api {
    private readonly aborted: Promise<never>;
    private asked = 0;
    private answered = 0;

    constructor(
        readonly docker: Docker,
        private readonly url: string,
        signal: AbortSignal,
        private readonly onProgress: Progress,
    ) {
        this.aborted = new Promise((_resolve, reject) => {
            const fail = (): void => {
                reject(new AuditError(`audit: the Docker engine at ${url}: ${reason(signal)}`));
            };
            signal.addEventListener("abort", fail, { once: true });
            if (signal.aborted) {
                fail();
            }
        });
        this.aborted.catch(() => undefined);
    }

    /** @param what the request, for an error: `GET /info` */
    async ask<T extends z.ZodType>(what: string, schema: T, request: Promise<unknown>): Promise<z.infer<T>> {
        this.asked += 1;
        const answer = await Promise.race([request, this.aborted]).catch((error: unknown) => {
            throw error instanceof AuditError || isNotFound(error)
                ? error
                : new AuditError(
                      `audit: the Docker engine at ${this.url} cannot be asked (${what}): ${withoutCommand(engineMessage(error))}; ` +
                          "check that the host is up, that its engine runs, and that you may use it",
                      { cause: error },
                  );
        });
        this.answered += 1;
        this.onProgress(this.answered, this.asked);
        const parsed = schema.safeParse(answer);
        if (!parsed.success) {
            throw new AuditError(
                `audit: the Docker engine at ${this.url} answers ${what} in a form that is not known: ` +
                    `${z.prettifyError(parsed.error)}; check that a Docker Engine of 20.10 or newer answers there`,
            );
        }
        return parsed.data;
    }

    /** Undefined where the thing has gone since it was listed. */
    async askIfThere<T extends z.ZodType>(
        what: string,
        schema: T,
        request: Promise<unknown>,
    ): Promise<z.infer<T> | undefined> {
        try {
            return await this.ask(what, schema, request);
        } catch (error) {
            if (isNotFound(error)) {
                return undefined;
            }
            throw error;
        }
    }
}

/** Removes the options of ssh from an error: they tell a reader nothing, and hide the cause. */
function withoutCommand(message: string): string {
    return message.replace(/`ssh [^`]*`/, "ssh");
}

async function sweep(api: Api): Promise<EngineSweep> {
    const { docker } = api;
    const [info, version, list, imageList, networks, volumes] = await Promise.all([
        api.ask("GET /info", infoSchema, docker.info()),
        api.askIfThere("GET /version", versionSchema, docker.version()),
        api.ask("GET /containers/json", containerListSchema, docker.listContainers({ all: true })),
        api.ask("GET /images/json", imageListSchema, docker.listImages()),
        api.ask("GET /networks", networkListSchema, docker.listNetworks()),
        api.ask("GET /volumes", volumeListSchema, docker.listVolumes()),
    ]);
    const vanished: string[] = [];
    const defaults = new Map<string, ImageDefaults>();
    const live: LiveContainer[] = list.filter(({ State }) => !shownStates.has(State)).map(listedContainer);
    const shown = list.filter(({ State }) => shownStates.has(State));
    const [containers, images, swarm] = await Promise.all([
        Promise.all(
            shown.map(async ({ Id }) => {
                const what = `GET /containers/${Id}/json`;
                const container = await api.askIfThere(
                    what,
                    containerSchema,
                    docker.getContainer(Id).inspect(),
                );
                if (container !== undefined) {
                    live.push(liveContainer(container));
                }
                if (container === undefined || !(container.State.Running || container.State.Restarting)) {
                    vanished.push(`container ${Id}`);
                    return [];
                }
                return [containerFacts(container, volumes)];
            }),
        ),
        Promise.all(
            imageList.map(async ({ Id }) => {
                const facts = await image(api, Id, defaults);
                if (facts === undefined) {
                    vanished.push(`image ${Id}`);
                }
                return facts === undefined ? [] : [facts];
            }),
        ),
        swarmFacts(api, info.Swarm),
    ]);
    return {
        engine: engineFacts(info, version),
        containers: containers.flat(),
        images: images.flat(),
        networks: networks.map(networkFacts),
        usedImages: list.map(({ ImageID }) => ImageID),
        swarm,
        vanished,
        live: {
            rootDir: info.DockerRootDir,
            loggingDriver: info.LoggingDriver,
            liveRestore: info.LiveRestoreEnabled,
            containers: live,
            images: defaults,
            networks: networks.map(({ Name, Driver, Internal }) => ({
                name: Name,
                driver: Driver,
                internal: Internal,
            })),
            volumes: volumes.Volumes.map(({ Name, Driver, Options }) => ({
                name: Name,
                driver: Driver,
                options: Options,
            })),
        },
    };
}

/** @param defaults takes the values that the image gives its containers */
async function image(
    api: Api,
    id: string,
    defaults: Map<string, ImageDefaults>,
): Promise<ImageFacts | undefined> {
    const handle = api.docker.getImage(id);
    const [inspected, history] = await Promise.all([
        api.askIfThere(`GET /images/${id}/json`, imageSchema, handle.inspect()),
        api.askIfThere(`GET /images/${id}/history`, historySchema, handle.history()),
    ]);
    if (inspected === undefined || history === undefined) {
        return undefined;
    }
    defaults.set(id, imageDefaults(inspected));
    return imageFacts(inspected, history);
}

function networkFacts(network: z.infer<typeof networkListSchema>[number]): NetworkFacts {
    const { Id, Name, Driver, Scope, Options } = network;
    return { id: Id, name: Name, driver: Driver, scope: Scope, options: Options };
}

async function swarmFacts(
    api: Api,
    { LocalNodeState, ControlAvailable }: { LocalNodeState: string; ControlAvailable: boolean },
): Promise<EngineSweep["swarm"]> {
    if (LocalNodeState !== "active" || !ControlAvailable) {
        return {
            state: LocalNodeState,
            leaders: 0,
            secrets: 0,
            autoLock: false,
            certificateExpiry: undefined,
        };
    }
    const [nodes, secrets, { Spec }] = await Promise.all([
        api.ask("GET /nodes", nodeListSchema, api.docker.listNodes()),
        api.ask("GET /secrets", secretListSchema, api.docker.listSecrets()),
        api.ask("GET /swarm", swarmSchema, api.docker.swarmInspect()),
    ]);
    return {
        state: LocalNodeState,
        leaders: nodes.filter(({ ManagerStatus }) => ManagerStatus?.Leader === true).length,
        secrets: secrets?.length ?? 0,
        autoLock: Spec.EncryptionConfig?.AutoLockManagers ?? false,
        certificateExpiry: Spec.CAConfig?.NodeCertExpiry,
    };
}
