/** docker:index/network:Network, as docker 5.2.0 describes it. */
import { bool, computed, either, map, optional, replaces, required, setOf, string } from "./types";
import type { ResourceSchema } from "./types";
import { labelFields } from "./labels";

export const networkSchema: ResourceSchema = {
    token: "docker:index/network:Network",
    version: 1,
    autoName: true,
    deleteBeforeReplace: false,
    fields: {
        name: required(string, replaces),
        labels: optional(setOf(labelFields), replaces),
        driver: either(string, replaces),
        options: either(map, replaces),
        internal: either(bool, replaces),
        attachable: optional(bool, replaces),
        ingress: optional(bool, replaces),
        ipv6: optional(bool, replaces),
        ipamDriver: optional(string, { ...replaces, default: "default" }),
        ipamOptions: optional(map, replaces),
        ipamConfigs: either(
            setOf({
                subnet: optional(string, replaces),
                ipRange: optional(string, replaces),
                gateway: optional(string, replaces),
                auxAddress: optional(map, replaces),
            }),
            { ...replaces, upstream: "ipam_config" },
        ),
        scope: computed(string),
    },
};
