import { type Wire, ok, part } from "../lib/driver";
import { compareWithOfficial, stopPlugins } from "../lib/scenario";
import { caUses, names, exampleSubject, make, normalize, plain, urn } from "./common";

describe("the tls plugin makes certificates as the official one", function () {
    this.timeout(60_000);
    after(stopPlugins);

    it("to certificates", () =>
        compareWithOfficial(
            "tls",
            "certificates",
            async (plugin) => {
                const keys: Record<string, unknown> = {};
                for (const [name, inputs] of Object.entries({
                    ed25519: { algorithm: "ED25519" },
                    rsa: { algorithm: "RSA" },
                    p224: { algorithm: "ECDSA" },
                    p256: { algorithm: "ECDSA", ecdsaCurve: "P256" },
                    p384: { algorithm: "ECDSA", ecdsaCurve: "P384" },
                    p521: { algorithm: "ECDSA", ecdsaCurve: "P521" },
                })) {
                    keys[name] = (await make(plugin, "PrivateKey", inputs))["privateKeyPem"];
                }
                const base = { privateKeyPem: keys["ed25519"], allowedUses: [], validityPeriodHours: 10 };
                const named = { ...base, subject: { commonName: "x" } };
                const cases: Record<string, Wire> = {
                    minimal: base,
                    everything: {
                        ...base,
                        ...names,
                        privateKeyPem: keys["p256"],
                        allowedUses: caUses,
                        subject: exampleSubject,
                        isCaCertificate: true,
                        setSubjectKeyId: true,
                        setAuthorityKeyId: true,
                        maxPathLength: 2,
                    },
                    "names without subject": { ...base, ...names },
                    "path length 0": { ...named, isCaCertificate: true, maxPathLength: 0 },
                    "path length -1": { ...named, isCaCertificate: true, maxPathLength: -1 },
                    "path length without authority": { ...named, maxPathLength: 1 },
                    "authority without subject": { ...base, isCaCertificate: true },
                    "authority key without subject key": { ...named, setAuthorityKeyId: true },
                    "empty lists": { ...base, subject: {}, dnsNames: [], ipAddresses: [] },
                    "to be renewed at once": { ...base, earlyRenewalHours: 10 },
                    "no time at all": { ...base, validityPeriodHours: 0 },
                    "wrong address": { ...base, ipAddresses: ["1.2.3"] },
                    "wrong name": { ...base, dnsNames: ["é"] },
                    "no key": { ...base, privateKeyPem: "key" },
                    "public key": {
                        ...base,
                        privateKeyPem: "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
                    },
                    ...Object.fromEntries(
                        Object.entries(keys).map(([name, privateKeyPem]) => [
                            `signed with ${name}`,
                            { ...named, privateKeyPem, setSubjectKeyId: true },
                        ]),
                    ),
                };
                const answers: Record<string, unknown> = {};
                for (const [name, inputs] of Object.entries(cases)) {
                    plugin.logs.length = 0;
                    answers[name] = await plugin.create(urn("SelfSignedCert"), inputs);
                    answers[`${name}, logged`] = plugin.logs.filter(({ severity }) => severity > 0);
                    answers[`${name}, preview`] = await plugin.create(urn("SelfSignedCert"), inputs, true);
                }
                return answers;
            },
            normalize,
        ));

    it("to requests and what is signed from them", () =>
        compareWithOfficial(
            "tls",
            "requests",
            async (plugin) => {
                const key = (await make(plugin, "PrivateKey", { algorithm: "ECDSA", ecdsaCurve: "P256" }))[
                    "privateKeyPem"
                ];
                const otherKey = (await make(plugin, "PrivateKey", { algorithm: "RSA" }))["privateKeyPem"];
                const ca = await make(plugin, "SelfSignedCert", {
                    privateKeyPem: key,
                    allowedUses: caUses,
                    validityPeriodHours: 10,
                    subject: { commonName: "ca", emailAddress: "a@b.c" },
                    isCaCertificate: true,
                });
                const full = await plugin.create(urn("CertRequest"), {
                    privateKeyPem: otherKey,
                    subject: exampleSubject,
                    ...names,
                });
                const empty = await plugin.create(urn("CertRequest"), { privateKeyPem: otherKey });
                const request = plain(part(ok(full), "properties"));
                const leaf = {
                    caCertPem: ca["certPem"],
                    caPrivateKeyPem: key,
                    certRequestPem: request["certRequestPem"],
                    allowedUses: ["server_auth", "key_encipherment"],
                    validityPeriodHours: 5,
                };
                const signed = await make(plugin, "LocallySignedCert", leaf);
                const cases: Record<string, Wire> = {
                    leaf,
                    "with key id": { ...leaf, setSubjectKeyId: true },
                    "an authority": { ...leaf, isCaCertificate: true, maxPathLength: 1 },
                    "of an empty request": {
                        ...leaf,
                        certRequestPem: plain(part(ok(empty), "properties"))["certRequestPem"],
                    },
                    "by no authority": { ...leaf, caCertPem: signed["certPem"], caPrivateKeyPem: otherKey },
                    "with another key": { ...leaf, caPrivateKeyPem: otherKey },
                    "no request": { ...leaf, certRequestPem: ca["certPem"] },
                    "no certificate": { ...leaf, caCertPem: "x" },
                };
                const answers: Record<string, unknown> = { full, empty };
                for (const [name, inputs] of Object.entries(cases)) {
                    plugin.logs.length = 0;
                    answers[name] = await plugin.create(urn("LocallySignedCert"), inputs);
                    answers[`${name}, logged`] = plugin.logs.filter(({ severity }) => severity > 0);
                }
                return answers;
            },
            normalize,
        ));
});
