/** Containers of the engine. */
import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { z } from "zod";
import { type Props, isObject } from "../../lib/resource";
import { type Call, type Found, dockerResource } from "../bridge/resource";
import { attempt, says } from "../engine/errors";
import { isNotFound } from "../../../../transport/engine-error";
import { apiMinor, post } from "../engine/request";
import { containerSchema } from "../schema/container";
import { mebibyte, containerBody, swapBytes } from "./container-body";
import { type InspectedContainer, inspectedContainer, reportContainer } from "./container-report";
import { containerLogs } from "./container-logs";
import { findOrPull } from "./images";
import { count, defined, flag, objects, text, textMap, texts } from "./values";

/** The minor version of the API 1.x that brought subpath. */
const subpathMinor = 45;
const healthPauseMs = 1000;
const defaultWaitSeconds = 60;
/** The properties that an update can change on a living container. */
const updated = [
    "restart",
    "maxRetryCount",
    "cpuShares",
    "memory",
    "memoryReservation",
    "cpuSet",
    "memorySwap",
];

export const container = dockerResource(containerSchema, {
    create: async (call, planned, made) => {
        const { docker } = call;
        const name = String(planned["name"]);
        refuseOldEngine(docker, planned);
        await findOrPull(call, String(planned["image"]), "");
        const platform = text(planned["platform"]);
        const query = { name, ...(platform === undefined ? {} : { platform }) };
        const answer = await attempt(`container ${name} cannot be created`, () =>
            post(docker, "/containers/create", query, containerBody(planned)),
        );
        const { Id: id } = z.object({ Id: z.string() }).parse(answer);
        made(id);
        await connectNetworks(docker, id, name, planned);
        if (flag(planned["start"])) {
            await attempt(`container ${name} cannot be started`, () => docker.getContainer(id).start());
            await waitUntilHealthy(call, id, name, planned);
        }
        const logs = flag(planned["attach"]) ? await attached(docker, id, planned) : undefined;
        const found = await read(docker, id, planned);
        if (found === undefined) {
            throw new Error(
                `container ${name} is gone right after it was created: with rm, also set mustRun: false`,
            );
        }
        return logs === undefined
            ? found
            : { ...found, reported: { ...found.reported, containerLogs: logs } };
    },
    read: ({ docker }, id, state) => read(docker, id, state),
    update: async ({ docker }, id, state, planned) => {
        const restart = state["mustRun"] === false && flag(planned["mustRun"]);
        if (restart && flag(planned["start"])) {
            await attempt(`container ${id} cannot be started`, () => start(docker, id));
        }
        if (updated.some((name) => state[name] !== planned[name])) {
            await attempt(`container ${id} cannot be updated`, () =>
                post(docker, `/containers/${id}/update`, {}, updateBody(planned)),
            );
        }
        // An update tells the planned values only; the engine's own values show at the next refresh.
        return { id, reported: {} };
    },
    delete: async ({ docker }, id, state) => {
        if (!flag(state["attach"])) {
            await unlessGone(`container ${id} cannot be stopped`, () =>
                post(
                    docker,
                    `/containers/${id}/stop`,
                    { t: String(count(state["destroyGraceSeconds"]) ?? 0) },
                    {},
                ),
            );
        }
        const options = { v: flag(state["removeVolumes"]), force: true };
        await unlessGone(`container ${id} cannot be removed`, () => docker.getContainer(id).remove(options));
        const condition = flag(state["rm"]) ? "removed" : "not-running";
        await unlessGone(`container ${id} does not go away`, () => waitFor(docker, id, condition));
    },
});

/** The official provider takes volumeOptions only where the engine knows subpath, whether or not that is set. */
function refuseOldEngine(docker: Docker, planned: Props): void {
    const given = objects(planned["mounts"]).some(
        (mount) => mount["type"] === "volume" && mount["volumeOptions"],
    );
    const minor = apiMinor(docker);
    if (given && minor < subpathMinor) {
        throw new Error(
            `mounts: volumeOptions need an engine with API 1.45 or later, and this one has v1.${String(minor)}: leave them out`,
        );
    }
}

async function read(docker: Docker, id: string, state: Props): Promise<Found | undefined> {
    const found = await inspect(docker, id);
    return found === undefined ? undefined : { id: found.Id, reported: reportContainer(found, state) };
}

async function inspect(docker: Docker, id: string): Promise<InspectedContainer | undefined> {
    try {
        const answer: unknown = await docker.getContainer(id).inspect();
        return inspectedContainer.parse(answer);
    } catch (error) {
        if (isNotFound(error)) {
            return undefined;
        }
        throw error;
    }
}

