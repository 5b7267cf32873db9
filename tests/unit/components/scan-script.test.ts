import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as zlib from "node:zlib";
import { hostScripts } from "../../../components/toolkit/scripts";

describe("scan-image.sh", () => {
    let folder: string;

    /** Scans with a clairctl that ends with each of these errors in turn, and then has a report. */
    function scan(...errors: readonly string[]) {
        const [calls, errorFile] = [path.join(folder, "calls"), path.join(folder, "errors")];
        fs.writeFileSync(errorFile, errors.map((text) => `${text}\n`).join(""));
        const standIns = {
            docker: `echo >>${calls}; said=$(sed -n "$(wc -l <${calls})p" ${errorFile})
[ -z "$said" ] || { echo "$said" >&2; exit 1; }
echo '{"manifest_hash":"sha256:0"}'`,
            sleep: "",
        };
        fs.mkdirSync(path.join(folder, "bin"), { recursive: true });
        for (const [name, text] of Object.entries(standIns)) {
            fs.writeFileSync(path.join(folder, "bin", name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
        }
        const words = [
            "registry:5000/a@sha256:0",
            "image",
            "network",
            "/config",
            "/ca",
            "/a:/b",
            "1",
            "http://clair:6060/",
        ];
        const ended = spawnSync("sh", [path.join(folder, "scan-image.sh"), ...words], {
            input: "{}",
            encoding: "utf8",
            env: { PATH: `${path.join(folder, "bin")}:${process.env["PATH"] ?? ""}`, PORTCULLIS_CALLER: "" },
        });
        return { ...ended, calls: fs.readFileSync(calls, "utf8").length };
    }

    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "scan-script-"));
        for (const { name, text } of hostScripts()) {
            fs.writeFileSync(path.join(folder, name), text);
        }
    });
    afterEach(() => {
        fs.rmSync(folder, { recursive: true });
    });

    it("waits for a Clair that is busy, and for one that does not listen yet", () => {
        const { status, stdout, stderr, calls } = scan(
            'ERR error="unexpected return status: 429"',
            'ERR error="Get "http://clair:6060/": dial tcp 172.19.0.3:6060: connect: connection refused"',
        );
        assert.equal(status, 0, stderr);
        assert.equal(calls, 3);
        const report = zlib.gunzipSync(Buffer.from(stdout, "base64")).toString();
        assert.equal(report, '{"manifest_hash":"sha256:0"}\n');
    });

    it("ends at once with any other error, and prints no report", () => {
        const { status, stdout, stderr, calls } = scan("ERR x509: certificate signed by unknown authority");
        assert.equal(status, 1);
        assert.equal(stdout, "");
        assert.equal(calls, 1);
        assert.match(stderr, /^portcullis: registry:5000\/a@sha256:0: Clair cannot scan it: ERR x509: /);
    });

    it("ends some time when Clair never listens", () => {
        const refused = Array.from({ length: 200 }, () => "dial tcp: connect: connection refused");
        const { status, calls } = scan(...refused);
        assert.equal(status, 1);
        assert.equal(calls, 120);
    });
});
