import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as bcrypt from "bcryptjs";
import { unsealed } from "../../../transport/seal";
import { hostOutputs } from "../../support/host";
import { parts, wholeStack } from "../../support/parts";
import { plainStrings, record, valueOf } from "../../support/program";

describe("Registry", () => {
    const registry = () => parts().registry;

    it("is these resources, and no others", async () => {
        const program = await record(registry, hostOutputs);
        assert.deepEqual(program.children("registry"), [
            "command:remote:Command registry-config",
            "command:remote:Command registry-data-owner",
            "command:remote:Command registry-htpasswd",
            "command:remote:Command registry-network-noted",
            "command:remote:Command registry-scan-noted",
            "docker:index/network:Network registry-network",
            "docker:index/network:Network registry-scan",
            "docker:index/volume:Volume registry-data",
            "portcullis:container:HardenedContainer registry-service",
            "portcullis:tls:Certificates registry-certificates",
        ]);
        assert.deepEqual(program.children("registry-certificates"), [
            "command:remote:Command registry-certificates-ca",
            "command:remote:Command registry-certificates-server-certificate",
            "command:remote:Command registry-certificates-server-key",
            "command:remote:Command registry-certificates-trust",
            "tls:index/certRequest:CertRequest registry-certificates-server-request",
            "tls:index/locallySignedCert:LocallySignedCert registry-certificates-server",
            "tls:index/privateKey:PrivateKey registry-certificates-ca-key",
            "tls:index/privateKey:PrivateKey registry-certificates-server-key-pair",
            "tls:index/selfSignedCert:SelfSignedCert registry-certificates-ca",
        ]);
    });

    it("is published on one address, with TLS and a password file, its data on the volume", async () => {
        const { inputs } = (await record(registry, hostOutputs)).get("registry-service-container");
        assert.deepEqual(inputs["ports"], [{ internal: 5000, external: 5000, ip: "192.0.2.10" }]);
        assert.deepEqual(inputs["mounts"], [
            {
                type: "bind",
                source: "/etc/portcullis/registry/config.yml",
                target: "/etc/portcullis/config.yml",
                readOnly: true,
            },
            {
                type: "bind",
                source: "/etc/portcullis/registry/htpasswd",
                target: "/etc/portcullis/htpasswd",
                readOnly: true,
            },
            {
                type: "bind",
                source: "/etc/portcullis/registry/tls/server.crt",
                target: "/etc/portcullis/tls/server.crt",
                readOnly: true,
            },
            {
                type: "bind",
                source: "/etc/portcullis/registry/tls/server.key",
                target: "/etc/portcullis/tls/server.key",
                readOnly: true,
            },
            { type: "volume", source: "p-registry", target: "/var/lib/registry", readOnly: false },
        ]);
    });

    it("has a certificate for its address, its names, and its name on the network shared with Clair", async () => {
        const program = await record(
            () => parts({ registry: { names: ["registry.example.org"] } }).registry,
            hostOutputs,
        );
        const { inputs } = program.get("registry-certificates-server-request");
        assert.deepEqual(inputs["ipAddresses"], ["192.0.2.10"]);
        assert.deepEqual(inputs["dnsNames"], ["registry.example.org", "registry.portcullis.internal"]);
    });

    it("writes keys and passwords for the service alone, as secrets, by standard input", async () => {
        const program = await record(registry, hostOutputs);
        for (const name of ["registry-config", "registry-htpasswd", "registry-certificates-server-key"]) {
            const { inputs, secretInputs } = program.get(name);
            assert.match(String(inputs["create"]), / 0400 1000 /, name);
            assert.ok(secretInputs.includes("stdin"), name);
            assert.equal(inputs["logging"], "none", name);
        }
        assert.match(
            String(program.get("registry-certificates-trust").inputs["create"]),
            /certs\.d\/192\.0\.2\.10\\:5000\/ca\.crt 0444 root/,
        );
    });

    it("lets in exactly the users that it is given, and knows nobody else", async () => {
        const program = await record(registry, hostOutputs);
        const users = unsealed(String(program.get("registry-htpasswd").inputs["stdin"]));
        const { result } = program;
        assert.deepEqual(
            users.split("\n").map((line) => line.split(":")[0]),
            ["portcullis", "scanner", ""],
        );
        const other = result.accessAs("scanner");
        assert.equal(result.user.name, "portcullis");
        assert.equal(other.user.name, "scanner");
        assert.equal(other.internalServer, "registry.portcullis.internal:5000");
        assert.notEqual(await valueOf(other.user.password), await valueOf(result.user.password));
        for (const { user } of [result, other]) {
            const hash = new RegExp(`^${user.name}:(.*)$`, "m").exec(users)?.[1] ?? "";
            assert.ok(await bcrypt.compare(await valueOf(user.password), hash), user.name);
        }
        assert.throws(() => result.accessAs("nobody"), /192\.0\.2\.10:5000: the registry has no user nobody/);
    });

    it("serves an unprivileged port in its container where a privileged one is published", async () => {
        const program = await record(() => parts({ registry: { port: 443 } }).registry, hostOutputs);
        assert.deepEqual(program.get("registry-service-container").inputs["ports"], [
            { internal: 5000, external: 443, ip: "192.0.2.10" },
        ]);
        assert.match(String(program.get("registry-config").inputs["stdin"]), /addr: :5000$/m);
        assert.match(
            String(program.get("registry-certificates-trust").inputs["create"]),
            /192\.0\.2\.10\\:443\/ca\.crt/,
        );
        const { server, internalServer, url } = program.result;
        assert.deepEqual(
            [server, internalServer, url],
            ["192.0.2.10:443", "registry.portcullis.internal:5000", "https://192.0.2.10:443"],
        );
    });

    it("keeps its volume on destroy unless told otherwise", async () => {
        assert.equal((await record(registry, hostOutputs)).get("registry-data").options.retainOnDelete, true);
        const other = await record(() => parts({ registry: { retainVolume: false } }).registry, hostOutputs);
        assert.equal(other.get("registry-data").options.retainOnDelete, false);
    });
});

