/** docker:index/volume:Volume, as docker 5.2.0 describes it. */
import { computed, either, map, one, optional, replaces, setOf, string } from "./types";
import type { ResourceSchema } from "./types";
import { labelFields } from "./labels";

export const volumeSchema: ResourceSchema = {
    token: "docker:index/volume:Volume",
    version: 1,
    autoName: true,
    deleteBeforeReplace: false,
    fields: {
        name: either(string, replaces),
        labels: optional(setOf(labelFields), replaces),
        driver: either(string, replaces),
        driverOpts: optional(map, replaces),
        mountpoint: computed(string),
        cluster: optional(one("list", {}), { refused: "swarm volumes need the official docker plugin" }),
    },
};