async function start(docker: Docker, id: string): Promise<void> {
    try {
        await docker.getContainer(id).start();
    } catch (error) {
        // 304: the container runs already.
        const status = z.object({ statusCode: z.literal(304) }).safeParse(error);
        if (!status.success) {
            throw error;
        }
    }
}

async function connectNetworks(docker: Docker, id: string, name: string, planned: Props): Promise<void> {
    const networks = objects(planned["networksAdvanced"]);
    if (networks.length === 0) {
        return;
    }
    try {
        await docker.getNetwork("bridge").disconnect({ Container: id, Force: false });
    } catch (error) {
        if (!says(error, "is not connected to the network bridge", "is not connected to network bridge")) {
            throw new Error(`container ${name} cannot be taken off the default network: ${String(error)}`, {
                cause: error,
            });
        }
    }
    for (const network of networks) {
        const target = String(network["name"]);
        await attempt(`container ${name} cannot be connected to network ${target}`, () =>
            post(
                docker,
                `/networks/${encodeURIComponent(target)}/connect`,
                {},
                {
                    Container: id,
                    EndpointConfig: endpoint(network),
                },
            ),
        );
    }
}

function endpoint(network: Props): Record<string, unknown> {
    const options = (texts(network["driverOpts"]) ?? []).flatMap((option): [string, string][] => {
        const at = option.indexOf("=");
        return at < 0 ? [] : [[option.slice(0, at), option.slice(at + 1)]];
    });
    return defined({
        Aliases: texts(network["aliases"]),
        IPAMConfig: defined({
            IPv4Address: text(network["ipv4Address"]),
            IPv6Address: text(network["ipv6Address"]),
            LinkLocalIPs: texts(network["linkLocalIps"]),
        }),
        MacAddress: text(network["macAddress"]),
        DriverOpts: textMap(Object.fromEntries(options)),
        GwPriority: count(network["gwPriority"]),
    });
}

async function waitUntilHealthy(
    { docker, signal }: Call,
    id: string,
    name: string,
    planned: Props,
): Promise<void> {
    if (!flag(planned["wait"])) {
        return;
    }
    const seconds = typeof planned["waitTimeout"] === "number" ? planned["waitTimeout"] : defaultWaitSeconds;
    const end = Date.now() + seconds * 1000;
    for (;;) {
        const health = (await inspect(docker, id))?.State.Health;
        if (!isObject(health)) {
            throw new Error(
                `container ${name} has no health check to wait for: give it one, or leave out 'wait'`,
            );
        }
        if (health.Status === "healthy") {
            return;
        }
        if (Date.now() >= end) {
            throw new Error(
                `container ${name} was not healthy within ${String(seconds)} s (it is ${health.Status}): ` +
                    `see \`docker logs ${name}\` and its health check, or raise waitTimeout`,
            );
        }
        await sleep(healthPauseMs, undefined, { signal });
    }
}

/** Waits for the end of the container; gives its output where the program asked for the output. */
async function attached(docker: Docker, id: string, planned: Props): Promise<string | undefined> {
    const logs = flag(planned["logs"]) ? containerLogs(docker, id, flag(planned["tty"])) : undefined;
    await attempt(`the end of container ${id} cannot be waited for`, () =>
        waitFor(docker, id, "not-running"),
    );
    return logs;
}

function waitFor(docker: Docker, id: string, condition: string): Promise<unknown> {
    return post(docker, `/containers/${id}/wait`, { condition }, {});
}

function updateBody(planned: Props): Record<string, unknown> {
    const megabytes = (name: string): number => (count(planned[name]) ?? 0) * mebibyte;
    return defined({
        CpuShares: count(planned["cpuShares"]) ?? 0,
        Memory: megabytes("memory"),
        MemoryReservation: megabytes("memoryReservation"),
        MemorySwap: swapBytes(planned["memorySwap"]) ?? 0,
        CpusetCpus: text(planned["cpuSet"]) ?? "",
        RestartPolicy: {
            Name: text(planned["restart"]) ?? "",
            MaximumRetryCount: count(planned["maxRetryCount"]) ?? 0,
        },
    });
}

async function unlessGone(what: string, action: () => Promise<unknown>): Promise<void> {
    await attempt(what, async () => {
        try {
            await action();
        } catch (error) {
            const stopped = z.object({ statusCode: z.literal(304) }).safeParse(error).success;
            if (!stopped && !says(error, "No such container", "is already in progress")) {
                throw error;
            }
        }
    });
}
