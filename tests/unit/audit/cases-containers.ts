/** Cases of sections 4 to 7: images, containers, the swarm. */
import assert from "node:assert/strict";
import type { HostFacts, ImageFacts } from "../../../audit/facts";
import { type Case, container, engine, swarm } from "./cases";
import { goodContainer, goodHost, mount, networkIds } from "./facts";
import { allowList } from "./profiles";

function history(...createdBy: string[]): Partial<HostFacts> {
    const [image] = goodHost().images;
    assert.ok(image);
    const changed: ImageFacts = {
        ...image,
        history: createdBy.map((text) => ({ createdBy: text, comment: "" })),
    };
    return { images: [changed] };
}

export const containerCases: readonly Case[] = [
    [
        "no content trust for users",
        "4.5",
        { contentTrust: { everyone: "", session: "1", client: "26.1.5" } },
        "WARN",
        "PASS",
    ],
    [
        "content trust for users",
        "4.5",
        { contentTrust: { everyone: "1", session: "", client: "26.1.5" } },
        "PASS",
        "WARN",
    ],
    [
        "update far behind, alone",
        "4.7",
        history(`RUN ${"true && ".repeat(9)}apt-get update`, "base"),
        "INFO",
        "PASS",
    ],
    ["update and install", "4.7", history("RUN apt-get update && apt-get install -y nginx"), "PASS", "INFO"],
    ["a word that has update in it", "4.7", history("COPY updater /x"), "PASS", "INFO"],
    ["apk add --update", "4.7", history("RUN apk add --no-cache curl"), "PASS"],
    ["ADD", "4.9", history("ADD x /x", "ADD rootfs /"), "INFO"],
    ["ADD by the old builder", "4.9", history("/bin/sh -c #(nop) ADD file:1 in /", "x"), "INFO"],
    ["the base's ADD", "4.9", history("COPY x /x", "ADD rootfs /"), "PASS"],
    ["a word that has ADD in it", "4.9", history("ENV ADDRESS=1", "x"), "PASS", "INFO"],
    [
        "a health check that is switched off",
        "4.6",
        {
            images: goodHost().images.map((image) => ({ ...image, healthCheck: "disabled" as const })),
        },
        "WARN",
        "PASS",
    ],
    ["a swarm", "5.1", swarm({}), "WARN"],
    [
        "a folder of the host with its own name for it",
        "5.6",
        container({ mounts: [mount("/srv", { destination: "/etc" })] }),
        "PASS",
        "WARN",
    ],
    [
        "a system folder, read-only",
        "5.6",
        container({ mounts: [mount("/etc", { writable: false })] }),
        "PASS",
    ],
    [
        "a system folder, read-only, beside a writable one",
        "5.6",
        container({ mounts: [mount("/etc", { writable: false }), mount("/srv")] }),
        "PASS",
        "WARN",
    ],
    ["a system folder with a slash behind", "5.6", container({ mounts: [mount("/etc/")] }), "WARN", "PASS"],
    [
        "a volume made of a system folder",
        "5.6",
        container({
            mounts: [mount("/var/lib/docker/volumes/x/_data", { type: "volume", hostPath: "/usr" })],
        }),
        "WARN",
        "PASS",
    ],
    [
        "a port of an IPv6 address",
        "5.9",
        container({ ports: [{ address: "::1", port: 443 }] }),
        "WARN",
        "PASS",
    ],
    [
        "a privileged port of an IPv6 address",
        "5.8",
        container({ ports: [{ address: "::", port: 443 }] }),
        "WARN",
        "PASS",
    ],
    [
        "a group of the IPv6 address in the port's place",
        "5.8",
        container({ ports: [{ address: "fd00:80:1:1:1:1:1:1", port: 8443 }] }),
        "PASS",
        "WARN",
    ],
    ["the default weight", "5.12", container({ nanoCpus: 0, cpuShares: 1024 }), "WARN", "PASS"],
    ["a quota", "5.12", container({ nanoCpus: 0, cpuQuota: 5000 }), "PASS", "WARN"],
    [
        "a restart without an end",
        "5.15",
        container({ restart: { policy: "on-failure", maximumRetries: 0 } }),
        "WARN",
        "PASS",
    ],
    ["no restart", "5.15", container({ restart: { policy: "no", maximumRetries: 0 } }), "PASS"],
    ["six restarts", "5.15", container({ restart: { policy: "on-failure", maximumRetries: 6 } }), "WARN"],
    [
        "no profile for the whole engine",
        "5.22",
        engine({ securityOptions: ["name=seccomp,profile=unconfined"] }),
        "WARN",
        "PASS",
    ],
    [
        "a profile of its own, none for the engine",
        "5.22",
        {
            ...engine({ securityOptions: ["name=seccomp,profile=unconfined"] }),
            ...container({ securityOptions: [`seccomp=${allowList}`, "no-new-privileges:true"] }),
        },
        "PASS",
    ],
    [
        "the default bridge under another name",
        "5.30",
        {
            ...container({ networks: [networkIds.bridge] }),
            networks: goodHost().networks.map((network) => ({
                ...network,
                options: {
                    ...network.options,
                    ...(network.name === "bridge" ? { "com.docker.network.bridge.name": "br0" } : {}),
                },
            })),
        },
        "INFO",
        "PASS",
    ],
    [
        "a folder with the socket in it",
        "5.32",
        container({ mounts: [mount("/var/run/", { writable: false })] }),
        "WARN",
        "PASS",
    ],
    [
        "a socket under its name",
        "5.32",
        container({ mounts: [mount("/srv/x.sock", { destination: "/var/run/docker.sock" })] }),
        "WARN",
    ],
    [
        "a container that bears Docker Bench's label",
        "5.5",
        {
            containers: [
                goodContainer(),
                goodContainer({ name: "evil", isDockerBench: true, privileged: true }),
            ],
        },
        "WARN",
        "PASS",
    ],
    ["no containers", "5.5", { containers: [] }, "INFO", "absent"],
    ["no containers", "5.24", { containers: [] }, "INFO", "absent"],
    ["no containers", "4.1", { containers: [] }, "INFO"],
    ["a worker", "7.1", swarm({ leaders: 0 }), "WARN"],
    [
        "the management port on all addresses",
        "7.2",
        swarm({ managementAddresses: [`${"0".repeat(32)}:0949`] }),
        "WARN",
    ],
    ["the management port on one address", "7.2", swarm({ managementAddresses: ["0200000A:0949"] }), "PASS"],
    ["certificates for two days", "7.7", swarm({ certificateExpiry: 48 * 3600e9 }), "PASS"],
    ["certificates for a day", "7.7", swarm({ certificateExpiry: 24 * 3600e9 }), "PASS", "INFO"],
    [
        "certificates for two and a half days",
        "7.7",
        swarm({ certificateExpiry: 60 * 3600e9 }),
        "INFO",
        "PASS",
    ],
    ["certificates for 90 days", "7.7", swarm({ certificateExpiry: 2160 * 3600e9 }), "INFO"],
];
