import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { programDependencies, requiredPackages } from "../../../toolchain/language-host/packages";

describe("language host: what a program needs", () => {
    let folder = "";

    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "portcullis packages "));
    });
    afterEach(() => {
        fs.rmSync(folder, { recursive: true });
    });

    const put = (name: string, content: unknown) => {
        const file = path.join(folder, name);
        fs.mkdirSync(path.dirname(file), { recursive: true });
        fs.writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
    };
    const names = () => requiredPackages(folder).packages.map(({ name, version }) => `${name} ${version}`);

    it("finds plugins in packages, also nested, scoped and linked ones", () => {
        put("node_modules/@pulumi/docker/package.json", {
            name: "@pulumi/docker",
            version: "5.2.0",
            pulumi: { resource: true },
        });
        put("node_modules/outer/package.json", { name: "outer", version: "1.0.0" });
        put("node_modules/outer/node_modules/@pulumi/tls/package.json", {
            name: "@pulumi/tls",
            version: "v5.6.1",
            pulumi: { resource: true },
        });
        put("elsewhere/linked/package.json", {
            name: "@acme/linked",
            version: "0.0.1",
            pulumi: { resource: true, name: "acme", version: "2.0.0" },
        });
        fs.symlinkSync("../elsewhere/linked", path.join(folder, "node_modules/linked"));
        put("app/node_modules/@pulumi/command/package.json", {
            name: "@pulumi/command",
            version: "1.2.1",
            pulumi: { resource: true },
        });
        assert.deepEqual(names().sort(), ["acme v2.0.0", "command v1.2.1", "docker v5.2.0", "tls v5.6.1"]);
    });

    it("ends on a link that leads back", () => {
        put("node_modules/a/package.json", {
            name: "@pulumi/a",
            version: "1.0.0",
            pulumi: { resource: true },
        });
        fs.symlinkSync("..", path.join(folder, "node_modules/a/node_modules"));
        fs.symlinkSync(".", path.join(folder, "self"));
        assert.deepEqual(names(), ["a v1.0.0"]);
    });

    it("passes over policy packs, folders with a dot, and what is not a package", () => {
        const plugin = { name: "@pulumi/aws", version: "1.0.0", pulumi: { resource: true } };
        put("policy/PulumiPolicy.yaml", "runtime: nodejs\n");
        put("policy/node_modules/@pulumi/aws/package.json", plugin);
        put(".portcullis/engine/node_modules/@pulumi/aws/package.json", plugin);
        put("node_modules/lib/fixtures/@pulumi/aws/package.json", plugin);
        put("package.json", plugin);
        assert.deepEqual(requiredPackages(folder), { packages: [], problems: [] });
    });

    it("carries a plugin's server and parameters", () => {
        put("node_modules/x/package.json", {
            name: "x",
            version: "1.0.0",
            pulumi: {
                resource: true,
                name: "terraform-provider",
                server: "https://example.com",
                parameterization: { name: "x", version: "3.0.0", value: "eyJhIjoxfQ==" },
            },
        });
        assert.deepEqual(requiredPackages(folder).packages, [
            {
                name: "terraform-provider",
                version: "v1.0.0",
                server: "https://example.com",
                parameterization: { name: "x", version: "3.0.0", value: "eyJhIjoxfQ==" },
            },
        ]);
    });

    it("reports a broken package, and still finds the others", () => {
        put("node_modules/broken/package.json", "{");
        put("node_modules/nameless/package.json", {
            name: "third",
            version: "1.0.0",
            pulumi: { resource: true },
        });
        put("node_modules/tls/package.json", {
            name: "@pulumi/tls",
            version: "5.6.1",
            pulumi: { resource: true },
        });
        const { packages, problems } = requiredPackages(folder);
        assert.deepEqual(
            packages.map((found) => found.name),
            ["tls"],
        );
        assert.match(problems.join("\n"), /broken.package\.json/);
        assert.match(problems.join("\n"), /"third" must state its plugin's name: add "name" to "pulumi"/);
    });

    it("lists dependencies from the lock file of the folder or one above", () => {
        put("package.json", { dependencies: { a: "^1.0.0" }, devDependencies: { "@s/b": "2.0.0" } });
        put("package-lock.json", {
            packages: {
                "": { name: "program" },
                "node_modules/a": { version: "1.2.3" },
                "node_modules/@s/b": { version: "2.0.0" },
                "node_modules/a/node_modules/@s/b": { version: "1.0.0" },
                "node_modules/c": { version: "3.0.0" },
            },
        });
        put("sub/index.js", "");
        const direct = [
            { name: "a", version: "1.2.3" },
            { name: "@s/b", version: "2.0.0" },
        ];
        assert.deepEqual(programDependencies(path.join(folder, "sub"), false), direct);
        assert.deepEqual(programDependencies(folder, true), [
            ...direct,
            { name: "@s/b", version: "1.0.0" },
            { name: "c", version: "3.0.0" },
        ]);
    });

    it("says what to do when there is no lock file", () => {
        assert.throws(() => programDependencies(folder, false), /no package-lock\.json .*: run npm install/);
    });
});
