/** Section 2: the daemon's settings. */
import type { HostFacts } from "../facts";
import type { Check } from "../model";
import { daemonConfig, flag, flagValues, isOn, setting } from "./daemon";
import { check, info, pass, passWith, warn } from "./define";
import { benchArgument, benchArguments, benchConfig, benchHasValue } from "./docker-bench-reading";
import { section2More } from "./section2-more";

const readsText = "It reads the configuration file and the arguments as text, and not what is in force.";

function hasOption(facts: HostFacts, name: string): boolean {
    return facts.engine.securityOptions.some((option) => option.split(",")[0] === `name=${name}`);
}

/** Whether containers of the default bridge reach each other, as the engine has set the bridge up. */
function bridgeTraffic({ networks, daemon }: HostFacts): boolean {
    const bridge = networks.find(
        ({ options }) => options["com.docker.network.bridge.default_bridge"] === "true",
    );
    const inForce = bridge?.options["com.docker.network.bridge.enable_icc"];
    return inForce === undefined ? isOn(daemon, "icc", true) : inForce === "true";
}

/** All checks of the section, in order. */
export const section2: readonly Check<HostFacts>[] = [
    check({
        id: "2.1",
        level: 1,
        scored: false,
        title: "The daemon runs as another user than root, where that is possible",
        reads: "docker info: SecurityOptions",
        remediation:
            "Run the engine in rootless mode where its limits (networks, storage, cgroups) allow it; user namespaces (2.9) are the next best.",
        judge: (facts) => (hasOption(facts, "rootless") ? pass : info("The daemon runs as root.")),
        dockerBench: () => ({ result: "INFO", why: "It never looks how the daemon runs." }),
    }),
    check({
        id: "2.2",
        level: 1,
        scored: true,
        title: "Containers of the default bridge cannot reach each other",
        reads: "network bridge: enable_icc",
        remediation: 'Set "icc": false in daemon.json and restart the engine.',
        setting: "portcullis:engine",
        judge: (facts) => (bridgeTraffic(facts) ? warn("icc is on for the default bridge.") : pass),
        dockerBench({ daemon }) {
            const off =
                benchArgument(daemon, "--icc").includes("false") ||
                benchConfig(daemon, "icc").some((line) => line.includes("false"));
            return { result: off ? "PASS" : "WARN", why: readsText };
        },
    }),
    check({
        id: "2.3",
        level: 1,
        scored: true,
        title: "The daemon logs at the level info",
        reads: "daemon.json and arguments: log-level, debug",
        remediation: 'Set "log-level": "info" in daemon.json, and leave debug out.',
        setting: "portcullis:engine",
        judge({ daemon }) {
            const level = setting(daemon, "log-level") ?? "info";
            return level === "info" && !isOn(daemon, "debug", false)
                ? pass
                : warn(isOn(daemon, "debug", false) ? "debug is on." : `log-level is ${level}.`);
        },
        dockerBench({ daemon }) {
            const lines = benchConfig(daemon, "log-level");
            const fine = lines.length === 0 || lines.some((line) => line.includes("info"));
            return {
                result: fine ? "PASS" : "WARN",
                why: "It looks at log-level of the configuration file only, not at the arguments and not at debug.",
            };
        },
    }),
    check({
        id: "2.4",
        level: 1,
        scored: true,
        title: "The engine may set up iptables",
        reads: "daemon.json and arguments: iptables",
        remediation: "Take iptables=false out of daemon.json or the daemon's arguments.",
        setting: "portcullis:engine.settings",
        judge: ({ daemon }) => (isOn(daemon, "iptables", true) ? pass : warn("iptables is false.")),
        dockerBench({ daemon }) {
            const off =
                benchArgument(daemon, "--iptables").includes("false") ||
                benchConfig(daemon, "iptables").some((line) => line.includes("false"));
            return { result: off ? "WARN" : "PASS", why: readsText };
        },
    }),
    check({
        id: "2.5",
        level: 1,
        scored: true,
        title: "No registry is used without TLS",
        reads: "docker info: RegistryConfig",
        remediation:
            "Take insecure-registries out of daemon.json; put the registry's CA under /etc/docker/certs.d/HOST:PORT/ca.crt.",
        setting: "portcullis:engine.settings",
        judge: ({ engine }) =>
            engine.insecureRegistries.length === 0
                ? pass
                : warn("Registries that are trusted without TLS.", engine.insecureRegistries),
        dockerBench({ daemon }) {
            const used =
                benchArgument(daemon, "--insecure-registry") !== "" ||
                benchHasValue(daemon, "insecure-registries", "[]");
            return { result: used ? "WARN" : "PASS", why: readsText };
        },
    }),
    check({
        id: "2.6",
        level: 1,
        scored: true,
        title: "The storage driver is not aufs",
        reads: "docker info: Driver",
        remediation: "Use overlay2; images and containers have to be made again.",
        judge: ({ engine }) => (engine.storageDriver === "aufs" ? warn("The storage driver is aufs.") : pass),
    }),
    ...section2More.tls,
    check({
        id: "2.8",
        level: 1,
        scored: false,
        title: "Containers have default limits (ulimit)",
        reads: "daemon.json and arguments: default-ulimits",
        remediation: "Set default-ulimits (nofile, nproc) in daemon.json.",
        setting: "portcullis:engine.openFiles",
        judge({ daemon }) {
            const limits = Object.keys(daemonConfig(daemon)["default-ulimits"] ?? {});
            return limits.length > 0 || flag(daemon, "default-ulimit") !== undefined
                ? pass
                : info("No default ulimit is set.");
        },
        dockerBench({ daemon }) {
            const set =
                benchHasValue(daemon, "default-ulimits", "{}") ||
                benchArgument(daemon, "--default-ulimit") !== "";
            return { result: set ? "PASS" : "INFO", why: readsText };
        },
    }),
    check({
        id: "2.9",
        level: 2,
        scored: true,
        title: "Containers' root is another user on the host (user namespaces)",
        reads: "docker info: SecurityOptions",
        remediation:
            'Set "userns-remap": "default" in daemon.json and restart the engine; existing images and containers are hidden by it.',
        setting: "portcullis:engine",
        judge: (facts) =>
            hasOption(facts, "userns") || hasOption(facts, "rootless")
                ? pass
                : warn("User namespaces are off."),
        dockerBench({ daemon }) {
            const set =
                benchHasValue(daemon, "userns-remap", '""') || benchArgument(daemon, "--userns-remap") !== "";
            return { result: set ? "PASS" : "WARN", why: readsText };
        },
    }),
    check({
        id: "2.10",
        level: 2,
        scored: true,
        title: "Containers are in the default cgroup",
        reads: "daemon.json and arguments: cgroup-parent",
        remediation: "Take cgroup-parent out, or confirm that the group named there is meant.",
        setting: "portcullis:engine.settings",
        judge({ daemon }) {
            const parent = setting(daemon, "cgroup-parent");
            return parent === undefined
                ? pass
                : warn(`cgroup-parent is ${parent}: confirm that it is meant.`);
        },
        dockerBench: ({ daemon }) => ({
            result: benchArgument(daemon, "--cgroup-parent") === "" ? "PASS" : "WARN",
            why: "It never sees cgroup-parent in the configuration file: its pattern (grep -v '') drops every line.",
        }),
    }),
    check({
        id: "2.11",
        level: 2,
        scored: true,
        title: "The base device size of devicemapper is unchanged",
        reads: "daemon.json and arguments: storage-opts",
        remediation: "Take dm.basesize out of storage-opts.",
        setting: "portcullis:engine.settings",
        judge({ daemon }) {
            const options = [
                ...flagValues(daemon, "storage-opt"),
                ...(daemonConfig(daemon)["storage-opts"] ?? []),
            ];
            const sizes = options.filter((option) => option.startsWith("dm.basesize"));
            return sizes.length === 0 ? pass : warn("dm.basesize is set.", sizes);
        },
        dockerBench({ daemon }) {
            const set = [...benchConfig(daemon, "storage-opts"), benchArgument(daemon, "--storage-opt")];
            const found = set.some((line) => line.includes("dm.basesize"));
            return { result: found ? "WARN" : "PASS", why: readsText };
        },
    }),
    check({
        id: "2.12",
        level: 2,
        scored: true,
        title: "A plugin authorizes the commands of Docker clients",
        reads: "docker info: Plugins.Authorization",
        remediation:
            "Install an authorization plugin, such as ours, and name it in authorization-plugins of daemon.json.",
        setting: "portcullis:engine.authorizationPlugin",
        judge: ({ engine }) =>
            engine.authorizationPlugins.length === 0
                ? warn("No authorization plugin is in force.")
                : passWith(engine.authorizationPlugins.join(", ")),
        dockerBench({ daemon }) {
            const set =
                benchHasValue(daemon, "authorization-plugins", "[]") ||
                benchArguments(daemon, "--authorization-plugin").length > 0;
            return { result: set ? "PASS" : "WARN", why: readsText };
        },
    }),
    ...section2More.rest,
];
