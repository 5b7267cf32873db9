/** Images pulled by reference. */
import { type Call, type Found, dockerResource } from "../bridge/resource";
import { attempt } from "../engine/errors";
import { imageSchema } from "../schema/image";
import { type LocalImage, findLocal, findOrPull, repoDigest } from "./images";
import { flag, text } from "./values";

export const remoteImage = dockerResource(imageSchema, {
    create: async (call, planned) => found(String(planned["name"]), await fetch(call, planned)),
    read: async ({ docker }, _id, state) => {
        const name = text(state["name"]);
        const image = name === undefined ? undefined : await findLocal(docker, name);
        return name === undefined || image === undefined ? undefined : found(name, image);
    },
    update: async (call, _id, _state, planned) => found(String(planned["name"]), await fetch(call, planned)),
    delete: async ({ docker }, _id, state) => {
        const name = text(state["name"]);
        if (
            flag(state["keepLocally"]) ||
            name === undefined ||
            (await findLocal(docker, name)) === undefined
        ) {
            return;
        }
        await attempt(`image ${name} cannot be removed`, () =>
            docker.getImage(name).remove({ force: flag(state["forceRemove"]) }),
        );
    },
});

function fetch(call: Call, planned: Record<string, unknown>): Promise<LocalImage> {
    return findOrPull(call, String(planned["name"]), text(planned["platform"]) ?? "");
}

/** The id has the name behind it, so that two names of one image are two resources. */
function found(name: string, image: LocalImage): Found {
    return { id: image.id + name, reported: { imageId: image.id, repoDigest: repoDigest(name, image) } };
}
