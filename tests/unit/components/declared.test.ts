import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { declarationSchema, type DeclaredItem } from "../../../declaration";
import { HostAudit } from "../../../components/audit";
import { HardenedHost } from "../../../components/host";
import { unsealed } from "../../../transport/seal";
import { hostOutputs, someReach, someSettings } from "../../support/host";
import { wholeStack } from "../../support/parts";
import { record, valueOf, type MockOutputs, type Recorded } from "../../support/program";

/** A host, all that is on it, and its audit. */
function program(offline = true) {
    const settings = someSettings();
    const host = new HardenedHost("host", {
        ...someReach(),
        engine: settings.engine,
        audit: settings.audit,
        authorizationPlugin: { file: "some/portcullis-authorization", sha256: "a".repeat(64) },
    });
    const stack = wholeStack({}, offline);
    const audit = new HostAudit("audit", {
        host,
        prefix: "p",
        settings: settings.audit,
        reportFolder: "reports/test",
        parts: [stack.registry, stack.scanner],
        after: stack.scans,
    });
    return { ...stack, audit };
}

async function declaredBy(outputs: MockOutputs = hostOutputs, offline = true) {
    const recorded = await record(() => program(offline), outputs);
    const declaration = await valueOf(recorded.result.audit.declaration);
    return { recorded, declaration, items: declaration.items };
}

function nameOf(urn: string): string {
    return urn.slice(urn.lastIndexOf("::") + 2);
}

/** Names of the resources that put something on the host which stays there, and can be looked at. */
function lasting({ resources }: Recorded<unknown>): string[] {
    const isLasting = (type: string, create: unknown): boolean =>
        /^docker:index\/(container|network|volume):/.test(type) ||
        /(place-file|configure-engine|install-authorization|limit-pids)\.sh/.test(String(create));
    return resources
        .filter(({ type, inputs }) => isLasting(type, inputs["create"]))
        .map(({ name }) => name)
        .sort();
}

