import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import Ajv from "ajv";
import { z } from "zod";
import { renderScans } from "../../scan/formats";
import { emptyRun, fullRun, hostileRun, passedRun } from "../unit/scan/formats/sample";
import { root } from "../support/stack";

/** The schema of SPDX 2.3 comes with this Go module, and with no npm package. */
const module = "github.com/CycloneDX/sbom-utility@v0.16.0";
const schemaFile = "resources/schema/spdx/2.3/spdx-schema.json";

describe("the forms of a scan: SPDX 2.3", () => {
    let validate = new Ajv().compile({});

    before(() => {
        // Not in the checkout: the module is none of the program's.
        const answer = execFileSync(path.join(root, "toolchain/go"), ["mod", "download", "-json", module], {
            cwd: os.tmpdir(),
            encoding: "utf8",
        });
        const { Dir: folder } = z.object({ Dir: z.string() }).parse(JSON.parse(answer));
        const schema: unknown = JSON.parse(fs.readFileSync(path.join(folder, schemaFile), "utf8"));
        const ajv = new Ajv({ strict: false, allErrors: true });
        validate = ajv.compile(z.record(z.string(), z.unknown()).parse(schema));
    });

    for (const [what, run] of [
        ["an image of each verdict", fullRun],
        ["a run that passes", passedRun],
        ["hostile names", hostileRun],
        ["no image", emptyRun],
    ] as const) {
        it(`is valid against its schema: ${what}`, () => {
            assert.ok(validate(JSON.parse(renderScans("spdx", run()))), JSON.stringify(validate.errors));
        });
    }

    it("is held to the schema: a wrong document is refused", () => {
        const wrong = renderScans("spdx", fullRun()).replace('"CONTAINS"', '"WRONG"');
        assert.equal(validate(JSON.parse(wrong)), false);
    });
});
