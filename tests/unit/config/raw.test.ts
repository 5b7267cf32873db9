import assert from "node:assert/strict";
import { parseSettings } from "../../../config/parse";
import { rawSettings } from "../../../config/raw";

const host = {
    address: "192.0.2.10",
    privateKeyFile: "key",
    hostKey: "ssh-ed25519 AAAAC3Nza",
};
const raw = (more: Record<string, string>): Record<string, unknown> =>
    rawSettings({ "portcullis:host": JSON.stringify(host), "other:host": "x", ...more }, "portcullis");

describe("settings as Pulumi hands them over", () => {
    it("are one object of the program's own keys", () => {
        assert.deepEqual(raw({ "portcullis:name": "12", "portcullis:scan": '{"threshold":2}' }), {
            host,
            name: "12",
            scan: { threshold: 2 },
        });
    });

    it("keep a text as it is, whatever it looks like", () => {
        const texts = { name: "12", archiveFolder: "12", registryPassword: "123456789012" };
        const given = Object.entries(texts).map(([key, text]) => [`portcullis:${key}`, text] as const);
        assert.deepEqual(raw(Object.fromEntries(given)), { host, ...texts });
    });

    it("have days as they stand in the file, also without quotes, which Pulumi takes for times", () => {
        const until = (text: string) =>
            raw({ "portcullis:scan": JSON.stringify({ a: [{ until: text }] }) })["scan"];
        assert.deepEqual(until("2028-12-31 00:00:00 +0000 UTC"), { a: [{ until: "2028-12-31" }] });
        for (const other of [
            "2028-12-31",
            "2028-12-31 00:00:01 +0000 UTC",
            "2028-12-31 00:00:00 +0000 UTC, or later",
            "from 2028-12-31 00:00:00 +0000 UTC",
        ]) {
            assert.deepEqual(until(other), { a: [{ until: other }] });
        }
    });

    it("take a text that was left empty as not given", () => {
        assert.deepEqual(raw({ "portcullis:name": "", "portcullis:archiveFolder": "" }), { host });
    });

    for (const empty of ["", "null", " "]) {
        it(`take a section that was left empty as not given: ${JSON.stringify(empty)}`, () => {
            const settings = parseSettings(raw({ "portcullis:registry": empty, "portcullis:images": empty }));
            assert.equal(settings.registry.port, 5000);
            assert.deepEqual(settings.images, {});
        });
    }

    for (const [key, value, message] of [
        ["nmae", "x", /portcullis:nmae: unknown key; remove it or correct its name/],
        ["scan", "{threshold: [", /portcullis:scan: found "\{threshold: \[": .*expected object/],
        ["scan", "~", /portcullis:scan: found "~": .*expected object/],
        ["scan", "x", /portcullis:scan: found "x": .*expected object/],
        ["registry", "- 1", /portcullis:registry: found \[1\]: .*expected object/],
    ] as const) {
        it(`are told with their path where they are no settings: ${key}: ${value}`, () => {
            assert.throws(() => parseSettings(raw({ [`portcullis:${key}`]: value })), message);
        });
    }
});
