import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { policyFiles, readPolicy, stackPolicy } from "../../../../cli/scan/policy";

describe("the policy of a scan", () => {
    let folder: string;

    before(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "policy-"));
    });
    after(() => {
        fs.rmSync(folder, { recursive: true });
    });

    const read = (text: string) => {
        const file = path.join(folder, "policy.yaml");
        fs.writeFileSync(file, text);
        return readPolicy(file);
    };

    it("is read from YAML and from JSON, with the defaults of the settings", () => {
        const defaults = { severity: "High", threshold: 0, unknownAs: "High", ignoreUnfixed: false };
        for (const text of ["threshold: 3\n", '{"threshold": 3}']) {
            const { severity, threshold, unknownAs, ignoreUnfixed } = read(text);
            assert.deepEqual(
                { severity, threshold, unknownAs, ignoreUnfixed },
                { ...defaults, threshold: 3 },
            );
        }
    });

    it("is refused where it is malformed, with the file and what is wrong", () => {
        const wrong: [string, RegExp][] = [
            ["", /policy\.yaml is no policy of a scan/],
            ["[]", /policy\.yaml is no policy of a scan/],
            ["null", /policy\.yaml is no policy of a scan/],
            ["threshold: many", /threshold/],
            ["threshold: -1", /threshold/],
            ["severity: high", /severity/],
            ["threshold: 1\nthreshold: 2", /neither YAML nor JSON/],
            ["{threshold", /neither YAML nor JSON/],
            ["treshold: 1", /treshold/],
            ["config:\n  portcullis:scan: {}", /config/],
            ["epssFile: x.csv", /epssAtLeast/],
        ];
        for (const [text, message] of wrong) {
            assert.throws(() => read(text), message, text);
        }
        assert.throws(() => readPolicy(path.join(folder, "none")), /cannot read the policy: .*none/);
    });

    it("names its files from its own folder, and the stack's from the checkout", () => {
        assert.equal(read("kevFile: kev.json").kevFile, path.join(folder, "kev.json"));
        const stack = stackPolicy({ kevFile: "kev.json", vexFiles: ["/vex.json", "a/b"] }, "/checkout");
        assert.equal(stack.kevFile, "/checkout/kev.json");
        assert.deepEqual(stack.vexFiles, ["/vex.json", "/checkout/a/b"]);
        assert.throws(
            () => stackPolicy({ threshold: "0" }, "/checkout"),
            /what the stack keeps of its policy/,
        );
    });

    it("has no files that give no verdict", () => {
        assert.equal(policyFiles(read("threshold: 0"), 14, "2026-11-28"), undefined);
        assert.throws(
            () => policyFiles(read("kevFile: missing.json"), 14, "2026-11-28"),
            /portcullis:scan\.kevFile: .*missing\.json cannot be read/,
        );
        fs.writeFileSync(path.join(folder, "kev.json"), "{");
        assert.throws(
            () => policyFiles(read("kevFile: kev.json"), 14, "2026-11-28"),
            /portcullis:scan\.kevFile: .*is no JSON, and may be cut off/,
        );
    });
});
