/** Section 2, the checks of TLS and from 2.13 on. */
import type { DaemonFacts, HostFacts } from "../facts";
import type { Check } from "../model";
import { isOn, listenAddresses } from "./daemon";
import { check, info, pass, passWith, warn } from "./define";
import { benchArgument, benchArguments, benchConfig } from "./docker-bench-reading";

/** What Docker Bench makes of the addresses and the TLS settings; a test in it that gets two words fails. */
function benchTls(daemon: DaemonFacts): "PASS" | "WARN" | "INFO" {
    const one = (words: readonly string[]): boolean => words.length === 1;
    const inFile = (daemon.dockerBenchConfig ?? "").split("\n").some((line) => /host.*tcp:\/\//.test(line));
    const others = benchArguments(daemon, "-H").filter((word) => !/(unix|fd):\/\//.test(word));
    if (!inFile && !one(others)) {
        return "INFO";
    }
    const configured = benchConfig(daemon, '"tlsverify":').filter((line) => line.includes("true"));
    return one(configured) || one(benchArguments(daemon, "--tlsverify")) ? "PASS" : "WARN";
}

const tls: readonly Check<HostFacts>[] = [
    check({
        id: "2.7",
        level: 1,
        scored: true,
        title: "Clients that come over TCP show a certificate (TLS)",
        reads: "daemon.json and arguments: hosts, tls, tlsverify",
        remediation:
            "Do not listen on TCP: reach the engine over SSH. Else set tlsverify, tlscacert, tlscert and tlskey.",
        setting: "portcullis:engine.settings",
        judge({ daemon }) {
            const open = listenAddresses(daemon).filter((address) => !/^(unix|fd|npipe):\/\//.test(address));
            if (open.length === 0) {
                return info("The engine does not listen on TCP.");
            }
            if (isOn(daemon, "tlsverify", false)) {
                return pass;
            }
            return isOn(daemon, "tls", false)
                ? warn("The engine listens on TCP with TLS, but does not verify its clients.", open)
                : warn(
                      "The engine listens on TCP without TLS: whoever reaches it is root on the host.",
                      open,
                  );
        },
        dockerBench: ({ daemon }) => ({
            result: benchTls(daemon),
            why: daemon.hasJq
                ? "With jq it cannot read tlsverify of the configuration file, and it sees an address there only where it is on one line with its key."
                : "It sees an address in the configuration file only where it is on one line with its key, and none where there are two in the arguments.",
        }),
    }),
];

/** Drivers whose logs stay on the host. */
const localDrivers = new Set(["json-file", "local", "none"]);

const rest: readonly Check<HostFacts>[] = [
    check({
        id: "2.13",
        level: 2,
        scored: true,
        title: "Containers' logs are sent to another machine",
        reads: "docker info: LoggingDriver",
        remediation:
            "Set a log driver that sends logs on (syslog, fluentd, gelf …), or journald and forward the journal.",
        setting: "portcullis:engine.logDriver",
        judge({ engine: { loggingDriver: driver } }) {
            if (driver === "journald") {
                return passWith(
                    "The log driver is journald; whether the journal is forwarded cannot be seen here.",
                );
            }
            return localDrivers.has(driver)
                ? warn(`The log driver is ${driver}: logs stay on this host.`)
                : passWith(`The log driver is ${driver}.`);
        },
        dockerBench: ({ engine }) => ({
            result: engine.loggingDriver.includes("json-file") ? "WARN" : "PASS",
            why: "It takes every driver but json-file for remote logging, `local` and `none` too.",
        }),
    }),
    check({
        id: "2.14",
        level: 1,
        scored: true,
        title: "Containers cannot gain privileges, by default",
        reads: "docker info: SecurityOptions; daemon.json and arguments: no-new-privileges",
        remediation: 'Set "no-new-privileges": true in daemon.json and restart the engine.',
        setting: "portcullis:engine",
        judge: ({ daemon }) =>
            isOn(daemon, "no-new-privileges", false) ? pass : warn("no-new-privileges is off."),
        dockerBench: ({ daemon }) => ({
            result: benchNoNewPrivileges(daemon) ? "PASS" : "WARN",
            why: "It takes the argument --no-new-privileges=false for on, and reads the configuration file as text.",
        }),
    }),
    check({
        id: "2.15",
        level: 1,
        scored: true,
        title: "Containers go on while the daemon is down (live restore)",
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
        dockerBench: ({ engine, swarm, daemon }) => ({
            result:
                engine.liveRestore ||
                swarm.state === "active" ||
                benchArgument(daemon, "--live-restore") !== ""
                    ? "PASS"
                    : "WARN",
            why: "It takes the argument --live-restore=false for on.",
        }),
    }),
    check({
        id: "2.16",
        level: 1,
        scored: true,
        title: "Published ports are not served by the userland proxy",
        reads: "daemon.json and arguments: userland-proxy",
        remediation: 'Set "userland-proxy": false in daemon.json and restart the engine.',
        setting: "portcullis:engine",
        judge: ({ daemon }) => (isOn(daemon, "userland-proxy", true) ? warn("userland-proxy is on.") : pass),
        dockerBench({ daemon }) {
            const off =
                benchConfig(daemon, "userland-proxy").some((line) => line.includes("false")) ||
                benchArgument(daemon, "--userland-proxy=false") !== "";
            return {
                result: off ? "PASS" : "WARN",
                why: "It reads the configuration file as text, and knows the argument in one spelling.",
            };
        },
    }),
    check({
        id: "2.17",
        level: 2,
        scored: false,
        title: "A seccomp profile is in force for all containers",
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
        dockerBench: ({ engine }) => ({
            result: engine.securityOptions.some((option) => option.includes("name=seccomp,profile=default"))
                ? "PASS"
                : "INFO",
            why: "It only knows the name that Docker's own profile had before engine 23 (`default`; now `builtin`), and does not tell a switched-off profile from another one.",
        }),
    }),
    check({
        id: "2.18",
        level: 1,
        scored: true,
        title: "Experimental features are off",
        reads: "docker info: ExperimentalBuild",
        remediation: 'Take "experimental": true out of daemon.json.',
        setting: "portcullis:engine.settings",
        judge({ engine }) {
            if (engine.experimental) {
                return warn("Experimental features are on.");
            }
            return isOld(engine.version) ? pass : info("Experimental features are off.");
        },
        dockerBench: ({ engine }) => ({
            result: isOld(engine.version) ? (engine.experimental ? "WARN" : "PASS") : "INFO",
            why: "It does not look any more from engine 19.04 on, though daemon.json can still switch them on.",
        }),
    }),
];

/** Docker Bench judges 2.18 up to 19.03: the first four digits of the version, read as a number. */
function isOld(version: string): boolean {
    return Number(version.replace(/[a-zA-Z,.-]/g, "").slice(0, 4)) <= 1903;
}

/** `no-new-privileges` as Docker Bench reads it, for 2.14 and 5.26. */
export function benchNoNewPrivileges(daemon: DaemonFacts): boolean {
    return (
        benchArgument(daemon, "--no-new-privileges") !== "" ||
        benchConfig(daemon, "no-new-privileges").some((line) => line.includes("true"))
    );
}

/** The profile of all containers that name none; undefined where the engine has no seccomp. */
export function seccompProfile(securityOptions: readonly string[]): string | undefined {
    const option = securityOptions.find((text) => text.split(",")[0] === "name=seccomp");
    return option === undefined ? undefined : (/profile=(.*)$/.exec(option)?.[1] ?? "default");
}

/** The checks from 2.13 on, and the one of TLS. */
export const section2More = { tls, rest };
