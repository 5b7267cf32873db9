/** What is told of containers, networks and volumes that are otherwise. */
import type { LiveHost } from "../../../../audit/drift/live";
import { container, live, settings, stranger, withContainer, withEngine } from "./sample";
import { changed, missing, unexpected, up, type Told } from "./told";

const registry = "container p-registry";

/** A host that is otherwise, and all that is told of it. */
export const engineCases: readonly (readonly [string, LiveHost, Told[]])[] = [
    ["no container", withEngine({ containers: [stranger] }), [missing(registry, "", up)]],
    ["its containers in another order", withEngine({ containers: [stranger, container] }), []],
    [
        "a setting with a resource of its own",
        withContainer({ pidsLimit: 0 }),
        [changed(registry, "pidsLimit", 128, 0, up)],
    ],
    [
        "a variable more",
        withContainer({ envs: { MODE: "a", PATH: "/bin", TOKEN: "hunter2" } }),
        [unexpected(registry, "envs.TOKEN", up, "(not shown)")],
    ],
    [
        "an image that is gone",
        withEngine({
            images: new Map(),
            containers: [{ ...container, settings: { ...settings, entrypoints: null, command: null } }],
        }),
        [],
    ],
    [
        "a container with a network's name",
        withEngine({ containers: [container, { ...stranger, name: "p-scan" }] }),
        [
            unexpected(
                "container p-scan",
                "",
                "look at it, and remove it on the host: docker rm --force p-scan",
                "sha256:1",
            ),
        ],
    ],
    [
        "somebody's container in a network of ours",
        withEngine({
            containers: [
                container,
                { ...stranger, settings: { ...settings, networksAdvanced: { "p-scan": [] } } },
            ],
        }),
        [
            unexpected(
                "container somebody",
                "networksAdvanced.p-scan",
                "look at it, and take it out of the network on the host: docker network disconnect --force p-scan somebody",
                "sha256:1",
            ),
        ],
    ],
    [
        "another volume before ours",
        withEngine({ volumes: [{ name: "x", driver: "nfs", options: {} }, ...live.engine.volumes] }),
        [],
    ],
    [
        "a stranger's container in the place of ours",
        withEngine({
            containers: [{ ...container, isLabelled: false, state: "exited", settings: undefined }],
        }),
        [
            changed(
                registry,
                "state",
                "running",
                "exited",
                `look at it, and remove it on the host: docker rm --force p-registry; then ${up}`,
            ),
        ],
    ],
    [
        "another network of the same name",
        withEngine({ networks: [{ name: "p-scan", driver: "bridge", internal: false }] }),
        [
            changed(
                "network p-scan",
                "internal",
                true,
                false,
                "look at it, for it is another network than the stack's, and remove it on the host: " +
                    "docker ps --all --quiet --filter network=p-scan | xargs -rn 1 docker network disconnect --force p-scan && docker network rm p-scan; then " +
                    up,
            ),
        ],
    ],
    [
        "another volume of the same name",
        withEngine({ volumes: [{ name: "p-data", driver: "nfs", options: {} }] }),
        [
            changed(
                "volume p-data",
                "driver",
                "local",
                "nfs",
                "save what you need of it, for it is another volume than the stack's, and remove it on the host: " +
                    "docker ps --all --quiet --filter volume=p-data | xargs -r docker rm --force && docker volume rm p-data; then " +
                    up,
            ),
        ],
    ],
    ["no volume", withEngine({ volumes: [] }), [missing("volume p-data", "", up)]],
    [
        "a volume more",
        withEngine({ volumes: [...live.engine.volumes, { name: "p-x", driver: "local", options: {} }] }),
        [
            unexpected(
                "volume p-x",
                "",
                "look at it, and if nobody needs it remove it on the host: docker volume rm p-x",
            ),
        ],
    ],
];
