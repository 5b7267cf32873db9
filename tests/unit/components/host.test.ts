import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { HardenedHost } from "../../../components/host";
import { auditFacts } from "../../../audit/audit";
import { renderAuditRules } from "../../../components/host/audit-rules";
import { renderDaemonJson } from "../../../components/host/daemon";
import { engineFactsSchema } from "../../../outputs/host";
import { parseOutput } from "../../../outputs/parse";
import { goodHost } from "../audit/facts";
import { hostOutputs, someReach, someSettings } from "../../support/host";
import { record, valueOf } from "../../support/program";

const host = () => {
    const { engine, audit } = someSettings();
    return new HardenedHost("host", { ...someReach(), engine, audit });
};

describe("HardenedHost", () => {
    it("is these resources, and no others", async () => {
        const program = await record(host, hostOutputs);
        assert.deepEqual(program.children(undefined), ["portcullis:host:HardenedHost host"]);
        assert.deepEqual(program.children("host"), [
            "command:remote:Command host-audit-rules",
            "command:remote:Command host-daemon",
            "command:remote:Command host-engine",
            "command:remote:Command host-userns-proof",
            "portcullis:audit:AuditBaseline host-baseline",
            "portcullis:host:Toolkit host-toolkit",
            "pulumi:providers:docker host-docker",
        ]);
        assert.deepEqual(program.children("host-toolkit"), [
            "command:remote:Command host-toolkit-claim",
            "command:remote:Command host-toolkit-scripts",
        ]);
        assert.deepEqual(program.children("host-baseline"), [
            "command:local:Command host-baseline-taken",
            "command:remote:Command host-baseline-kept",
        ]);
        assert.equal(program.resources.length, 12);
    });

    it("goes in order: scripts, engine, baseline, daemon.json, then audit rules and proof", async () => {
        const program = await record(host, hostOutputs);
        assert.deepEqual(program.get("host-engine").dependsOn, ["host-toolkit-scripts"]);
        assert.deepEqual(program.get("host-baseline-taken").dependsOn, ["host-engine"]);
        assert.deepEqual(program.get("host-daemon").dependsOn, [
            "host-baseline-kept",
            "host-toolkit-scripts",
        ]);
        assert.deepEqual(program.get("host-audit-rules").dependsOn, ["host-daemon", "host-toolkit-scripts"]);
        assert.deepEqual(program.get("host-userns-proof").dependsOn, ["host-daemon", "host-toolkit-scripts"]);
    });

    it("pins the host's key for every command and for the engine's API", async () => {
        const program = await record(host, hostOutputs);
        for (const resource of program.resources.filter(({ type }) => type === "command:remote:Command")) {
            const { connection } = resource.inputs;
            assert.ok(typeof connection === "object" && connection !== null);
            assert.equal(Reflect.get(connection, "hostKey"), "ssh-ed25519 AAAAC3Nza", resource.name);
            assert.ok(resource.secretInputs.includes("connection"), resource.name);
        }
        const sshOpts = String(program.get("host-docker").inputs["sshOpts"]);
        assert.match(sshOpts, /StrictHostKeyChecking=yes/);
        assert.match(sshOpts, /KnownHostsCommand=\/bin\/echo %H ssh-ed25519 AAAAC3Nza/);
        assert.doesNotMatch(sshOpts, /the private key/);
    });

    it("knows the engine's address in a preview where one answers, so that replacements can be told", async () => {
        const program = await record(host, () => ({}), true);
        assert.equal(program.get("host-docker").inputs["host"], "ssh://root@192.0.2.10:22");
    });

    it("waits for the engine's installation where none answers, so that a preview needs no engine", async () => {
        const { engine, audit } = someSettings();
        const bare = () => new HardenedHost("host", { ...someReach(false), engine, audit });
        const program = await record(bare, () => ({}), true);
        assert.ok(pulumi.isUnknown(program.get("host-docker").inputs["host"]));
        const later = await record(bare, hostOutputs);
        assert.equal(later.get("host-docker").inputs["host"], "ssh://root@192.0.2.10:22");
        assert.equal(await valueOf(later.result.dockerHost), "ssh://root@192.0.2.10:22");
    });

    it("gives the proof in plain, though the connection is secret", async () => {
        const { result } = await record(host, hostOutputs);
        assert.equal(await pulumi.isSecret(result.usernsProof), false);
        assert.equal((await valueOf(result.usernsProof)).containerRootHostUid, 100000);
        assert.equal((await valueOf(result.facts)).rootDir, "/var/lib/docker/100000.100000");
    });

    it("proves anew when asked to, and does nothing else for that", async () => {
        const { engine, audit } = someSettings();
        const create = async (rerun?: string) => {
            const args = { ...someReach(), engine, audit, rerun };
            const program = await record(() => new HardenedHost("host", args), hostOutputs);
            return new Map(program.resources.map(({ name, inputs }) => [name, JSON.stringify(inputs)]));
        };
        const [before, after] = [await create(), await create("today")];
        const changed = [...before.keys()].filter((name) => before.get(name) !== after.get(name));
        assert.deepEqual(changed, ["host-userns-proof"]);
    });

    it("undoes daemon.json on destroy, and leaves the engine installed", async () => {
        const program = await record(host, hostOutputs);
        assert.match(String(program.get("host-daemon").inputs["delete"]), /restore-engine\.sh/);
        assert.equal(program.get("host-engine").inputs["delete"], undefined);
    });

    it("sends nothing of an earlier run through the environment", async () => {
        const program = await record(host, hostOutputs);
        for (const { name, inputs } of program.resources.filter(
            ({ type }) => type === "command:remote:Command",
        )) {
            assert.equal(inputs["addPreviousOutputInEnv"], false, name);
            assert.equal(inputs["environment"], undefined, name);
        }
    });
});