describe("Scanner", () => {
    it("is these resources, and no others", async () => {
        const program = await record(() => wholeStack(), hostOutputs);
        assert.deepEqual(program.children("scanner"), [
            "command:local:Command scanner-advisories",
            "command:remote:Command scanner-advisory-proof",
            "command:remote:Command scanner-clair-config",
            "command:remote:Command scanner-clair-mapping",
            "command:remote:Command scanner-clair-spool",
            "command:remote:Command scanner-database-noted",
            "command:remote:Command scanner-databases",
            "command:remote:Command scanner-postgres-data-owner",
            "command:remote:Command scanner-postgres-password",
            "docker:index/network:Network scanner-database",
            "docker:index/volume:Volume scanner-postgres-data",
            "portcullis:container:HardenedContainer scanner-clair",
            "portcullis:container:HardenedContainer scanner-postgres",
        ]);
    });

    it("publishes nothing, and has internal networks only", async () => {
        const program = await record(() => wholeStack(), hostOutputs);
        for (const name of ["scanner-postgres-container", "scanner-clair-container"]) {
            assert.equal(program.get(name).inputs["ports"], undefined);
        }
        assert.equal(program.get("scanner-database").inputs["internal"], true);
        assert.equal(program.get("registry-scan").inputs["internal"], true);
        assert.deepEqual(program.get("scanner-postgres-container").inputs["networksAdvanced"], [
            { name: "p-database", aliases: ["postgres"] },
        ]);
    });

    it("has a way out for Clair alone, where its own updaters fetch the advisories", async () => {
        const program = await record(() => wholeStack({}, false), hostOutputs);
        assert.equal(program.get("scanner-egress").inputs["internal"], undefined);
        const attached = program.resources.filter(({ inputs }) =>
            JSON.stringify(inputs["networksAdvanced"] ?? "").includes("p-egress"),
        );
        assert.deepEqual(
            attached.map(({ name }) => name),
            ["scanner-clair-container"],
        );
        assert.ok(!program.resources.some(({ name }) => name === "scanner-advisories"));
    });

    it("scans nothing before the advisories are proven present", async () => {
        const program = await record(() => wholeStack(), hostOutputs);
        assert.ok(program.get("scanner-advisory-proof").dependsOn.includes("scanner-advisories"));
        for (const name of ["scans-team-app-scan", "scans-canaries"]) {
            assert.ok(program.get(name).dependsOn.includes("scanner-advisory-proof"), name);
        }
    });
});

