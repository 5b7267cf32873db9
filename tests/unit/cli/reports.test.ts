import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { forgetReports } from "../../../cli/reports";

describe("the reports of a stack that is gone", () => {
    let folder: string;

    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "portcullis-reports-"));
    });
    afterEach(() => {
        fs.rmSync(folder, { recursive: true });
    });

    function put(...names: string[]): void {
        for (const name of names) {
            const file = path.join(folder, name);
            fs.mkdirSync(path.dirname(file), { recursive: true });
            fs.writeFileSync(file, "");
        }
    }
    const settings = (scan: string) => {
        fs.writeFileSync(path.join(folder, "Pulumi.dev.yaml"), `config:\n  portcullis:scan:${scan}\n`);
    };
    const left = () => fs.readdirSync(path.join(folder, "out/dev")).sort();

    it("go from the folder that the settings name, and from no other", () => {
        settings(" { reportFolder: out }");
        put(
            "out/dev/declared.json",
            "out/dev/redis.json",
            "out/dev/audit.html",
            "out/dev/judgements/sha256/a",
            "reports/dev/redis.json",
            "out/prod/a.json",
        );
        forgetReports("dev", folder, "all");
        assert.deepEqual(fs.readdirSync(path.join(folder, "out")), ["prod"]);
        assert.ok(fs.existsSync(path.join(folder, "reports/dev/redis.json")));
    });

    it("go from the default folder, where the settings name none or are gone", () => {
        for (const file of ["", "config:\n", "config:\n  portcullis:scan:\n", undefined]) {
            put("reports/dev/audit.json");
            if (file === undefined) {
                fs.rmSync(path.join(folder, "Pulumi.dev.yaml"));
            } else {
                fs.writeFileSync(path.join(folder, "Pulumi.dev.yaml"), file);
            }
            forgetReports("dev", folder, "all");
            assert.equal(fs.existsSync(path.join(folder, "reports/dev")), false, file);
        }
    });

    it("leave what the gate kept, where only the declaration goes", () => {
        put("reports/dev/declared.json", "reports/dev/judgements/sha256/a");
        forgetReports("dev", folder, "declared");
        assert.deepEqual(fs.readdirSync(path.join(folder, "reports/dev")), ["judgements"]);
    });

    it("are all that goes: files of others stay, and so does their folder", () => {
        settings(" { reportFolder: out }");
        put("out/dev/audit.json.new", "out/dev/notes.txt", "out/dev/kept/a.json");
        forgetReports("dev", folder, "all");
        assert.deepEqual(left(), ["kept", "notes.txt"]);
    });

    it("stay after destroy, but what was declared goes: there is nothing to compare the host with", () => {
        settings(" { reportFolder: out }");
        put("out/dev/declared.json", "out/dev/audit.html", "out/dev/summary.json");
        forgetReports("dev", folder, "declared");
        assert.deepEqual(left(), ["audit.html", "summary.json"]);
        forgetReports("none", folder, "declared");
    });

    it("are left alone where the settings cannot be read", () => {
        settings(" [");
        put("reports/dev/audit.json");
        assert.throws(() => {
            forgetReports("dev", folder, "all");
        }, /Pulumi\.dev\.yaml is no YAML/);
        settings(" { reportFolder: 1 }");
        assert.throws(() => {
            forgetReports("dev", folder, "all");
        }, /names no folder of reports: [\s\S]*reportFolder/);
        assert.ok(fs.existsSync(path.join(folder, "reports/dev/audit.json")));
    });
});
