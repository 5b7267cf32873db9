/** Docker Bench's verdicts on the engine's settings. */
import type { DaemonFacts } from "../../facts";
import { isOld } from "../../checks/engine-operation";
import { benchArgument, benchArguments, benchConfig, benchHasValue, benchNoNewPrivileges } from "../reading";
import type { ForetoldTable } from "./define";

const readsText =
    "Docker Bench reads the configuration file and the arguments as text, and not what is in force.";

/** Docker Bench's verdict on the addresses and the TLS settings; a shell test that gets two words fails. */
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

/** Whether Docker Bench takes a setting for false: by the text of its argument, or of its lines in the file. */
function readsFalse(daemon: DaemonFacts, key: string): boolean {
    return (
        benchArgument(daemon, `--${key}`).includes("false") ||
        benchConfig(daemon, key).some((line) => line.includes("false"))
    );
}

export const foretoldOfEngine: ForetoldTable = {
    "2.1": () => ({ result: "INFO", why: "Docker Bench never looks how the daemon runs." }),
    "2.2"({ daemon }) {
        return { result: readsFalse(daemon, "icc") ? "PASS" : "WARN", why: readsText };
    },
    "2.3"({ daemon }) {
        const lines = benchConfig(daemon, "log-level");
        const fine = lines.length === 0 || lines.some((line) => line.includes("info"));
        return {
            result: fine ? "PASS" : "WARN",
            why: "Docker Bench looks at log-level of the configuration file only, not at the arguments and not at debug.",
        };
    },
    "2.4"({ daemon }) {
        return { result: readsFalse(daemon, "iptables") ? "WARN" : "PASS", why: readsText };
    },
    "2.5"({ daemon }) {
        const used =
            benchArgument(daemon, "--insecure-registry") !== "" ||
            benchHasValue(daemon, "insecure-registries", "[]");
        return { result: used ? "WARN" : "PASS", why: readsText };
    },
    "2.7": ({ daemon }) => ({
        result: benchTls(daemon),
        why: daemon.hasJq
            ? "Docker Bench does not look for sockets that systemd opens. With jq Docker Bench cannot read tlsverify of the configuration file, and it sees an address there only where it is on one line with its key."
            : "Docker Bench does not look for sockets that systemd opens. Docker Bench sees an address in the configuration file only where it is on one line with its key, and none where there are two in the arguments.",
    }),
    "2.8"({ daemon }) {
        const set =
            benchHasValue(daemon, "default-ulimits", "{}") ||
            benchArgument(daemon, "--default-ulimit") !== "";
        return { result: set ? "PASS" : "INFO", why: readsText };
    },
    "2.9"({ daemon }) {
        const set =
            benchHasValue(daemon, "userns-remap", '""') || benchArgument(daemon, "--userns-remap") !== "";
        return { result: set ? "PASS" : "WARN", why: readsText };
    },
    "2.10": ({ daemon }) => ({
        result: benchArgument(daemon, "--cgroup-parent") === "" ? "PASS" : "WARN",
        why: "Docker Bench never sees cgroup-parent in the configuration file: its pattern (grep -v '') drops every line.",
    }),
    "2.11"({ daemon }) {
        const set = [...benchConfig(daemon, "storage-opts"), benchArgument(daemon, "--storage-opt")];
        const found = set.some((line) => line.includes("dm.basesize"));
        return { result: found ? "WARN" : "PASS", why: readsText };
    },
    "2.12"({ daemon }) {
        const set =
            benchHasValue(daemon, "authorization-plugins", "[]") ||
            benchArguments(daemon, "--authorization-plugin").length > 0;
        return { result: set ? "PASS" : "WARN", why: readsText };
    },
    "2.13": ({ engine }) => ({
        result: engine.loggingDriver.includes("json-file") ? "WARN" : "PASS",
        why: "Docker Bench takes every driver but json-file for remote logging, `local` and `none` too.",
    }),
    "2.14": ({ daemon }) => ({
        result: benchNoNewPrivileges(daemon) ? "PASS" : "WARN",
        why: "Docker Bench takes the argument --no-new-privileges=false for on, and reads the configuration file as text.",
    }),
    "2.15": ({ engine, swarm, daemon }) => ({
        result:
            engine.liveRestore || swarm.state === "active" || benchArgument(daemon, "--live-restore") !== ""
                ? "PASS"
                : "WARN",
        why: "Docker Bench takes the argument --live-restore=false for on.",
    }),
    "2.16"({ daemon }) {
        const off =
            benchConfig(daemon, "userland-proxy").some((line) => line.includes("false")) ||
            benchArgument(daemon, "--userland-proxy=false") !== "";
        return {
            result: off ? "PASS" : "WARN",
            why: "Docker Bench reads the configuration file as text, and knows the argument in one spelling.",
        };
    },
    "2.17": ({ engine }) => ({
        result: engine.securityOptions.some((option) => option.includes("name=seccomp,profile=default"))
            ? "PASS"
            : "INFO",
        why: "Docker Bench only knows the name that Docker's own profile had before engine 23 (`default`; now `builtin`), and does not tell a switched-off profile from another one.",
    }),
    "2.18": ({ engine }) => ({
        result: isOld(engine.version) ? (engine.experimental ? "WARN" : "PASS") : "INFO",
        why: "Docker Bench does not look for experimental features any more from engine 19.04 on, though daemon.json can still switch them on.",
    }),
};
