import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { versionOf } from "../../../components/version";

const folder = path.join(__dirname, "../../../.portcullis/version-test");

describe("the version of code that judges", () => {
    afterEach(() => {
        fs.rmSync(folder, { recursive: true, force: true });
    });

    it("changes with the text, and with the name, of each file", () => {
        fs.mkdirSync(path.join(folder, "inner"), { recursive: true });
        const place = ".portcullis/version-test";
        const write = (name: string, text: string) => {
            fs.writeFileSync(path.join(folder, name), text);
        };
        write("a.ts", "a");
        write("inner/b.ts", "b");
        const first = versionOf(place);
        assert.match(first, /^[0-9a-f]{12}$/);
        assert.equal(versionOf(place), first);
        write("inner/b.ts", "c");
        const second = versionOf(place);
        write("inner/b.ts", "b");
        fs.renameSync(path.join(folder, "a.ts"), path.join(folder, "c.ts"));
        assert.equal(new Set([first, second, versionOf(place)]).size, 3);
    });

    it("is an error for a place that is not there", () => {
        assert.throws(() => versionOf("cli/no-such-file.ts"), /no-such-file/);
    });
});
