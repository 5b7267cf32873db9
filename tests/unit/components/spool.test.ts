import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { spoolFolder } from "../../../components/clair/spool";
import { refuseSpool } from "../../../components/presence/refuse";
import { hostScripts } from "../../../components/toolkit/scripts";
import { hostOutputs } from "../../support/host";
import { wholeStack } from "../../support/parts";
import { record } from "../../support/program";

const gibibyte = 1024 ** 3;
const where = "root@192.0.2.10:22";

describe("Clair's spool", () => {
    it("is refused where the host's disk has no room, with key, host, folder and sizes", () => {
        const refused = refuseSpool(where, { free: 7.25 * gibibyte, taken: 0 }, 20);
        assert.match(
            refused ?? "",
            /^portcullis:scanner\.spoolGigabytes is 20, and on root@192\.0\.2\.10:22 the disk of \/var\/spool\/portcullis\/clair has 7\.3 GiB for it: 21 GiB are needed, 1 of which stays free; nothing was changed/,
        );
        assert.equal(refuseSpool(where, { free: 21 * gibibyte, taken: 0 }, 20), undefined);
        assert.notEqual(refuseSpool(where, { free: 21 * gibibyte - 1, taken: 0 }, 20), undefined);
    });

    it("has room where it is already, and where an earlier one makes room for it", () => {
        assert.equal(refuseSpool(where, { free: 0, taken: 20 * gibibyte }, 20), undefined);
        assert.equal(refuseSpool(where, { free: 11 * gibibyte, taken: 10 * gibibyte }, 20), undefined);
        assert.notEqual(refuseSpool(where, { free: 10 * gibibyte, taken: 10 * gibibyte }, 20), undefined);
    });

    it("is there before Clair, is undone by destroy, and is what Clair has for all that is temporary", async () => {
        const program = await record(() => wholeStack({ scanner: { spoolGigabytes: 3 } }), hostOutputs);
        const step = program.get("scanner-clair-spool").inputs;
        assert.match(
            String(step["create"]),
            /place-spool\.sh \/var\/spool\/portcullis\/clair 3 65534 p-clair # /,
        );
        assert.match(String(step["delete"]), /remove-spool\.sh \/var\/spool\/portcullis\/clair$/);
        const container = program.get("scanner-clair-container");
        assert.ok(container.dependsOn.includes("scanner-clair-spool"));
        const { mounts, tmpfs, envs, labels, entrypoints } = container.inputs;
        assert.deepEqual(
            (mounts as { target: string }[]).find(({ target }) => target === "/var/tmp"),
            { type: "bind", source: `${spoolFolder}/files`, target: "/var/tmp", readOnly: false },
        );
        assert.deepEqual(Object.keys(tmpfs as object), ["/tmp"]);
        assert.ok((envs as string[]).includes("TMPDIR=/var/tmp"));
        // Another file system makes another container.
        assert.match(JSON.stringify(labels), /0a6cb5f2-4c33-4b/);
        assert.match(
            String((entrypoints as string[])[2]),
            /^rm -rf \/var\/tmp\/\* \/var\/tmp\/\.\[!\.\]\*; .*exec clair "\$@"$/,
        );
    });

    describe("on a host", () => {
        let folder: string;

        /** Calls a function of common.sh, with stand-ins for the programs of a host. */
        const call = (line: string, input = "", mounted = ""): string => {
            const common = hostScripts().find(({ name }) => name === "common.sh")?.text ?? "";
            fs.writeFileSync(path.join(folder, "common.sh"), common);
            const bin = path.join(folder, "bin");
            fs.mkdirSync(bin, { recursive: true });
            fs.writeFileSync(
                path.join(bin, "findmnt"),
                `#!/bin/sh\n[ -z '${mounted}' ] || echo '${mounted}'\n`,
                { mode: 0o755 },
            );
            const script = `. ${folder}/common.sh\nspool_folder=${folder}/spool spool_file=${folder}/spool.img work=${folder}\n${line}`;
            const ended = spawnSync("sh", ["-c", script], {
                input,
                encoding: "utf8",
                env: { PATH: `${bin}:${process.env["PATH"] ?? ""}` },
            });
            assert.equal(ended.stderr, "");
            return ended.stdout;
        };
        const evidence = (mounted?: string) => call("evidence", `spool ${folder}/spool\n`, mounted);
        const write = (bytes: number) => {
            fs.writeFileSync(path.join(folder, "spool.img"), Buffer.alloc(bytes, 1), { mode: 0o600 });
        };

        beforeEach(() => {
            folder = fs.mkdtempSync(path.join(os.tmpdir(), "spool-"));
            fs.mkdirSync(path.join(folder, "spool", "files"), { recursive: true, mode: 0o700 });
        });
        afterEach(() => {
            fs.rmSync(folder, { recursive: true });
        });

        it("lies in the folder that the program knows", () => {
            const common = hostScripts().find(({ name }) => name === "common.sh")?.text ?? "";
            assert.match(common, new RegExp(`^spool_folder=${spoolFolder}$`, "m"));
        });

        it("is seen by its file, its mount and its options, in whichever order these come", () => {
            write(8192);
            const [one, other] = ["rw,nosuid,nodev,noexec,noatime", "nodev,noexec,rw,relatime,nosuid"].map(
                (options) => evidence(`/dev/loop7 ext4 ${options}`),
            );
            assert.match(
                one ?? "",
                /^spool \S+\/spool\t\d+ \d+ 600 8192 whole, ext4 nodev,noexec,nosuid,rw \S* ?\d+ \d+ 700\n$/,
            );
            assert.equal(one, other);
            assert.notEqual(evidence("/dev/loop7 ext4 rw,nosuid,nodev"), one);
            assert.notEqual(evidence("/dev/sda1 xfs rw,nosuid,nodev,noexec"), one);
            write(4096);
            assert.notEqual(evidence("/dev/loop7 ext4 rw,nosuid,nodev,noexec"), one);
        });

        it("is gone where its file is gone, or is not mounted", () => {
            assert.equal(evidence("/dev/loop7 ext4 rw,nosuid,nodev,noexec"), "");
            write(4096);
            assert.equal(evidence(), "");
        });

        it("is another one where its file has holes, so that the disk could run out under it", () => {
            fs.writeFileSync(path.join(folder, "spool.img"), "", { mode: 0o600 });
            fs.truncateSync(path.join(folder, "spool.img"), 1 << 20);
            assert.match(evidence("/dev/loop7 ext4 rw"), / 600 1048576 sparse, /);
        });

        it("has room told of the disk on which it is or would be", () => {
            write(8192);
            assert.match(call("spool_room"), /^\d{6,} (8192|\d+)\n$/);
            assert.match(
                call("spool_folder=/nowhere/at/all; spool_file=$spool_folder.img; spool_room"),
                /^\d{6,} 0\n$/,
            );
        });
    });
});
