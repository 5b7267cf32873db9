import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as zlib from "node:zlib";
import { hostScripts } from "../../../components/toolkit/scripts";

describe("scan-image.sh", function () {
    this.timeout(60_000);
    let folder: string;

    /** Clair's container, as the engine tells of it. */
    interface ClairState {
        /** Whether Clair ends with each error, and is started again. */
        readonly ends?: boolean;
        /** Whether the kernel ended it for lack of memory. */
        readonly oom?: boolean;
    }

    /** Scans with a clairctl that ends with each of these errors in turn, and then has a report. */
    function scan(errors: readonly string[], { ends = false, oom = false }: ClairState = {}) {
        const [calls, errorFile] = [path.join(folder, "calls"), path.join(folder, "errors")];
        fs.writeFileSync(errorFile, errors.map((text) => `${text}\n`).join(""));
        fs.writeFileSync(calls, "");
        const standIns = {
            docker: `case $* in
exec*) exit ;;
*RestartCount*) echo "${ends ? `$(wc -l <${calls})` : "0"} then"; exit ;;
*Health*) echo 'running healthy'; exit ;;
*OOMKilled*) echo false; exit ;;
*HostConfig.Memory*) echo 805306368; exit ;;
events*) ${oom ? "echo 1" : ":"}; exit ;;
esac
echo "$*" >>${calls}; said=$(sed -n "$(wc -l <${calls})p" ${errorFile})
[ -z "$said" ] || { echo "$said" >&2; exit 1; }
echo '{"manifest_hash":"sha256:0"}'`,
            df: "printf 'Used 1B-blocks\\n1 1000\\n'",
            sleep: "",
        };
        fs.mkdirSync(path.join(folder, "bin"), { recursive: true });
        for (const [name, text] of Object.entries(standIns)) {
            fs.writeFileSync(path.join(folder, "bin", name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
        }
        const words = [
            ...["registry:5000/a@sha256:0", "image", "network", "/config", "/ca", "/a:/b", "1"],
            ...["http://clair:6060/", "p-clair"],
        ];
        const ended = spawnSync("sh", [path.join(folder, "scan-image.sh"), ...words], {
            input: "{}",
            encoding: "utf8",
            env: { PATH: `${path.join(folder, "bin")}:${process.env["PATH"] ?? ""}`, PORTCULLIS_CALLER: "" },
        });
        const lines = fs.readFileSync(calls, "utf8").split("\n").slice(0, -1);
        return { ...ended, calls: lines.length, line: lines[0] ?? "" };
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
        const { status, stdout, stderr, calls } = scan([
            'ERR error="unexpected return status: 429"',
            'ERR error="Get "http://clair:6060/": dial tcp 172.19.0.3:6060: connect: connection refused"',
            'ERR error="Get "http://clair:6060/": dial tcp: lookup clair on 127.0.0.11:53: no such host"',
        ]);
        assert.equal(status, 0, stderr);
        assert.equal(calls, 4);
        const report = zlib.gunzipSync(Buffer.from(stdout, "base64")).toString();
        assert.equal(report, '{"manifest_hash":"sha256:0"}\n');
    });

    const busy = 'ERR error="unexpected return status: 429"';

    it("waits longer for a Clair that is busy than for one that does not listen, and not for ever", () => {
        const patient = scan(Array.from({ length: 121 }, () => busy));
        assert.deepEqual([patient.status, patient.calls], [0, 122], patient.stderr);
        // Each look at the clock is ten minutes later.
        const clock = path.join(folder, "clock");
        fs.writeFileSync(
            path.join(folder, "bin/date"),
            `#!/bin/sh\necho >>${clock}; echo $(($(wc -l <${clock}) * 600))\n`,
            { mode: 0o755 },
        );
        const { status, stderr, calls } = scan(Array.from({ length: 20 }, () => busy));
        assert.deepEqual([status, calls], [1, 6]);
        assert.match(
            stderr,
            /registry:5000\/a@sha256:0: no verdict: Clair was busy with other images for an hour/,
        );
    });

    it("ends at once with any other error, and prints no report", () => {
        const { status, stdout, stderr, calls } = scan(["ERR x509: certificate signed by unknown authority"]);
        assert.equal(status, 1);
        assert.equal(stdout, "");
        assert.equal(calls, 1);
        assert.match(stderr, /^portcullis: registry:5000\/a@sha256:0: Clair cannot scan it: ERR x509: /);
    });

    it("ends some time when Clair never listens", () => {
        const refused = Array.from({ length: 200 }, () => "dial tcp: connect: connection refused");
        const { status, calls } = scan(refused);
        assert.equal(status, 1);
        assert.equal(calls, 120);
    });

    const full = "ERR code=500 error=write /var/tmp/fetch.1: no space left on device";

    it("names the spool's setting where the layers do not fit, be it empty before", () => {
        const { status, stderr, calls } = scan([full, full, full]);
        assert.deepEqual([status, calls], [1, 3]);
        assert.match(
            stderr,
            /registry:5000\/a@sha256:0: no verdict: its layers do not fit into Clair's spool of \d+ GiB, .*portcullis:scanner\.spoolGigabytes higher/,
        );
    });

    it("tries again where the spool was full of what other images left", () => {
        const { status, stderr, calls } = scan([full, full]);
        assert.deepEqual([status, calls], [0, 3], stderr);
    });

    const reset = "ERR read tcp 1->2: read: connection reset by peer";

    it("names the limit of memory and its setting where Clair ended for lack of it three times", () => {
        const { status, stderr, calls } = scan([reset, 'ERR Post "http://clair": unexpected EOF', reset], {
            ends: true,
            oom: true,
        });
        assert.deepEqual([status, calls], [1, 3]);
        assert.match(
            stderr,
            /registry:5000\/a@sha256:0: no verdict: Clair came to its memory limit of 768 MiB .*portcullis:scanner\.clairMemoryMegabytes higher/,
        );
    });

    it("tries again where Clair ended for the sake of another image", () => {
        const { status, stderr, calls } = scan([reset, reset], { ends: true, oom: true });
        assert.deepEqual([status, calls], [0, 3], stderr);
    });

    it("says nothing of memory where Clair ended for another reason", () => {
        const { status, stderr } = scan([reset, reset, reset], { ends: true });
        assert.equal(status, 1);
        assert.match(
            stderr,
            /Clair ended three times while it scanned the image: ERR read tcp .*'docker logs p-clair'/,
        );
        assert.doesNotMatch(stderr, /memory/);
    });

    it("gives clairctl no proxy, whatever Docker's client would", () => {
        const { line } = scan([]);
        for (const name of [
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "ALL_PROXY",
            "http_proxy",
            "https_proxy",
            "all_proxy",
        ]) {
            assert.match(line, new RegExp(`--env ${name}= `));
        }
        assert.match(line, /--env no_proxy=\* /);
    });
});
