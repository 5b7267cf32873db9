import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import fc from "fast-check";
import * as YAML from "yaml";
import { z } from "zod";
import { parseSettings, SettingsError } from "../../../config/parse";
import { settingsSchema } from "../../../config/schema";
import { wrongScanner } from "./wrong-scanner";
import { smallest, wrong } from "./wrong-settings";

function refusal(raw: unknown): string {
    try {
        parseSettings(raw);
    } catch (error) {
        assert.ok(error instanceof SettingsError);
        return error.message;
    }
    throw new assert.AssertionError({ message: `accepted: ${JSON.stringify(raw)}` });
}

describe("settings", () => {
    it("need a host only; all else has a default that is safe", () => {
        const settings = parseSettings(smallest);
        assert.deepEqual(settings.scan, {
            severity: "High",
            threshold: 0,
            unknownAs: "High",
            ignoreUnfixed: false,
            enforceStackImages: false,
            exceptions: [],
            vexFiles: [],
            rescan: "",
            reportFolder: "reports",
        });
        assert.equal(settings.registry.retainVolume, true);
        assert.equal(settings.engine.replaceExisting, false);
        assert.equal(settings.engine.acceptHiddenImages, false);
        assert.deepEqual(settings.images, {});
    });

    it("accept the example", () => {
        const file = path.join(__dirname, "../../../lab/Pulumi.dev.yaml");
        const { config } = z
            .object({ config: z.record(z.string(), z.unknown()) })
            .parse(YAML.parse(fs.readFileSync(file, "utf8")));
        const raw = Object.fromEntries(
            Object.entries(config).map(([key, value]) => [key.replace("portcullis:", ""), value]),
        );
        assert.equal(parseSettings(raw).host.address, "10.213.65.2");
    });

    for (const [what, change, message] of [...wrong, ...wrongScanner]) {
        it(`refuse ${what}`, () => {
            assert.match(refusal({ ...smallest, ...change }), message);
        });
    }

    it("take files that rules of the scan's policy rest on", () => {
        const scan = {
            kevFile: "kev.json",
            epssFile: "epss.csv.gz",
            epssAtLeast: 1,
            graceDays: 1,
            vexFiles: ["a", "b"],
        };
        const taken = parseSettings({ ...smallest, scan }).scan;
        assert.deepEqual({ ...taken, ...scan }, taken);
    });

    it("take exceptions for images that are scanned, and what somebody answers for in them", () => {
        const answered = { owner: "ops", reason: "r", until: "2027-03-31" };
        const exceptions = ["app", "portcullis/clair", undefined].map((image) => ({
            ...answered,
            vulnerability: "CVE-1",
            ...(image === undefined ? {} : { image }),
        }));
        const accept = [{ ...answered, what: "go" }];
        const ofStack = [{ ...answered, image: "registry", what: "package:command-line-arguments" }];
        const settings = parseSettings({
            ...smallest,
            images: { app: { reference: "app:1", accept } },
            stackImages: { accept: ofStack },
            scan: { exceptions },
        });
        assert.deepEqual(settings.images["app"]?.accept, accept);
        assert.deepEqual(settings.stackImages.accept, ofStack);
        assert.deepEqual(settings.scan.exceptions, exceptions);
        assert.deepEqual(parseSettings(smallest).stackImages.accept, []);
        const plain = parseSettings({ ...smallest, images: { app: { reference: "app:1" } } });
        assert.deepEqual(plain.images["app"]?.accept, []);
    });

    it("take a password of 72 bytes", () => {
        const registryPassword = "ä".repeat(36);
        assert.equal(parseSettings({ ...smallest, registryPassword }).registryPassword, registryPassword);
    });

    it("name every wrong key at once", () => {
        const message = refusal({ ...smallest, registry: { port: 0 }, scan: { threshold: 0.5 } });
        const [first, ...lines] = message.split("\n");
        assert.equal(first, "The stack's configuration cannot be used; nothing was changed.");
        assert.deepEqual(
            lines.map((line) => line.split(": found")[0]),
            ["  portcullis:registry.port", "  portcullis:scan.threshold"],
        );
    });

    it("are refused with an error that says by its name what it is about", () => {
        assert.throws(() => parseSettings({}), { name: "SettingsError" });
    });

    it("show what was found, and of a long value no more than its beginning", () => {
        const found = (length: number): string =>
            /found (.*?): expected/.exec(refusal({ ...smallest, name: "-".repeat(length) }))?.[1] ?? "";
        assert.equal(found(78), `"${"-".repeat(78)}"`);
        assert.equal(found(79), `"${"-".repeat(76)}…`);
    });

    it("never repeat a secret", () => {
        assert.doesNotMatch(refusal({ ...smallest, registryPassword: "hunter2" }), /hunter2/);
        assert.match(
            refusal({ ...smallest, registryPassword: "hunter2" }),
            /portcullis:registryPassword: found a secret/,
        );
        for (const login of ["hunter2", { username: "u", password: "hunter2\n" }, { token: "hunter2" }]) {
            const message = refusal({ ...smallest, registryLogins: { "docker.io": login } });
            assert.match(message, /portcullis:registryLogins/);
            assert.doesNotMatch(message, /hunter2/);
        }
    });

    it("never repeat a value in which a secret may lie", () => {
        const proxy = "http://user:hunter2@proxy.example.org:3128";
        const cases = [`{"proxy": "${proxy}"`, [{ proxy }], 5].map((scanner) => ({ ...smallest, scanner }));
        for (const raw of [...cases, JSON.stringify({ scanner: { proxy } }), [{ proxy }]]) {
            const message = refusal(raw);
            assert.match(message, /found a value that may hold a secret/);
            assert.doesNotMatch(message, /hunter2/);
        }
        assert.match(refusal({ ...smallest, host: undefined }), /portcullis:host: found nothing/);
    });

    it("never crash, whatever is there", () => {
        fc.assert(
            fc.property(fc.anything(), (raw) => {
                try {
                    parseSettings(raw);
                } catch (error) {
                    assert.ok(error instanceof SettingsError, String(error));
                }
            }),
        );
    });

    it("say one line about every key", () => {
        const missing: string[] = [];
        const walk = (schema: z.core.JSONSchema.BaseSchema, at: string): void => {
            for (const [key, value] of Object.entries(schema.properties ?? {})) {
                if (typeof value === "boolean") {
                    continue;
                }
                const nested = value.properties !== undefined;
                if (
                    value.description === undefined &&
                    !at.endsWith("openFiles.") &&
                    !at.endsWith("processes.")
                ) {
                    missing.push(at + key);
                }
                if (nested) {
                    walk(value, `${at}${key}.`);
                }
            }
        };
        walk(settingsJsonSchema(), "");
        assert.deepEqual(missing, []);
    });
});

function settingsJsonSchema(): z.core.JSONSchema.BaseSchema {
    return z.toJSONSchema(settingsSchema, { io: "input", unrepresentable: "any" });
}