describe("ImageScans", () => {
    it("scans each image and the canaries, and has one gate over all", async () => {
        const program = await record(() => wholeStack(), hostOutputs);
        assert.deepEqual(program.children("scans"), [
            "command:local:Command scans-gate",
            "command:remote:Command scans-canaries",
            "command:remote:Command scans-others-dropped",
            "portcullis:scan:ScannedImage scans-team-app",
        ]);
        assert.deepEqual(program.children("scans-team-app"), [
            "command:remote:Command scans-team-app-pushed",
            "command:remote:Command scans-team-app-scan",
        ]);
        const input = JSON.parse(String(program.get("scans-gate").inputs["stdin"])) as {
            scans: { name: string; enforce: boolean }[];
        };
        assert.deepEqual(
            input.scans.map(({ name, enforce }) => [name, enforce]),
            [["team/app", true]],
        );
    });

    it("pulls for Clair as a user of its own, whose password is a secret on standard input", async () => {
        const program = await record(() => wholeStack(), hostOutputs);
        assert.ok(program.get("scans-team-app-scan").secretInputs.includes("stdin"));
        assert.ok(program.get("scans-team-app-pushed").secretInputs.includes("stdin"));
    });

    it("scans again when asked to", async () => {
        const before = await record(() => wholeStack(), hostOutputs);
        const after = await record(() => wholeStack({ scan: { rescan: "today" } }), hostOutputs);
        for (const name of ["scans-team-app-scan", "scans-canaries"]) {
            assert.notEqual(before.get(name).inputs["create"], after.get(name).inputs["create"]);
        }
        assert.equal(
            before.get("scans-team-app-pushed").inputs["create"],
            after.get("scans-team-app-pushed").inputs["create"],
        );
    });
});

describe("the whole stack", () => {
    it("confines every container", async () => {
        const program = await record(() => wholeStack(), hostOutputs);
        const containers = program.resources.filter(
            ({ type }) => type === "docker:index/container:Container",
        );
        assert.deepEqual(containers.map(({ name }) => name).sort(), [
            "registry-service-container",
            "scanner-clair-container",
            "scanner-postgres-container",
        ]);
        for (const { name, inputs, options } of containers) {
            assert.match(String(inputs["user"]), /^[1-9][0-9]*:[1-9][0-9]*$/, name);
            assert.equal(inputs["readOnly"], true, name);
            assert.deepEqual(inputs["capabilities"], { drops: ["ALL"] }, name);
            assert.equal(inputs["privileged"], undefined, name);
            assert.deepEqual(options.replaceOnChanges, ["healthcheck", "init", "mounts", "tmpfs"], name);
            assert.ok(
                program.resources.some((other) => other.name === name.replace(/-container$/, "-pids")),
                name,
            );
        }
    });

    it("puts everything on the engine it was given", async () => {
        const program = await record(() => wholeStack(), hostOutputs);
        for (const { name, options } of program.resources.filter(({ type }) => type.startsWith("docker:"))) {
            assert.ok("provider" in options && options.provider !== undefined, name);
        }
    });

    it("has no secret in any plain input", async () => {
        const program = await record(() => wholeStack(), hostOutputs);
        const { secrets, registry, scanner } = program.result;
        const values = await Promise.all(
            [
                secrets.registryPassword,
                secrets.scannerPassword,
                secrets.superuserPassword,
                secrets.databasePassword,
                secrets.clairKey,
                scanner.access.clientConfig,
            ].map((output) => valueOf(output)),
        );
        const auth = JSON.stringify(values.at(-1)).replace(/.*auth[\\"]*:[\\"]*([A-Za-z0-9+/=]+).*/, "$1");
        const plain = plainStrings(program).join("\n");
        for (const value of [...values, auth, "the private key"]) {
            assert.ok(!plain.includes(value), "a secret is in a plain input");
        }
        // The search itself must be able to find something.
        assert.ok(plain.includes("registry.portcullis.internal"));
        assert.equal(await pulumi.isSecret(registry.user.password), true);
    });
});
