/** Privileges that the engine's settings give to containers and clients. */
import type { HostFacts } from "../facts";
import type { Check } from "../model";
import { isOn, seccompProfile, securityOption } from "./daemon";
import { daemonCheck, engineCheck, info, pass, passWith, warn } from "./define";

function hasOption(facts: HostFacts, name: string): boolean {
    return securityOption(facts.engine.securityOptions, name) !== undefined;
}

export const enginePrivilegeChecks: readonly Check<HostFacts>[] = [
    engineCheck({
        id: "2.1",
        level: 1,
        scored: false,
        title: "User that the daemon runs as (rootless mode)",
        reads: "docker info: SecurityOptions",
        remediation:
            "Run the engine in rootless mode where its limits (networks, storage, cgroups) allow it; user namespaces (2.9) are the next best.",
        judge: (facts) => (hasOption(facts, "rootless") ? pass : info("The daemon runs as root.")),
    }),
    engineCheck({
        id: "2.9",
        level: 2,
        scored: true,
        title: "Containers' root on the host (user namespaces)",
        reads: "docker info: SecurityOptions",
        remediation:
            'Set "userns-remap": "default" in daemon.json and restart the engine; existing images and containers are hidden by it.',
        setting: "portcullis:engine",
        judge: (facts) =>
            hasOption(facts, "userns") || hasOption(facts, "rootless")
                ? pass
                : warn("User namespaces are off."),
    }),
    engineCheck({
        id: "2.12",
        level: 2,
        scored: true,
        title: "Authorization of Docker clients' commands (plugin)",
        reads: "docker info: Plugins.Authorization",
        remediation:
            "Install an authorization plugin, such as ours, and name it in authorization-plugins of daemon.json.",
        setting: "portcullis:engine.authorizationPlugin",
        judge: ({ engine }) =>
            engine.authorizationPlugins.length === 0
                ? warn("No authorization plugin is in force.")
                : passWith(engine.authorizationPlugins.join(", ")),
    }),
    daemonCheck({
        id: "2.14",
        level: 1,
        scored: true,
        title: "Default of no-new-privileges for containers",
        reads: "docker info: SecurityOptions; daemon.json and arguments: no-new-privileges",
        remediation: 'Set "no-new-privileges": true in daemon.json and restart the engine.',
        setting: "portcullis:engine",
        judge: ({ daemon }) =>
            isOn(daemon, "no-new-privileges", false) ? pass : warn("no-new-privileges is off."),
    }),
    engineCheck({
        id: "2.17",
        level: 2,
        scored: false,
        title: "Default seccomp profile of containers",
        reads: "docker info: SecurityOptions",
        remediation:
            "Leave seccomp-profile out for Docker's own profile, or name one made for this host's containers.",
        setting: "portcullis:engine.settings",
        judge({ engine }) {
            const profile = seccompProfile(engine.securityOptions);
            if (profile === undefined || profile === "unconfined") {
                return warn("Containers have no seccomp profile, unless they name one.");
            }
            return ["default", "builtin"].includes(profile)
                ? pass
                : info(`The profile is ${profile}: confirm that it is meant.`);
        },
    }),
];