describe("audit rules", () => {
    it("are one for each path that the audit asks for, and leave out what containers write", () => {
        const rules = renderAuditRules().trimEnd().split("\n");
        assert.ok(rules.includes("-a always,exit -F path=/usr/bin/runc -F perm=wa -F key=docker"));
        assert.ok(rules.includes("-a always,exit -F dir=/etc/docker -F perm=wa -F key=docker"));
        assert.ok(
            rules.includes("-a always,exit -F dir=/var/lib/docker -F perm=wa -F uid<100000 -F key=docker"),
        );
        assert.ok(rules.includes("-a always,exit -F path=/run/containerd -F perm=wa -F key=docker"));
        assert.equal(new Set(rules).size, rules.length);
        for (const rule of rules) {
            assert.match(
                rule,
                /^-a always,exit -F (path|dir)=\/\S+ -F perm=wa( -F uid<100000)? -F key=docker$/,
            );
        }
    });

    it("are what the audit's checks 1.1.x ask for", () => {
        const facts = goodHost({
            auditRules: {
                hasAuditctl: true,
                isEnabled: true,
                rules: renderAuditRules().split("\n"),
                fileLines: [],
            },
        });
        const judged = auditFacts(facts).results.filter(({ id }) => /^1\.1\.([3-9]|1\d)$/.test(id));
        assert.equal(judged.length, 16);
        assert.deepEqual(
            judged.filter(({ result }) => result === "WARN"),
            [],
        );
        assert.ok(judged.some(({ result }) => result === "PASS"));
    });
});

describe("daemon.json", () => {
    it("is hardened without being asked", () => {
        assert.deepEqual(JSON.parse(renderDaemonJson(someSettings().engine)), {
            "default-ulimits": {
                nofile: { Name: "nofile", Soft: 1024, Hard: 4096 },
                nproc: { Name: "nproc", Soft: 1024, Hard: 2048 },
            },
            icc: false,
            "live-restore": true,
            "log-driver": "local",
            "log-level": "info",
            "log-opts": { "max-size": "10m", "max-file": "5" },
            "no-new-privileges": true,
            "userland-proxy": false,
            "userns-remap": "default",
        });
    });

    it("keeps other settings, and has no options that journald would refuse", () => {
        const text = renderDaemonJson(
            someSettings({
                engine: { logDriver: "journald", settings: { "data-root": "/data", dns: ["192.0.2.1"] } },
            }).engine,
        );
        const parsed = JSON.parse(text) as Record<string, unknown>;
        assert.equal(parsed["data-root"], "/data");
        assert.deepEqual(parsed["dns"], ["192.0.2.1"]);
        assert.equal(parsed["log-opts"], undefined);
        assert.equal(parsed["userns-remap"], "default");
    });
});

describe("facts of the host", () => {
    it("are refused where a script printed something else", () => {
        assert.throws(
            () => parseOutput(engineFactsSchema, "configure-engine.sh", "oops"),
            /configure-engine\.sh printed no JSON: oops/,
        );
        assert.throws(
            () => parseOutput(engineFactsSchema, "configure-engine.sh", '{"rootDir":1}'),
            /configure-engine\.sh.*rootDir/s,
        );
    });
});
