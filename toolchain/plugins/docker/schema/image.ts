/** docker:index/remoteImage:RemoteImage, as docker 5.2.0 describes it. */
import { bool, computed, map, one, optional, replaces, required, string, stringSet } from "./types";
import type { ResourceSchema } from "./types";

const minuteNs = 60_000_000_000;

export const imageSchema: ResourceSchema = {
    token: "docker:index/remoteImage:RemoteImage",
    version: 0,
    timeouts: { create: 20 * minuteNs, delete: 20 * minuteNs, update: 20 * minuteNs },
    autoName: false,
    deleteBeforeReplace: false,
    fields: {
        name: required(string, replaces),
        imageId: computed(string),
        repoDigest: computed(string),
        keepLocally: optional(bool),
        pullTriggers: optional(stringSet, replaces),
        forceRemove: optional(bool),
        build: optional(one("set", {}), {
            refused: "pull an image, or build with the official docker plugin",
        }),
        triggers: optional(map, replaces),
        platform: optional(string, { ...replaces, default: "" }),
    },
};
