import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { dropEmptyAttributes } from "../../../cli/recover/backend";
import { releaseStaleLock } from "../../../cli/recover/stack-lock";

describe("the folder of the state after a run that was killed", () => {
    let folder: string;
    let before: string | undefined;
    const asked: string[][] = [];

    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "stack-lock-"));
        before = process.env["PULUMI_BACKEND_URL"];
        process.env["PULUMI_BACKEND_URL"] = `file://${folder}`;
        asked.length = 0;
    });
    afterEach(() => {
        if (before === undefined) {
            delete process.env["PULUMI_BACKEND_URL"];
        } else {
            process.env["PULUMI_BACKEND_URL"] = before;
        }
        fs.rmSync(folder, { recursive: true });
    });

    function release(locks: readonly Record<string, unknown>[], noted = "77 1234\n", stack = "dev"): void {
        const locked = path.join(folder, ".pulumi/locks/organization/portcullis/dev");
        fs.mkdirSync(locked, { recursive: true });
        locks.forEach((lock, index) => {
            fs.writeFileSync(path.join(locked, `${index}.json`), JSON.stringify(lock));
        });
        if (noted !== "") {
            fs.writeFileSync(path.join(folder, "process"), noted);
        }
        releaseStaleLock(folder, stack, (args) => asked.push([...args]));
    }

    const mine = { pid: 77, hostname: os.hostname(), username: "root" };

    it("removes the lock of the run that has ended", () => {
        release([mine]);
        assert.deepEqual(asked, [["cancel", "--stack", "dev", "--yes", "--non-interactive"]]);
    });

    it("leaves every other lock alone", () => {
        release([]);
        release([{ ...mine, pid: 78 }]);
        release([{ ...mine, hostname: "elsewhere" }]);
        release([mine, { ...mine, pid: 78 }]);
        fs.rmSync(path.join(folder, "process"));
        release([mine], "");
        release([mine], "77 1234\n", "prod");
        assert.deepEqual(asked, []);
    });

    it("removes attributes that a killed Pulumi left empty, and no other file", () => {
        const stacks = path.join(folder, ".pulumi/stacks/portcullis");
        const locked = path.join(folder, ".pulumi/locks/organization/portcullis/dev");
        dropEmptyAttributes();
        for (const [at, files] of [
            [stacks, { "dev.json": "{}", "dev.json.attrs": "", "a.json": "", "a.json.attrs": "{}" }],
            [locked, { "1.json": "{}", "1.json.attrs": "" }],
        ] as const) {
            fs.mkdirSync(at, { recursive: true });
            for (const [name, text] of Object.entries(files)) {
                fs.writeFileSync(path.join(at, name), text);
            }
        }
        fs.writeFileSync(path.join(folder, "elsewhere.attrs"), "");
        dropEmptyAttributes();
        assert.deepEqual(fs.readdirSync(stacks).sort(), ["a.json", "a.json.attrs", "dev.json"]);
        assert.deepEqual(fs.readdirSync(locked), ["1.json"]);
        assert.ok(fs.existsSync(path.join(folder, "elsewhere.attrs")));
        process.env["PULUMI_BACKEND_URL"] = "https://elsewhere";
        dropEmptyAttributes();
    });
});
