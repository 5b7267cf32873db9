import assert from "node:assert/strict";
import { auditedPaths } from "../../../../audit/checks/audit-rules";
import type { FileFacts, HostFacts } from "../../../../audit/facts";
import { file, goodHost } from "../facts";
import { itTells, judged, kinds, naming } from "./judged";

/** Checks of audit rules: what they call the path, the path, and the kinds that it is looked for as; none: it is not. */
const watched: readonly (readonly [string, string, string, ...FileFacts["kind"][]])[] = [
    ["1.1.3", "/usr/bin/dockerd", "/usr/bin/dockerd"],
    ["1.1.4", "/run/containerd", "/run/containerd"],
    ["1.1.5", "/var/lib/docker", "/var/lib/docker", "directory"],
    ["1.1.6", "/etc/docker", "/etc/docker", "directory"],
    ["1.1.7", "docker.service", "/usr/lib/systemd/system/docker.service", "file"],
    ["1.1.8", "containerd.sock", "/usr/lib/systemd/system/containerd.sock", ...kinds],
    ["1.1.9", "docker.socket", "/etc/systemd/system/docker.socket", ...kinds],
    ["1.1.10", "/etc/default/docker", "/etc/default/docker", "file"],
    ["1.1.11", "/etc/docker/daemon.json", "/etc/docker/daemon.json", "file"],
    ["1.1.12", "/etc/containerd/config.toml", "/etc/containerd/config.toml", "file"],
    ["1.1.13", "/etc/sysconfig/docker", "/etc/sysconfig/docker", "file"],
    ["1.1.14", "/usr/bin/containerd", "/usr/bin/containerd", "file"],
    ["1.1.15", "/usr/bin/containerd-shim", "/usr/bin/containerd-shim", "file"],
    ["1.1.16", "/usr/bin/containerd-shim-runc-v1", "/usr/bin/containerd-shim-runc-v1", "file"],
    ["1.1.17", "/usr/bin/containerd-shim-runc-v2", "/usr/bin/containerd-shim-runc-v2", "file"],
    ["1.1.18", "/usr/bin/runc", "/usr/bin/runc", "file"],
];

function ruled(...rules: string[]): Pick<HostFacts, "auditRules"> {
    return { auditRules: { hasAuditctl: true, isEnabled: true, rules, fileLines: [] } };
}

describe("audit: what is told of audit rules", () => {
    for (const [id, what, path, ...looked] of watched) {
        it(`${id}: whether one watches ${what}`, () => {
            const there = { ...naming, files: looked.slice(0, 1).map((kind) => file(path, 0o644, { kind })) };
            assert.deepEqual(judged(id, { ...there, ...ruled(`-w ${path} -p wa`) }), { result: "PASS" });
            assert.deepEqual(judged(id, { ...there, ...ruled("-w /x") }), {
                result: "WARN",
                details: "No audit rule in force watches it (1 rule in force).",
                items: [path],
            });
            for (const kind of kinds) {
                const isLookedFor = looked.length === 0 || looked.includes(kind);
                assert.deepEqual(
                    judged(id, { ...naming, ...ruled(), files: [file(path, 0o644, { kind })] }),
                    isLookedFor
                        ? {
                              result: "WARN",
                              details: "No audit rule in force watches it (0 rules in force).",
                              items: [path],
                          }
                        : { result: "INFO", details: `${what} is not there.` },
                );
            }
            const { result, details } = judged(id, { ...naming, ...ruled(), files: [] });
            assert.deepEqual(
                [result, details],
                looked.length === 0
                    ? ["WARN", "No audit rule in force watches it (0 rules in force)."]
                    : ["INFO", `${what} is not there.`],
            );
        });
    }

    it("is which paths are the same on every host", () => {
        const fixed = watched.filter(([, what]) => what.startsWith("/")).map(([, , path]) => path);
        assert.deepEqual(auditedPaths, fixed);
    });

    const path = "/run/containerd";
    const off =
        "The kernel has its audit rules, but auditing is switched off (auditctl -e 1 switches it on).";
    const unwatched = "No audit rule in force watches it (1 rule in force).";
    const none = { rules: [], fileLines: [] };
    /** A host where systemd takes docker.service from this path. */
    const served = (unit: string) => ({
        units: { ...goodHost().units, service: { path: unit, dockerBenchPath: undefined } },
        files: [file(unit, 0o644)],
    });
    const [own, elsewhere] = ["/run/systemd/system/docker.service", "/opt/run/docker.service"];
    itTells([
        // /var/run is a link, and a folder of that name elsewhere is none.
        ["1.1.7", { ...served(own), ...ruled(`-w /var${own}`) }, "PASS"],
        [
            "1.1.7",
            { ...served(elsewhere), ...ruled("-w /opt/var/run/docker.service") },
            "WARN",
            unwatched,
            [elsewhere],
        ],
        ...[
            "-w  /run/containerd/ -p wa",
            "-w /run/containerd//",
            "-w /var/run/containerd",
            "-a always,exit -F  dir=/run/containerd -F perm=wa",
        ].map((rule) => ["1.1.4", ruled(rule), "PASS"] as const),
        ...[
            "-a never,exit -F dir=/run/containerd",
            "-a exit,never -F dir=/run/containerd",
            "-a  exit,never -F dir=/run/containerd",
            "-w /run/containerd.d",
        ].map((rule) => ["1.1.4", ruled(rule), "WARN", unwatched, [path]] as const),
        [
            "1.1.4",
            { auditRules: { hasAuditctl: true, isEnabled: false, ...none, rules: [`-w ${path}`] } },
            "WARN",
            off,
            [path],
        ],
        [
            "1.1.4",
            { auditRules: { hasAuditctl: false, isEnabled: true, ...none } },
            "WARN",
            "auditctl is not installed, so the kernel has no audit rules.",
            [path],
        ],
        [
            "1.1.4",
            { auditRules: { hasAuditctl: true, isEnabled: true, ...none, refusal: "off" } },
            "WARN",
            "The kernel was started with audit=0: take that out of its command line.",
            [path],
        ],
    ]);

    it("is what of the host refuses them", () => {
        const refused = (refusal: "container" | "unbuilt") =>
            judged("1.1.4", { auditRules: { hasAuditctl: true, isEnabled: true, ...none, refusal } });
        assert.deepEqual(refused("container"), {
            result: "WARN",
            details: "The host is a container, and the kernel takes audit rules from no container.",
            items: [path],
            hostLimit: "the host is a container, and the kernel takes audit rules from no container",
        });
        assert.deepEqual(refused("unbuilt"), {
            result: "WARN",
            details: "The kernel is built without audit.",
            items: [path],
            hostLimit: "the kernel is built without audit",
        });
    });
});
