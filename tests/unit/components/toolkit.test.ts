import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import fc from "fast-check";
import {
    hostScripts,
    renderToolkit,
    scriptLine,
    shortDigest,
    toolkitDigest,
    toolkitFolder,
} from "../../../components/toolkit/scripts";

describe("toolkit scripts", () => {
    it("finds the host's scripts, and none of those that run locally", () => {
        const names = hostScripts().map((script) => script.name);
        assert.ok(names.includes("configure-engine.sh"));
        assert.ok(names.includes("common.sh"));
        assert.ok(!names.includes("send.sh"));
        assert.deepEqual(names, [...names].sort());
    });

    it("adds the functions that components share to common.sh, and to the digest of every script", () => {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "shared-"));
        const write = (name: string, text: string) => {
            fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
            fs.writeFileSync(path.join(folder, name), text);
        };
        write("a/scripts/step.sh", "step\n");
        const [before] = hostScripts(folder);
        write("b/scripts/shared/functions.sh", "#!/bin/sh\n# f: does it.\nf() { :; }\n");
        const [after, ...others] = hostScripts(folder);
        assert.deepEqual([before?.name, after?.name, others], ["step.sh", "step.sh", []]);
        assert.equal(before?.text, after?.text);
        assert.notEqual(before?.digest, after?.digest);
        fs.rmSync(folder, { recursive: true });
        const common = hostScripts().find(({ name }) => name === "common.sh");
        assert.match(
            common?.text ?? "",
            /^#!\/bin\/sh\n# [^]*^fail\(\) \{$[^]*^\}\n\n# clairctl [^]*^clairctl\(\) \{$/m,
        );
        assert.equal(common?.text.match(/^#!/gm)?.length, 1);
        assert.ok(!hostScripts().some(({ name }) => name === "clairctl.sh"));
    });

    it("refuses two scripts of one name", () => {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "same-"));
        for (const component of ["a", "b"]) {
            fs.mkdirSync(`${folder}/${component}/scripts`, { recursive: true });
            fs.writeFileSync(`${folder}/${component}/scripts/step.sh`, "");
        }
        assert.throws(() => hostScripts(folder), /two components have a script called step\.sh/);
        fs.rmSync(folder, { recursive: true });
    });

    it("installs each script as it is, and removes what an earlier version left", () => {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "toolkit-"));
        const scripts = hostScripts();
        const text = renderToolkit(scripts, "g1")
            .replaceAll(toolkitFolder, `${folder}/lib`)
            .replaceAll("/var/lib/portcullis", `${folder}/state`);
        fs.mkdirSync(`${folder}/lib`);
        fs.writeFileSync(`${folder}/lib/old.sh`, "old");
        for (let run = 0; run < 2; run++) {
            const result = spawnSync("sh", ["-s"], { input: text, encoding: "utf8" });
            assert.equal(result.status, 0, result.stderr);
        }
        for (const script of scripts) {
            assert.equal(
                fs.readFileSync(`${folder}/lib/${script.name}`, "utf8").trimEnd(),
                script.text
                    .replaceAll(toolkitFolder, `${folder}/lib`)
                    .replaceAll("/var/lib/portcullis", `${folder}/state`)
                    .trimEnd(),
            );
            assert.equal(fs.statSync(`${folder}/lib/${script.name}`).mode & 0o777, 0o755);
        }
        assert.ok(!fs.existsSync(`${folder}/lib/old.sh`));
        assert.equal(fs.readFileSync(`${folder}/state/toolkit`, "utf8"), `g1 ${toolkitDigest(scripts)}\n`);
        fs.rmSync(folder, { recursive: true });
    });

    it("refuses a script that would end its own here-document", () => {
        assert.throws(
            () => renderToolkit([{ name: "x.sh", text: "PORTCULLIS_END_OF_SCRIPT", digest: "" }], "g1"),
            /x\.sh/,
        );
    });

    it("passes any words to the script unchanged", () => {
        fc.assert(
            fc.property(
                fc.array(
                    fc.string().filter((word) => !/[\0\n\r]/.test(word)),
                    { maxLength: 4 },
                ),
                (words) => {
                    const line = scriptLine({ name: "x", text: "", digest: "abc" }, "nothing", words, {
                        stack: "p/s",
                        step: "step",
                        generation: "g1",
                        undo: undefined,
                    });
                    const script = line.replace(/^.*run\.sh .* nothing x/, "printf '%s\\n' --");
                    const result = spawnSync("sh", ["-c", script], { encoding: "utf8" });
                    assert.equal(result.status, 0, result.stderr);
                    assert.deepEqual(result.stdout, ["--", ...words, ""].join("\n"));
                },
            ),
            { numRuns: 60 },
        );
    });

    it("changes the digest with any part, and does not mix parts up", () => {
        assert.notEqual(shortDigest("ab", "c"), shortDigest("a", "bc"));
        assert.match(shortDigest(""), /^[0-9a-f]{12}$/);
    });
});
