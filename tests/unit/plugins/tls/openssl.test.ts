import assert from "node:assert/strict";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { utils } from "ssh2";
import { type Wire, Plugin, failure, ok, part } from "../lib/driver";
import { make, urn } from "./common";
import { openssl, opensslVerdict } from "./openssl";

const keys: Record<string, Wire> = {
    RSA: { algorithm: "RSA" },
    P224: { algorithm: "ECDSA", ecdsaCurve: "P224" },
    P256: { algorithm: "ECDSA", ecdsaCurve: "P256" },
    P384: { algorithm: "ECDSA", ecdsaCurve: "P384" },
    P521: { algorithm: "ECDSA", ecdsaCurve: "P521" },
    ED25519: { algorithm: "ED25519" },
};

describe("what the tls plugin makes", function () {
    this.timeout(30_000);
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "tls-plugin-"));
    let plugin: Plugin;

    function save(name: string, content: unknown): string {
        const file = path.join(folder, name);
        fs.writeFileSync(file, String(content));
        return file;
    }

    before(async () => {
        plugin = await Plugin.start("tls");
        await plugin.configure();
    });
    after(async () => {
        await plugin.stop();
        fs.rmSync(folder, { recursive: true });
    });

    for (const [name, inputs] of Object.entries(keys)) {
        it(`serves OpenSSL, Node and SSH: ${name}`, async () => {
            const key = await make(plugin, "PrivateKey", inputs);
            const pem = String(key["privateKeyPem"]);
            assert.match(openssl(["pkey", "-check", "-noout"], pem), /Key is valid/);
            assert.equal(
                openssl(["pkey", "-pubout"], String(key["privateKeyPemPkcs8"])),
                key["publicKeyPem"],
            );
            const fromPem = crypto.createPrivateKey(pem);
            assert.equal(fromPem.equals(crypto.createPrivateKey(String(key["privateKeyPemPkcs8"]))), true);
            if (name === "P224") {
                assert.deepEqual([key["privateKeyOpenssh"], key["publicKeyOpenssh"]], ["", ""]);
                return;
            }
            const parsed = utils.parseKey(String(key["privateKeyOpenssh"]));
            assert.ok(!(parsed instanceof Error) && !Array.isArray(parsed));
            const [type, blob] = String(key["publicKeyOpenssh"]).split(" ");
            assert.equal(parsed.type, type);
            assert.equal(parsed.getPublicSSH().toString("base64"), blob?.trim());
            assert.equal(
                crypto.createPrivateKey(parsed.getPrivatePEM()).asymmetricKeyType,
                fromPem.asymmetricKeyType,
            );
        });

        it(`is a chain that OpenSSL trusts, for its names only: ${name}`, async () => {
            const caKey = (await make(plugin, "PrivateKey", inputs))["privateKeyPem"];
            const ca = await make(plugin, "SelfSignedCert", {
                privateKeyPem: caKey,
                allowedUses: ["cert_signing"],
                validityPeriodHours: 10,
                isCaCertificate: true,
                subject: { commonName: "authority" },
            });
            const leafKey = (await make(plugin, "PrivateKey", inputs))["privateKeyPem"];
            const request = await make(plugin, "CertRequest", {
                privateKeyPem: leafKey,
                subject: { commonName: "registry" },
                dnsNames: ["registry.example"],
                ipAddresses: ["10.0.0.1"],
            });
            assert.match(
                opensslVerdict([
                    "req",
                    "-verify",
                    "-noout",
                    "-in",
                    save("request.pem", request["certRequestPem"]),
                ]),
                /verify OK/,
            );
            const leaf = await make(plugin, "LocallySignedCert", {
                caCertPem: ca["certPem"],
                caPrivateKeyPem: caKey,
                certRequestPem: request["certRequestPem"],
                allowedUses: ["server_auth"],
                validityPeriodHours: 5,
            });
            const [caFile, leafFile] = [save("ca.pem", ca["certPem"]), save("leaf.pem", leaf["certPem"])];
            const verdict = (...args: string[]): string =>
                opensslVerdict([
                    "verify",
                    "-x509_strict",
                    "-purpose",
                    "sslserver",
                    ...args,
                    "-CAfile",
                    caFile,
                    leafFile,
                ]);
            assert.match(verdict("-verify_hostname", "registry.example"), /: OK$/m);
            assert.match(verdict("-verify_ip", "10.0.0.1"), /: OK$/m);
            assert.match(verdict("-verify_hostname", "other.example"), /hostname mismatch/);
            assert.match(verdict("-purpose", "sslclient"), /unsuitable certificate purpose/);
            const later = String(Math.floor(Date.now() / 1000) + 6 * 3600);
            assert.match(verdict("-attime", later), /certificate has expired/);
            const certificate = new crypto.X509Certificate(String(leaf["certPem"]));
            assert.equal(certificate.checkPrivateKey(crypto.createPrivateKey(String(leafKey))), true);
            assert.equal(BigInt(`0x${certificate.serialNumber}`).toString(), leaf["id"]);
            const end = Date.parse(String(leaf["validityEndTime"]));
            assert.equal(certificate.validToDate.getTime(), Math.floor(end / 1000) * 1000);
        });
    }

    it("has its own serial number each time", async () => {
        const privateKeyPem = (await make(plugin, "PrivateKey", { algorithm: "ED25519" }))["privateKeyPem"];
        const inputs = { privateKeyPem, allowedUses: [], validityPeriodHours: 1 };
        const numbers = new Set<unknown>();
        for (let count = 0; count < 20; count++) {
            numbers.add((await make(plugin, "SelfSignedCert", inputs))["id"]);
        }
        assert.equal(numbers.size, 20);
    });

    it("gives private keys as secrets, and shows nothing of them when it fails", async () => {
        const answer = ok(await plugin.create(urn("PrivateKey"), { algorithm: "ED25519" }));
        const properties = part(answer, "properties");
        for (const name of ["privateKeyPem", "privateKeyPemPkcs8", "privateKeyOpenssh"]) {
            assert.equal(Object.values(part(properties, name))[0], "1b47061264138c4ac30d75fd1eb44270", name);
        }
        const secret = "MC4CAQAwBQYDK2VwBCIEIAabbbbbbbbbbb";
        const privateKeyPem = `-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----\n`;
        const inputs = { privateKeyPem, allowedUses: [], validityPeriodHours: 1 };
        const error = failure(await plugin.create(urn("SelfSignedCert"), inputs));
        assert.match(error, /^Failed to parse private key PEM/);
        assert.equal(JSON.stringify([error, plugin.logs, plugin.stderr]).includes(secret), false);
    });

    it("is never made from an input that it does not have", async () => {
        const inputs = { algorithm: "ED25519", curve: "x" };
        const { failures } = ok(await plugin.check(urn("PrivateKey"), inputs));
        assert.deepEqual(failures, [
            {
                property: "curve",
                reason: "Unknown input 'curve': remove it, or use one of algorithm, ecdsaCurve, rsaBits",
            },
        ]);
        const nested = { privateKeyPem: "k", subject: { cn: "x" } };
        const answer = JSON.stringify(ok(await plugin.check(urn("CertRequest"), nested))["failures"]);
        assert.match(answer, /Unknown input 'subject.cn'/);
    });
});