describe("what the stack declares of its host", () => {
    it("is a document of its schema, and plain", async () => {
        const { declaration, recorded } = await declaredBy();
        assert.deepEqual(
            declarationSchema.parse(JSON.parse(JSON.stringify(declaration))),
            JSON.parse(JSON.stringify(declaration)),
        );
        assert.equal(await pulumi.isSecret(recorded.result.audit.declaration), false);
    });

    for (const offline of [true, false]) {
        it(`leaves no container, network, volume, file or limit out, ${offline ? "offline" : "with a way out"}`, async () => {
            const { recorded, items } = await declaredBy(hostOutputs, offline);
            const named = new Set(
                items.flatMap((item) => [
                    nameOf(item.resource),
                    ...(item.kind === "container" ? Object.values(item.settingResources).map(nameOf) : []),
                ]),
            );
            const expected = lasting(recorded);
            assert.ok(expected.length >= 20, expected.join(" "));
            assert.deepEqual(
                expected.filter((name) => !named.has(name)),
                [],
            );
        });
    }

    it("has what daemon.json was given, the host's ids, and a container's settings from its arguments", async () => {
        const { recorded, items } = await declaredBy();
        const find = <K extends DeclaredItem["kind"]>(kind: K, name: string) =>
            items.find(
                (item): item is Extract<DeclaredItem, { kind: K }> =>
                    item.kind === kind && nameOf(item.resource) === name,
            ) ?? assert.fail(`${kind} ${name}`);
        const daemonJson = recorded.get("host-daemon").inputs["stdin"];
        assert.deepEqual(find("daemon", "host-daemon").settings, JSON.parse(unsealed(String(daemonJson))));
        assert.deepEqual(
            items.flatMap((item) => (item.kind === "idRange" ? [[item.path, item.first, item.count]] : [])),
            [
                ["/etc/subuid", 100000, 65536],
                ["/etc/subgid", 100000, 65536],
            ],
        );
        const key = find("file", "registry-certificates-server-key");
        assert.deepEqual([key.uid, key.gid, key.mode], [101000, 101000, "0400"]);
        const plugin = items.flatMap((item) =>
            item.kind === "file" && nameOf(item.resource) === "host-authorization" ? [item] : [],
        );
        assert.deepEqual(
            plugin.map(({ path, mode, sha256 }) => [path, mode, sha256]),
            [
                ["/usr/local/lib/portcullis-authorization/plugin", "0755", "a".repeat(64)],
                ["/etc/systemd/system/portcullis-authorization.socket", "0644", "b".repeat(64)],
            ],
        );
        const closed = items.flatMap((item) => (item.kind === "absent" ? [item.path] : []));
        assert.ok(closed.includes("/etc/systemd/system/portcullis-authorization.service.d"));
        const { settings } = find("container", "registry-service-container");
        const { inputs } = recorded.get("registry-service-container");
        assert.equal(settings.memory, Number(inputs["memory"]) * 1024 * 1024);
        assert.equal(settings.user, inputs["user"]);
        assert.deepEqual(settings.ports, ["192.0.2.10:5000->5000/tcp"]);
        assert.ok(settings.mounts.includes("volume p-registry -> /var/lib/registry"));
        assert.equal(settings.healthcheck.interval, 5);
        assert.match(settings.labels["portcullis.config"] ?? "", /^f{16}\./);
        const certificates = items.flatMap((item) => (item.kind === "certificate" ? [item] : []));
        assert.deepEqual(
            certificates.map(({ path, renewalDays }) => [path, renewalDays]),
            [
                ["/etc/portcullis/registry/tls/server.crt", 30],
                ["/etc/portcullis/registry/tls/ca.crt", 90],
                ["/etc/docker/certs.d/192.0.2.10:5000/ca.crt", 90],
            ],
        );
        assert.deepEqual(certificates[0]?.names, ["IP Address:192.0.2.10", "DNS:registry.example.org"]);
    });

    it("holds no secret, and no digest from which one that a person chose could be guessed", async () => {
        const { recorded, items, declaration } = await declaredBy();
        const { secrets } = recorded.result;
        const values = await Promise.all(
            [
                secrets.seed,
                secrets.registryPassword,
                secrets.scannerPassword,
                secrets.superuserPassword,
                secrets.databasePassword,
                secrets.clairKey,
            ].map((output) => valueOf(output)),
        );
        const text = JSON.stringify(declaration);
        for (const value of values) {
            assert.ok(!text.includes(value), "a secret is declared");
        }
        // The same search finds them where they are on purpose.
        const shown = JSON.stringify(recorded.resources.map(({ inputs }) => inputs));
        for (const value of values.slice(3, 5)) {
            assert.ok(shown.includes(value));
        }

        // All else the same, with another seed every secret file is another: its digest tells nothing of the rest.
        const other: MockOutputs = (resource) =>
            resource.name === "secrets-seed" || resource.name === "registry-certificates-server-key-pair"
                ? { ...hostOutputs(resource), privateKeyPem: "-----BEGIN PRIVATE KEY-----\nanother" }
                : hostOutputs(resource);
        const digests = (all: readonly DeclaredItem[]) =>
            new Map(all.flatMap((item) => (item.kind === "file" ? [[item.path, item.sha256]] : [])));
        const [before, after] = [digests(items), digests((await declaredBy(other)).items)];
        const secret = recorded.resources.filter(
            ({ inputs, secretInputs }) =>
                String(inputs["create"]).includes("place-file.sh") && secretInputs.includes("stdin"),
        );
        assert.equal(secret.length, 5);
        for (const { name } of secret) {
            const item = items.find((one) => one.kind === "file" && nameOf(one.resource) === name);
            assert.ok(item?.kind === "file", name);
            assert.notEqual(after.get(item.path), before.get(item.path), name);
        }
    });
});
