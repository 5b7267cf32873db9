import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

const library = path.join(__dirname, "../../../lab/lib/rootfs.sh");

/** What a root file system's apt is told where this machine's apt has these settings too. */
function options(...settings: string[]): string[] {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "portcullis-apt-"));
    try {
        const file = path.join(folder, "apt.conf");
        fs.writeFileSync(file, `${settings.join("\n")}\n`);
        const ended = spawnSync("sh", ["-eu", "-c", `. "${library}"; apt_options`], {
            encoding: "utf8",
            env: { ...process.env, APT_CONFIG: file },
        });
        assert.equal(ended.status, 0, ended.stderr);
        return ended.stdout.trimEnd().split("\n");
    } finally {
        fs.rmSync(folder, { recursive: true });
    }
}

describe("the apt of a root file system", () => {
    for (const setting of [
        'Acquire::Check-Valid-Until "false";',
        'Acquire::Check-Date "false";',
        'Acquire::Max-ValidTime "86400";',
        'Acquire::http::Proxy "http://192.0.2.1:3128";',
        'Acquire::http::Proxy::mirror.example "DIRECT";',
        'Acquire::https::Verify-Peer "true";',
        'Acquire::AllowInsecureRepositories "1";',
        'Acquire::ForceIPv4 "true";',
        'Acquire::Retries "7";',
    ]) {
        it(`takes over what this machine's apt is told: ${setting}`, () => {
            assert.ok(options(setting).includes(setting));
        });
    }

    it("takes over nothing else", () => {
        const lines = options('APT::Install-Recommends "true";', 'DPkg::Post-Invoke { "rm -rf /x"; };');
        assert.deepEqual(
            lines.filter((line) => !/^Acquire::[\w:.-]+ ".*";$/.test(line)),
            [],
        );
    });
});
