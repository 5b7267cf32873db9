import { type Wire, ok, part } from "../lib/driver";
import { compareWithOfficial, stopPlugins } from "../lib/scenario";
import { unknownValue, names, exampleSubject, make, normalize, plain, urn } from "./common";

describe("the tls plugin answers as the official one", function () {
    this.timeout(60_000);
    after(stopPlugins);

    it("to checks", () =>
        compareWithOfficial(
            "tls",
            "check",
            async (plugin) => {
                const base = { privateKeyPem: "k", allowedUses: ["cert_signing"], validityPeriodHours: 10 };
                const cases: Record<string, [string, Wire]> = {
                    key: ["PrivateKey", { algorithm: "ECDSA", ecdsaCurve: "P256" }],
                    "unknown key": ["PrivateKey", { algorithm: unknownValue, rsaBits: unknownValue }],
                    certificate: [
                        "SelfSignedCert",
                        { ...base, ...names, subject: exampleSubject, maxPathLength: 1 },
                    ],
                    "wrong uses": ["SelfSignedCert", { ...base, allowedUses: ["foo", "bar"] }],
                    "negative hours": ["SelfSignedCert", { ...base, validityPeriodHours: -1 }],
                    "negative path length": ["SelfSignedCert", { ...base, maxPathLength: -2 }],
                    "empty address": ["SelfSignedCert", { ...base, ipAddresses: [""] }],
                    unknowns: [
                        "SelfSignedCert",
                        { ...base, privateKeyPem: unknownValue, subject: unknownValue, uris: [unknownValue] },
                    ],
                    "empty lists": [
                        "SelfSignedCert",
                        { ...base, allowedUses: [], subject: {}, dnsNames: [] },
                    ],
                    request: ["CertRequest", { privateKeyPem: "x", subject: { commonName: "x" } }],
                    leaf: [
                        "LocallySignedCert",
                        {
                            allowedUses: [],
                            validityPeriodHours: 1,
                            caCertPem: "a",
                            caPrivateKeyPem: "b",
                            certRequestPem: "c",
                        },
                    ],
                };
                const answers: Record<string, unknown> = {};
                for (const [name, [type, inputs]] of Object.entries(cases)) {
                    answers[name] = await plugin.check(urn(type), inputs);
                }
                return answers;
            },
            normalize,
        ));

    it("to keys", () =>
        compareWithOfficial(
            "tls",
            "keys",
            async (plugin) => {
                const type = urn("PrivateKey");
                const answers: Record<string, unknown> = {
                    preview: await plugin.create(type, { algorithm: "ED25519" }, true),
                    "unknown preview": await plugin.create(type, { algorithm: unknownValue }, true),
                    "short RSA": await plugin.create(type, { algorithm: "RSA", rsaBits: 512 }),
                    import: await plugin.read(type, "id", {}, {}),
                };
                for (const inputs of [
                    { algorithm: "ED25519" },
                    { algorithm: "RSA" },
                    ...["P224", "P256", "P384", "P521"].map((ecdsaCurve) => ({
                        algorithm: "ECDSA",
                        ecdsaCurve,
                    })),
                ]) {
                    const name = Object.values(inputs).join(" ");
                    const answer = await plugin.create(type, inputs);
                    answers[name] = answer;
                    const state = plain(part(ok(answer), "properties"));
                    answers[`${name} read`] = await plugin.read(type, "old", inputs, state);
                    answers[`${name} unchanged`] = await plugin.diff(type, "id", state, inputs, inputs);
                    const other = { ...inputs, algorithm: "RSA", rsaBits: 4096 };
                    answers[`${name} changed`] = await plugin.diff(type, "id", state, inputs, other);
                    answers[`${name} ignored`] = await plugin.diff(
                        type,
                        "id",
                        state,
                        inputs,
                        other,
                        Object.keys(other),
                    );
                }
                return answers;
            },
            normalize,
        ));

    it("to changes", () =>
        compareWithOfficial(
            "tls",
            "changes",
            async (plugin) => {
                const type = urn("SelfSignedCert");
                const key = (await make(plugin, "PrivateKey", { algorithm: "ED25519" }))["privateKeyPem"];
                const inputs = {
                    privateKeyPem: key,
                    allowedUses: ["cert_signing"],
                    validityPeriodHours: 10,
                    subject: { commonName: "x", organization: "o" },
                    dnsNames: ["a", "b"],
                };
                const state = await make(plugin, "SelfSignedCert", inputs);
                const expired = { ...state, validityEndTime: "2020-01-02T00:00:00Z" };
                const changes: Record<string, Wire> = {
                    nothing: {},
                    "private key": { privateKeyPem: "other" },
                    "unknown private key": { privateKeyPem: unknownValue },
                    hours: { validityPeriodHours: 11 },
                    "early renewal": { earlyRenewalHours: 1 },
                    "early renewal, now": { earlyRenewalHours: 10 },
                    uses: { allowedUses: ["crl_signing"] },
                    "part of the subject": { subject: { commonName: "x" } },
                    "no subject": { subject: null },
                    "unknown subject": { subject: unknownValue },
                    names: { dnsNames: ["a", "c"] },
                    "no names": { dnsNames: null },
                    "empty names": { dnsNames: [] },
                    "unknown name": { dnsNames: ["a", unknownValue] },
                    authority: { isCaCertificate: true },
                    "path length": { maxPathLength: -1 },
                    "default given": { setSubjectKeyId: false, earlyRenewalHours: 0 },
                };
                const answers: Record<string, unknown> = {};
                for (const [name, change] of Object.entries(changes)) {
                    answers[name] = await plugin.diff(type, "id", state, inputs, { ...inputs, ...change });
                }
                for (const [name, old] of Object.entries({
                    expired,
                    "expired and known to be": { ...expired, readyForRenewal: true },
                    "said to be ready": { ...state, readyForRenewal: true },
                    "of a key that is none": { ...state, privateKeyPem: "none" },
                })) {
                    answers[name] = await plugin.diff(type, "id", old, inputs, inputs);
                    answers[`${name}, read`] = await plugin.read(type, "id", inputs, old);
                }
                const early = { ...inputs, earlyRenewalHours: 1 };
                answers["update"] = await plugin.update(type, "id", state, inputs, early);
                answers["update in preview"] = await plugin.update(type, "id", state, inputs, early, true);
                answers["delete"] = await plugin.delete(type, "id", inputs, state);
                return answers;
            },
            normalize,
        ));
});
