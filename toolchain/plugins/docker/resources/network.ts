/** Networks of the engine. */
import type Docker from "dockerode";
import { z } from "zod";
import type { Props } from "../../lib/resource";
import { type Found, dockerResource } from "../bridge/resource";
import { attempt, says } from "../engine/errors";
import { isNotFound } from "../../../../transport/engine-error";
import { apiMinor, post } from "../engine/request";
import { networkSchema } from "../schema/network";
import { defined, flag, labelMap, labelSet, objects, text, textMap } from "./values";
import { retryWhile } from "./waiting";

/** The minor version of the API 1.x since which the engine refuses a second network of one name by itself. */
const uniqueNamesMinor = 44;
/** The time for which a network may keep containers that are on their way out (ms). */
const removeLimitMs = 30_000;

const textRecord = z.record(z.string(), z.string()).nullish();
const inspected = z.object({
    Id: z.string(),
    Name: z.string(),
    Driver: z.string(),
    Scope: z.string(),
    Internal: z.boolean(),
    Attachable: z.boolean(),
    Ingress: z.boolean(),
    EnableIPv6: z.boolean(),
    Labels: textRecord,
    Options: textRecord,
    IPAM: z.object({
        Driver: z.string(),
        Options: textRecord,
        Config: z
            .array(
                z.object({
                    Subnet: z.string().optional(),
                    IPRange: z.string().optional(),
                    Gateway: z.string().optional(),
                    AuxiliaryAddresses: textRecord,
                }),
            )
            .nullish(),
    }),
});

export const network = dockerResource(networkSchema, {
    create: async ({ docker }, planned, made) => {
        const name = String(planned["name"]);
        const answer = await attempt(`network ${name} cannot be created`, () =>
            post(
                docker,
                "/networks/create",
                {},
                {
                    ...body(name, planned),
                    ...(apiMinor(docker) < uniqueNamesMinor ? { CheckDuplicate: true } : {}),
                },
            ),
        );
        const { Id: id } = z.object({ Id: z.string() }).parse(answer);
        made(id);
        return report(await inspect(docker, id));
    },
    read: async ({ docker }, id) => {
        const found = await inspectOrNothing(docker, id);
        return found === undefined ? undefined : report(found);
    },
    // Every property replaces the network, so there is nothing to update: the present network is read again.
    update: async ({ docker }, id) => {
        const found = await inspectOrNothing(docker, id);
        return found === undefined ? undefined : report(found);
    },
    delete: async ({ docker, signal }, id) => {
        const busy = (error: unknown): boolean => says(error, "has active endpoints");
        await attempt(`network ${id} cannot be removed`, () =>
            retryWhile(busy, removeLimitMs, signal, async () => {
                try {
                    await docker.getNetwork(id).remove();
                } catch (error) {
                    if (!isNotFound(error)) {
                        throw error;
                    }
                }
            }),
        );
    },
});

function body(name: string, planned: Props): Record<string, unknown> {
    return defined({
        Name: name,
        Driver: text(planned["driver"]),
        Options: textMap(planned["options"]),
        Labels: labelMap(planned["labels"]),
        Internal: flag(planned["internal"]),
        Attachable: flag(planned["attachable"]),
        Ingress: flag(planned["ingress"]),
        EnableIPv6: flag(planned["ipv6"]) ? true : undefined,
        IPAM: defined({
            Driver: text(planned["ipamDriver"]),
            Options: textMap(planned["ipamOptions"]),
            Config: objects(planned["ipamConfigs"]).map((config) =>
                defined({
                    Subnet: text(config["subnet"]) ?? "",
                    IPRange: text(config["ipRange"]),
                    Gateway: text(config["gateway"]) ?? "",
                    AuxiliaryAddresses: textMap(config["auxAddress"]),
                }),
            ),
        }),
    });
}

async function inspect(docker: Docker, id: string): Promise<z.infer<typeof inspected>> {
    const found = await inspectOrNothing(docker, id);
    if (found === undefined) {
        throw new Error(
            `network ${id} is gone right after it was created: see what else removes networks there`,
        );
    }
    return found;
}

async function inspectOrNothing(docker: Docker, id: string): Promise<z.infer<typeof inspected> | undefined> {
    try {
        const answer: unknown = await docker.getNetwork(id).inspect();
        return inspected.parse(answer);
    } catch (error) {
        if (isNotFound(error)) {
            return undefined;
        }
        throw error;
    }
}

function report(found: z.infer<typeof inspected>): Found {
    return {
        id: found.Id,
        reported: {
            name: found.Name,
            labels: labelSet(found.Labels),
            driver: found.Driver,
            internal: found.Internal,
            attachable: found.Attachable,
            ingress: found.Ingress,
            ipv6: found.EnableIPv6,
            ipamDriver: found.IPAM.Driver,
            ipamOptions: found.IPAM.Options ?? {},
            scope: found.Scope,
            options: found.Options ?? {},
            ipamConfigs: (found.IPAM.Config ?? []).map((config) => ({
                subnet: config.Subnet ?? "",
                ipRange: config.IPRange ?? "",
                gateway: config.Gateway ?? "",
                auxAddress: config.AuxiliaryAddresses ?? {},
            })),
        },
    };
}
