import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { settingsTable } from "../../../cli/settings";
import { cells } from "../../support/markdown";

const readme = fs.readFileSync(path.join(__dirname, "../../../README.md"), "utf8");

describe("README.md", () => {
    it("has the table of settings as the schema has it", () => {
        const table = /<!-- settings -->(.*)<!-- \/settings -->/s.exec(readme)?.[1] ?? "";
        assert.deepEqual(
            cells(table),
            cells(settingsTable()),
            "replace the table by the output of `bin/portcullis settings`",
        );
    });

    it("names every output of the program", () => {
        const program = fs.readFileSync(path.join(__dirname, "../../../index.ts"), "utf8");
        const outputs = [...program.matchAll(/^export const (\w+)/gm)].map((match) => match[1] ?? "");
        assert.equal(outputs.length, 11);
        for (const output of outputs) {
            assert.ok(readme.includes(`\`${output}\``), output);
        }
    });
});
