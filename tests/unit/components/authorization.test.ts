import assert from "node:assert/strict";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { HardenedHost } from "../../../components/host";
import { renderDaemonJson } from "../../../components/host/daemon";
import { usernsProofSchema } from "../../../outputs/host";
import { parseOutput } from "../../../outputs/parse";
import { readAuthorizationPlugin } from "../../../config/archives";
import { hostOutputs, someReach, someSettings } from "../../support/host";
import { record, type MockOutputs } from "../../support/program";

const plugin = { file: "some/portcullis-authorization", sha256: "a".repeat(64) };

function host(engine: Record<string, unknown> = {}, outputs: MockOutputs = hostOutputs) {
    return record(() => {
        const settings = someSettings({ engine: { authorizationPlugin: plugin.file, ...engine } });
        return new HardenedHost("host", {
            ...someReach(),
            engine: settings.engine,
            audit: settings.audit,
            authorizationPlugin: settings.engine.authorizationPlugin === undefined ? undefined : plugin,
        });
    }, outputs);
}

describe("the authorization plugin of a host", () => {
    it("answers before daemon.json names it, and so goes after daemon.json was put back", async () => {
        const program = await host();
        assert.ok(program.get("host-daemon").dependsOn.includes("host-authorization"));
        assert.deepEqual(program.get("host-authorization").dependsOn, [
            "host-baseline-kept",
            "host-toolkit-scripts",
        ]);
        assert.match(String(program.get("host-authorization").inputs["delete"]), /remove-authorization\.sh/);
    });

    it("is sent whole, with its checksum, and protects the engine's data", async () => {
        const usual = await host();
        const create = String(usual.get("host-authorization").inputs["create"]);
        assert.match(create, /send\.sh some\/portcullis-authorization a{64} .*install-authorization\.sh /);
        assert.match(create, /install-authorization\.sh\S* \/var\/lib\/docker /);
        const moved = await host({ settings: { "data-root": "/data/docker" } });
        assert.match(String(moved.get("host-authorization").inputs["create"]), / \/data\/docker /);
    });

    it("is in daemon.json, which also keeps BuildKit from what no plugin sees", () => {
        const rendered = (engine: Record<string, unknown>) =>
            JSON.parse(renderDaemonJson(someSettings({ engine }).engine)) as Record<string, unknown>;
        const set = rendered({
            authorizationPlugin: plugin.file,
            settings: { builder: { gc: { enabled: true }, entitlements: { "network-host": true } } },
        });
        assert.deepEqual(set["authorization-plugins"], ["portcullis-authorization"]);
        assert.deepEqual(set["builder"], {
            gc: { enabled: true },
            Entitlements: { "network-host": false, "security-insecure": false },
        });
        const others = { "authorization-plugins": ["other"], builder: { gc: { enabled: true } } };
        const unset = rendered({ settings: others });
        assert.deepEqual(unset["authorization-plugins"], others["authorization-plugins"]);
        assert.deepEqual(unset["builder"], others.builder);
        assert.throws(
            () => rendered({ authorizationPlugin: plugin.file, settings: others }),
            /portcullis:engine\.settings\["authorization-plugins"\].*remove one of the two/s,
        );
    });

    it("has the proof of the user namespaces made again when it comes, changes or goes", async () => {
        const proof = async (...given: Parameters<typeof host>) =>
            String((await host(...given)).get("host-userns-proof").inputs["create"]);
        const changed: MockOutputs = (resource) => {
            const { stdout, ...others } = hostOutputs(resource);
            return resource.name === "host-authorization"
                ? { ...others, stdout: String(stdout).replace("aaaa", "eeee") }
                : { ...others, stdout };
        };
        const line = await proof();
        assert.equal(await proof(), line);
        assert.notEqual(await proof({ authorizationPlugin: undefined }), line);
        assert.notEqual(await proof({}, changed), line);
    });

    it("may be what refuses the proof's control, and nothing else may", () => {
        const proof = (control: string) => ({
            engineUser: "root",
            containerUser: "root",
            containerRootHostUid: 100000,
            deleteWithRemap: "Permission denied",
            deleteWithUsernsHost: control,
        });
        const parse = (control: string) =>
            parseOutput(usernsProofSchema, "prove-userns.sh", JSON.stringify(proof(control)));
        parse("deleted");
        parse("refused by portcullis-authorization, rule host-user-namespace");
        assert.throws(() => parse("refused"), /deleteWithUsernsHost/);
    });
});

describe("the program of the authorization plugin", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "plugin-"));
    const file = path.join(folder, "portcullis-authorization");
    const sums = path.join(folder, "SHA256SUMS");
    const sha256 = crypto.createHash("sha256").update("program").digest("hex");
    const read = () => readAuthorizationPlugin(someSettings({ engine: { authorizationPlugin: file } }));

    after(() => {
        fs.rmSync(folder, { recursive: true });
    });

    it("is optional", () => {
        assert.equal(readAuthorizationPlugin(someSettings()), undefined);
    });

    it("is refused where it, or its checksum, is missing or another, each with what to do", () => {
        assert.throws(read, /engine\.authorizationPlugin: .*portcullis-authorization is missing; `make /);
        fs.writeFileSync(file, "program");
        assert.throws(read, /SHA256SUMS is missing; `make authorization-plugin`/);
        fs.writeFileSync(sums, `${sha256}  other\n`);
        assert.throws(read, /has no line for portcullis-authorization/);
        fs.writeFileSync(sums, `${"0".repeat(64)}  portcullis-authorization\n`);
        assert.throws(read, /has SHA-256 [0-9a-f]{64}, but .* says 0{64}/);
        fs.writeFileSync(sums, `${sha256}  portcullis-authorization\n`);
        assert.deepEqual(read(), { file, sha256 });
    });
});
