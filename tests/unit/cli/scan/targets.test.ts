import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { nameOf, parseTarget, partsOf } from "../../../../cli/scan/targets";

describe("the images that are named", () => {
    let folder: string;

    before(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "targets-"));
        fs.writeFileSync(path.join(folder, "app.tar"), "");
        fs.mkdirSync(path.join(folder, "layout"));
    });
    after(() => {
        fs.rmSync(folder, { recursive: true });
    });

    it("are references, images of the engine, archives and layouts", () => {
        const digest = `sha256:${"a".repeat(64)}`;
        assert.deepEqual(
            ["redis", "registry:3", `team/app@${digest}`, "reference:engine:1"].map(parseTarget),
            ["redis", "registry:3", `team/app@${digest}`, "engine:1"].map((reference) => ({
                kind: "reference",
                reference,
            })),
        );
        for (const name of ["redis:7", "0123456789ab", digest]) {
            assert.deepEqual(parseTarget(`engine:${name}`), { kind: "engine", name });
        }
        const [file, layout] = [path.join(folder, "app.tar"), path.join(folder, "layout")];
        for (const word of [file, `archive:${file}`]) {
            assert.deepEqual(parseTarget(word), { kind: "archive", file });
        }
        for (const word of [layout, `layout:${layout}`]) {
            assert.deepEqual(parseTarget(word), { kind: "layout", folder: layout });
        }
    });

    it("are none of another form, and the message says which forms there are", () => {
        const wrong = [
            ["", /^ is no image reference/],
            ["Team/App", /^Team\/App is no image reference/],
            ["redis; rm -rf /", /is no image reference/],
            ["--format", /is no image reference/],
            ["engine:$(reboot)", /'\$\(reboot\)' is no name and no id/],
            ["./nothing.tar", /there is no \.\/nothing\.tar/],
            ["/nowhere", /there is no \/nowhere/],
            [`archive:${folder}/layout`, /layout is a folder; give layout:/],
            [`layout:${folder}/app.tar`, /app\.tar is a file; give archive:/],
        ] as const;
        for (const [word, message] of wrong) {
            assert.throws(
                () => parseTarget(word),
                (error: Error) => message.test(error.message) && error.message.includes("archive:"),
                word,
            );
        }
    });

    it("have the server, repository and digest of their reference", () => {
        const digest = `sha256:${"b".repeat(64)}`;
        const cases = [
            ["redis", "docker.io", "redis", undefined],
            ["library/redis:7", "docker.io", "library/redis", undefined],
            ["index.docker.io/a/b:1", "docker.io", "index.docker.io/a/b", undefined],
            // Docker takes a first part with a capital for a host: a login to Docker Hub must not go there.
            ["Host/a", "Host", "Host/a", undefined],
            ["localhost/app", "localhost", "localhost/app", undefined],
            ["host:5000/a/b:1", "host:5000", "host:5000/a/b", undefined],
            [`r.example.org/a:1@${digest}`, "r.example.org", "r.example.org/a", digest],
        ] as const;
        for (const [reference, server, repository, of] of cases) {
            assert.deepEqual(partsOf(reference), { server, repository, digest: of });
        }
    });

    it("are known to exceptions by their repository, in the stack's registry without its address", () => {
        assert.equal(nameOf("192.0.2.10:5000/team/app:1", "192.0.2.10:5000"), "team/app");
        assert.equal(nameOf("192.0.2.10:5000x/team/app:1", "192.0.2.10:5000"), "192.0.2.10:5000x/team/app");
        assert.equal(nameOf("r.example.org/team/app", "192.0.2.10:5000"), "r.example.org/team/app");
        for (const hub of ["team/app:1", "docker.io/team/app", "index.docker.io/team/app"]) {
            assert.equal(nameOf(hub, "192.0.2.10:5000"), "docker.io/team/app");
        }
        assert.equal(nameOf("redis:7", "192.0.2.10:5000"), "docker.io/redis");
    });
});
