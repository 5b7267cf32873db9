import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { z } from "zod";

const lab = path.join(__dirname, "../../../lab");
const images = fs.readdirSync(path.join(lab, "images"));

const configSchema = z.strictObject({
    User: z.string(),
    Env: z.array(z.string().regex(/^[A-Z_]+=/)),
    Entrypoint: z.array(z.string()).optional(),
    Cmd: z.array(z.string()).optional(),
    WorkingDir: z.string().optional(),
    StopSignal: z.string().optional(),
    ExposedPorts: z.record(z.string().regex(/^\d+\/tcp$/), z.strictObject({})).optional(),
    Volumes: z.record(z.string(), z.strictObject({})).optional(),
    Healthcheck: z.strictObject({
        Test: z.array(z.string()).min(2),
        Interval: z.int(),
        Timeout: z.int(),
        Retries: z.int(),
    }),
    Labels: z.record(z.string(), z.string()),
});

describe("image recipes", () => {
    assert.deepEqual([...images].sort(), ["clair", "postgres", "redis", "registry", "vulnerable"]);
    for (const name of images) {
        it(`${name} runs as no root, can tell its health, and says what it is`, () => {
            const config = configSchema.parse(
                JSON.parse(fs.readFileSync(path.join(lab, "images", name, "config.json"), "utf8")),
            );
            assert.doesNotMatch(config.User, /^(0|root)?(:|$)/);
            assert.notEqual(config.Healthcheck.Test[0], "NONE");
            for (const label of ["title", "description", "licenses"]) {
                assert.ok((config.Labels[`org.opencontainers.image.${label}`] ?? "") !== "", label);
            }
        });
    }
});

describe("lab/lab", () => {
    const run = (...args: string[]) => {
        const { status, stderr } = spawnSync(path.join(lab, "lab"), args, {
            encoding: "utf8",
            env: { ...process.env, DOCKER_HOST: "unix:///nowhere/docker.sock" },
        });
        return { status, stderr };
    };
    const cases: [string, string[], RegExp][] = [
        ["an unknown command", ["boot"], /unknown command 'boot'/],
        ["a name that no bridge can have", ["up", "a-long-hostname"], /'a-long-hostname' is not a host name/],
        ["a name with a path in it", ["down", "../x"], /'\.\.\/x' is not a host name/],
        ["an unknown release", ["up", "dev", "--release", "sid"], /unknown release 'sid'/],
        ["an option without its value", ["up", "dev", "--subnet"], /--subnet needs a value/],
        ["a subnet that is none", ["up", "dev", "--subnet", "10.0.0.256/29"], /not a usable subnet/],
        ["a subnet off its boundary", ["up", "dev", "--subnet", "10.0.0.4/29"], /not a usable subnet/],
        ["a subnet too small for a host", ["up", "dev", "--subnet", "10.0.0.4/30"], /not a usable subnet/],
        ["a virtual machine of another release", ["vm", "x", "--release", "bookworm"], /always Debian 13/],
        ["a virtual machine without an engine", ["vm", "x", "--no-engine"], /always Debian 13/],
        ["an unknown option", ["up", "dev", "--size", "4"], /unknown option '--size'/],
    ];
    for (const [what, args, message] of cases) {
        it(`refuses ${what}, and says what to do`, () => {
            const { status, stderr } = run(...args);
            assert.equal(status, 1);
            assert.match(stderr, message);
            assert.match(stderr.trim().split("\n").at(-1) ?? "", /^portcullis: .+ \(.+\): .+/);
        });
    }
});
