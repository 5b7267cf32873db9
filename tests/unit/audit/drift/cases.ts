/** What is done to the sample host, and what the comparison then finds. */
import type { LiveHost } from "../../../../audit/drift/live";
import { otherCa } from "../../../support/probes";
import {
    certificatePath,
    container,
    files,
    live,
    settings,
    stranger,
    withContainer,
    withEngine,
    withFiles,
    withPath,
} from "./sample";

const subordinates = (lines: string[]) => withFiles({ ranges: { ...files.ranges, "/etc/subuid": lines } });
const ours = "dockremap:100000:65536";
const pem = files.contents.get(certificatePath) ?? "";
const withPem = (text: string | null | undefined) =>
    withFiles({ contents: new Map([...files.contents, [certificatePath, text]]) });
const daemonJson = (change: object) => ({
    ...live,
    daemonConfig: JSON.stringify({ ...(JSON.parse(live.daemonConfig ?? "{}") as object), ...change }),
});
const isOurs = "/etc/docker/daemon.json";
const registry = "container p-registry";

/** What is done to the host, and what is then found. */
export const changes: readonly (readonly [string, LiveHost, string[]])[] = [
    ["a key of daemon.json", daemonJson({ icc: true }), [`changed ${isOurs} icc daemon`]],
    ["a key more", daemonJson({ debug: true }), [`unexpected ${isOurs} debug daemon`]],
    ["a key less", daemonJson({ icc: undefined }), [`missing ${isOurs} icc daemon`]],
    [
        "a key within a key",
        daemonJson({ "default-ulimits": { nproc: { Name: "nproc", Hard: 9 } } }),
        [`changed ${isOurs} default-ulimits.nproc.Hard daemon`],
    ],
    [
        "a key called constructor",
        { ...live, daemonConfig: (live.daemonConfig ?? "").replace("{", '{"constructor": 1,') },
        [`unexpected ${isOurs} constructor daemon`],
    ],
    ["a list", daemonJson({ dns: ["192.0.2.2"] }), [`changed ${isOurs} dns daemon`]],
    ["no daemon.json", { ...live, daemonConfig: undefined }, [`missing ${isOurs} daemon`]],
    [
        "an engine that was not restarted",
        withEngine({ liveRestore: false, rootDir: "/var/lib/docker" }),
        ["changed running engine rootDir daemon", "changed running engine liveRestore daemon"],
    ],
    ["another range", subordinates(["dockremap:200000:65536"]), ["changed /etc/subuid dockremap daemon"]],
    ["a second range", subordinates([ours, "dockremap:0:1"]), ["changed /etc/subuid dockremap daemon"]],
    ["no range", subordinates(["me:1:65536"]), ["missing /etc/subuid dockremap daemon"]],
    [
        "a range of somebody over it",
        subordinates([ours, "eve:165535:1"]),
        ["unexpected /etc/subuid eve daemon"],
    ],
    ["a range of somebody beside it", subordinates([ours, "eve:165536:1", "bob:99999:1"]), []],
    ["no user", withFiles({ users: new Set() }), ["missing user dockremap daemon"]],
    ["a folder that others may write in", withPath("/etc/p", { mode: "0757" }), ["changed /etc/p mode key"]],
    ["a folder of somebody", withPath("/etc/p", { uid: 1000 }), ["changed /etc/p uid key"]],
    ["a folder that fewer may look into", withPath("/etc/p", { mode: "0700" }), []],
    [
        "something where nothing may be",
        withPath("/etc/p.d", { type: "directory" }),
        ["unexpected /etc/p.d key"],
    ],
    [
        "a certificate in a file that is too long to be read",
        withPem(null),
        [`changed ${certificatePath} certificate certificate`],
    ],
    [
        "audit rules in a file that is too long to be read",
        withFiles({ contents: new Map([...files.contents, ["/etc/audit/p.rules", null]]) }),
        ["changed /etc/audit/p.rules rules rules"],
    ],
    ["a mode", withPath("/etc/p/a.key", { mode: "0444" }), ["changed /etc/p/a.key mode key"]],
    ["an owner", withPath("/etc/p/a.key", { uid: 0 }), ["changed /etc/p/a.key uid key"]],
    ["a content", withPath("/etc/p/a.key", { sha256: "cd".repeat(32) }), ["changed /etc/p/a.key sha256 key"]],
    ["a huge file", withPath("/etc/p/a.key", { sha256: undefined }), ["changed /etc/p/a.key sha256 key"]],
    ["no file", withPath("/etc/p/a.key", undefined), ["missing /etc/p/a.key key"]],
    ["a link to it", withPath("/etc/p/a.key", { type: "link" }), ["changed /etc/p/a.key type key"]],
    ["no folder", withPath("/etc/p", undefined), ["missing /etc/p key"]],
    [
        "a file more in a folder of ours",
        withFiles({ entries: [...files.entries, "/etc/p/evil.crt", "/etc/pp/other"] }),
        ["unexpected /etc/p/evil.crt key"],
    ],
    ["another certificate", withPem(otherCa()), [`changed ${certificatePath} certificate certificate`]],
    [
        "one certificate more",
        withPem(pem + otherCa()),
        [`changed ${certificatePath} certificate certificate`],
    ],
    ["no certificate in it", withPem("nothing"), [`changed ${certificatePath} certificate certificate`]],
    [
        "a broken certificate",
        withPem(pem.replace(/MII.{30}/, "")),
        [`changed ${certificatePath} certificate certificate`],
    ],
    ["text around it", withPem(`a note\n${pem}`), []],
    [
        "an audit rule more",
        withFiles({ contents: new Map([...files.contents, ["/etc/audit/p.rules", "-w /a\n-D\n"]]) }),
        ["unexpected /etc/audit/p.rules rules rules"],
    ],
    [
        "no audit rule",
        withFiles({ contents: new Map([...files.contents, ["/etc/audit/p.rules", "#-w /a\n"]]) }),
        ["changed /etc/audit/p.rules rules rules"],
    ],
    ["a memory limit", withContainer({ memory: 1 }), [`changed ${registry} memory registry`]],
    [
        "a limit of processes",
        withContainer({ pidsLimit: 0 }),
        [`changed ${registry} pidsLimit registry-pids`],
    ],
    [
        "a capability",
        withContainer({ capabilities: { adds: ["CAP_SYS_ADMIN"], drops: ["ALL"] } }),
        [`changed ${registry} capabilities.adds registry`],
    ],
    [
        "the host's namespace",
        withContainer({ usernsMode: "host" }),
        [`changed ${registry} usernsMode registry`],
    ],
    [
        "a network more",
        withContainer({ networksAdvanced: { ...settings.networksAdvanced, bridge: [] } }),
        [`unexpected ${registry} networksAdvanced.bridge registry`],
    ],
    [
        "a name in a network",
        withContainer({ networksAdvanced: { "p-scan": ["x"] } }),
        [`changed ${registry} networksAdvanced.p-scan registry`],
    ],
    [
        "an environment",
        withContainer({ envs: { MODE: "b", PATH: "/bin" } }),
        [`changed ${registry} envs.MODE registry`],
    ],
    [
        "a variable more",
        withContainer({ envs: { MODE: "a", PATH: "/bin", LD_PRELOAD: "/x" } }),
        [`unexpected ${registry} envs.LD_PRELOAD registry`],
    ],
    [
        "a variable of the image",
        withContainer({ envs: { MODE: "a", PATH: "/x" } }),
        [`unexpected ${registry} envs.PATH registry`],
    ],
    ["a command", withContainer({ command: ["sh"] }), [`changed ${registry} command registry`]],
    ["an entry point", withContainer({ entrypoints: ["sh"] }), [`changed ${registry} entrypoints registry`]],
    [
        "a label",
        withContainer({ labels: { "portcullis.role": "x", a: "b" } }),
        [`changed ${registry} labels.portcullis.role registry`],
    ],
    [
        "a label of ours more",
        withContainer({ labels: { ...settings.labels, "portcullis.x": "" } }),
        [`unexpected ${registry} labels.portcullis.x registry`],
    ],
    ["no container", withEngine({ containers: [] }), [`missing ${registry} registry`]],
    [
        "a container that was stopped",
        withEngine({ containers: [{ ...container, state: "exited", settings: undefined }] }),
        [`changed ${registry} state registry`],
    ],
    [
        "a container with our prefix",
        withEngine({ containers: [container, { ...stranger, name: "p-evil", settings: undefined }] }),
        ["unexpected container p-evil"],
    ],
    [
        "a container with our label",
        withEngine({ containers: [container, { ...stranger, isLabelled: true }] }),
        ["unexpected container somebody"],
    ],
    [
        "somebody's container in a network of ours",
        withEngine({
            containers: [
                container,
                { ...stranger, settings: { ...settings, networksAdvanced: { "p-scan": [] } } },
            ],
        }),
        ["unexpected container somebody networksAdvanced.p-scan"],
    ],
    [
        "a network with a way out",
        withEngine({ networks: [{ name: "p-scan", driver: "bridge", internal: false }] }),
        ["changed network p-scan internal scan"],
    ],
    ["no network", withEngine({ networks: [] }), ["missing network p-scan scan"]],
    [
        "a second network of the name",
        withEngine({
            networks: [...live.engine.networks, { name: "p-scan", driver: "bridge", internal: false }],
        }),
        ["changed network p-scan internal scan"],
    ],
    [
        "a network with our prefix",
        withEngine({
            networks: [...live.engine.networks, { name: "p-x", driver: "bridge", internal: false }],
        }),
        ["unexpected network p-x"],
    ],
    ["no volume", withEngine({ volumes: [] }), ["missing volume p-data data"]],
    [
        "a volume that is a folder of the host",
        withEngine({
            volumes: [{ name: "p-data", driver: "local", options: { o: "bind", device: "/etc" } }],
        }),
        ["unexpected volume p-data options.o data", "unexpected volume p-data options.device data"],
    ],
];
