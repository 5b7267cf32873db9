/** The engine's settings of logs, storage, limits and its own operation. */
import type { HostFacts } from "../facts";
import type { Check } from "../model";
import { daemonConfig, flag, flagValues, isOn, setting } from "./daemon";
import { daemonCheck, engineCheck, info, pass, passWith, warn } from "./define";

/** Drivers whose logs stay on the host. */
const localDrivers = new Set(["json-file", "local", "none"]);

/** Releases up to 19.03, by the first four digits of the version: the benchmark asks 2.18 of these only. */
export function isOld(version: string): boolean {
    return Number(version.replace(/[a-zA-Z,.-]/g, "").slice(0, 4)) <= 1903;
}

export const engineOperationChecks: readonly Check<HostFacts>[] = [
    daemonCheck({
        id: "2.3",
        level: 1,
        scored: true,
        title: "Log level of the daemon",
        reads: "daemon.json and arguments: log-level, debug",
        remediation: 'Set "log-level": "info" in daemon.json, and leave debug out.',
        setting: "portcullis:engine",
        judge({ daemon }) {
            const level = setting(daemon, "log-level") ?? "info";
            return level === "info" && !isOn(daemon, "debug", false)
                ? pass
                : warn(isOn(daemon, "debug", false) ? "debug is on." : `log-level is ${level}.`);
        },
    }),
    engineCheck({
        id: "2.6",
        level: 1,
        scored: true,
        title: "Storage driver (should not be aufs)",
        reads: "docker info: Driver",
        remediation: "Use overlay2; images and containers have to be made again.",
        judge: ({ engine }) => (engine.storageDriver === "aufs" ? warn("The storage driver is aufs.") : pass),
    }),
    daemonCheck({
        id: "2.8",
        level: 1,
        scored: false,
        title: "Default limits of containers (ulimit)",
        reads: "daemon.json and arguments: default-ulimits",
        remediation: "Set default-ulimits (nofile, nproc) in daemon.json.",
        setting: "portcullis:engine.openFiles",
        judge({ daemon }) {
            const limits = Object.keys(daemonConfig(daemon)["default-ulimits"] ?? {});
            return limits.length > 0 || flag(daemon, "default-ulimit") !== undefined
                ? pass
                : info("No default ulimit is set.");
        },
    }),
    daemonCheck({
        id: "2.10",
        level: 2,
        scored: true,
        title: "Default cgroup of containers",
        reads: "daemon.json and arguments: cgroup-parent",
        remediation: "Take cgroup-parent out, or confirm that the group named there is meant.",
        setting: "portcullis:engine.settings",
        judge({ daemon }) {
            const parent = setting(daemon, "cgroup-parent");
            return parent === undefined
                ? pass
                : warn(`cgroup-parent is ${parent}: confirm that it is meant.`);
        },
    }),
    daemonCheck({
        id: "2.11",
        level: 2,
        scored: true,
        title: "Base device size of devicemapper",
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
    }),
    engineCheck({
        id: "2.13",
        level: 2,
        scored: true,
        title: "Sending of containers' logs to another machine",
        reads: "docker info: LoggingDriver",
        remediation:
            "Set the log driver journald, and forward the journal to another machine (systemd-journal-upload, rsyslog). Drivers that send logs on themselves (fluentd, gelf …) engine.logDriver does not take.",
        setting: "portcullis:engine.logDriver",
        judge({ engine: { loggingDriver: driver } }) {
            if (driver === "journald") {
                return info("The log driver is journald; whether the journal is forwarded is not known.");
            }
            return localDrivers.has(driver)
                ? warn(`The log driver is ${driver}: logs stay on this host.`)
                : passWith(`The log driver is ${driver}.`);
        },
    }),
    engineCheck({
        id: "2.15",
        level: 1,
        scored: true,
        title: "Life of containers without the daemon (live restore)",
        reads: "docker info: LiveRestoreEnabled, Swarm",
        remediation: 'Set "live-restore": true in daemon.json. A swarm cannot have it.',
        setting: "portcullis:engine",
        judge({ engine, swarm }) {
            if (engine.liveRestore) {
                return pass;
            }
            return swarm.state === "active"
                ? passWith("A swarm node cannot have it.")
                : warn("live-restore is off.");
        },
    }),
    engineCheck({
        id: "2.18",
        level: 1,
        scored: true,
        title: "Experimental features of the engine",
        reads: "docker info: ExperimentalBuild",
        remediation: 'Take "experimental": true out of daemon.json.',
        setting: "portcullis:engine.settings",
        judge({ engine }) {
            if (engine.experimental) {
                return warn("Experimental features are on.");
            }
            return isOld(engine.version) ? pass : info("Experimental features are off.");
        },
    }),
];
