import assert from "node:assert/strict";
import { SettingsError } from "../../../config/parse";
import { readScanFiles } from "../../../config/scan-files";
import { someSettings } from "../../support/host";
import { catalog, Folder } from "../scan/lists-sample";

const folder = new Folder();

describe("the files of the scan's policy", () => {
    beforeEach(() => {
        folder.make();
    });
    afterEach(() => {
        folder.remove();
    });

    const read = (kevFile: string, today?: string) =>
        readScanFiles(someSettings({ scan: { kevFile }, scanner: { maximumAgeDays: 3 } }), today);

    it("are none where none is set", () => {
        assert.equal(readScanFiles(someSettings()), undefined);
    });

    it("are bound as they are", () => {
        const kev = folder.put("kev.json", catalog(["CVE-2026-0001"]));
        assert.deepEqual(read(kev.file, "2026-11-27"), { kev, maximumAgeDays: 3 });
    });

    it("are refused where they are cut off, missing or too old, before anything is registered", () => {
        const whole = catalog(["CVE-2026-0001"]);
        const { file } = folder.put("kev.json", whole);
        const refused = (message: RegExp) => (error: unknown) => {
            assert.ok(error instanceof SettingsError, String(error));
            assert.match(error.message, message);
            return true;
        };
        assert.throws(
            () => read(file, "2026-11-29"),
            refused(/^portcullis:scan\.kevFile: .*kev\.json is of /),
        );
        assert.throws(
            () => read(folder.file("gone")),
            refused(/^portcullis:scan\.kevFile: .*gone cannot be/),
        );
        folder.put("kev.json", whole.slice(1));
        assert.throws(
            () => read(file, "2026-11-27"),
            refused(/^portcullis:scan\.kevFile: .*json is no JSON/),
        );
        folder.put("kev.json", catalog(["CVE-2026-0001"], { dateReleased: "2000-01-01T00:00:00Z" }));
        assert.throws(() => read(file), refused(/kev\.json is of 2000-01-01, \d+ days old/));
    });
});
