/** Volumes of the engine. */
import type Docker from "dockerode";
import { z } from "zod";
import type { Props } from "../../lib/resource";
import { type Found, dockerResource } from "../bridge/resource";
import { attempt, says } from "../engine/errors";
import { isNotFound } from "../../../../transport/engine-error";
import { post, remove } from "../engine/request";
import { volumeSchema } from "../schema/volume";
import { defined, labelMap, labelSet, text, textMap } from "./values";
import { retryWhile } from "./waiting";

/** The time for which a container that is on its way out may keep a volume (ms). */
const removeLimitMs = 30_000;

const textRecord = z.record(z.string(), z.string()).nullish();
const inspected = z.object({
    Name: z.string(),
    Driver: z.string(),
    Mountpoint: z.string(),
    Labels: textRecord,
    Options: textRecord,
});

export const volume = dockerResource(volumeSchema, {
    create: async ({ docker }, planned, made) => {
        const answer = await attempt(`volume ${text(planned["name"]) ?? ""} cannot be created`, () =>
            post(docker, "/volumes/create", {}, body(planned)),
        );
        const { Name: name } = z.object({ Name: z.string() }).parse(answer);
        made(name);
        const found = await read(docker, name);
        if (found === undefined) {
            throw new Error(
                `volume ${name} is gone right after it was created: see what else removes volumes there`,
            );
        }
        return found;
    },
    read: ({ docker }, id) => read(docker, id),
    // Every property replaces the volume, so there is nothing to update: the present volume is read again.
    update: ({ docker }, id) => read(docker, id),
    delete: async ({ docker, signal }, id) => {
        const busy = (error: unknown): boolean => says(error, "volume is in use");
        await attempt(`volume ${id} cannot be removed`, () =>
            retryWhile(busy, removeLimitMs, signal, () =>
                remove(docker, `/volumes/${encodeURIComponent(id)}`, { force: "1" }),
            ),
        );
    },
});

function body(planned: Props): Record<string, unknown> {
    return defined({
        Name: text(planned["name"]),
        Driver: text(planned["driver"]),
        DriverOpts: textMap(planned["driverOpts"]),
        Labels: labelMap(planned["labels"]),
    });
}

async function read(docker: Docker, id: string): Promise<Found | undefined> {
    try {
        const answer: unknown = await docker.getVolume(id).inspect();
        return report(inspected.parse(answer));
    } catch (error) {
        if (isNotFound(error)) {
            return undefined;
        }
        throw new Error(`volume ${id} cannot be read`, { cause: error });
    }
}

function report(found: z.infer<typeof inspected>): Found {
    return {
        id: found.Name,
        reported: {
            name: found.Name,
            labels: labelSet(found.Labels),
            driver: found.Driver,
            driverOpts: found.Options ?? {},
            mountpoint: found.Mountpoint,
        },
    };
}
