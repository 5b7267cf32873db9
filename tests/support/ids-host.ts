import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { hostScripts } from "../../components/toolkit/scripts";

/** The parts of a host that decide on ranges; each has a default of a plain new host. */
interface Host {
    /** Text of /etc/subuid. @default the file is not there */
    readonly subuid?: string | undefined;
    /** Text of /etc/subgid. @default the same as subuid */
    readonly subgid?: string | undefined;
    readonly passwd?: readonly string[];
    readonly group?: readonly string[];
    /** Lines of nsswitch.conf. @default local files */
    readonly services?: string;
    readonly loginDefs?: string;
}

const root = "root:x:0:0:root:/root:/bin/sh";
const nobody = "nobody:x:65534:65534::/:/usr/sbin/nologin";
export const remapUser = "dockremap:x:104:108::/:/usr/sbin/nologin";

const ready = (line: string): string => `${line}\n`;
export const range = (first: number): string => `dockremap:${first}:65536\n`;

/** Sample files of a host in a folder, on which the functions of the host's scripts run. */
export class IdsHost {
    readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "subordinate-ids-"));

    constructor() {
        fs.mkdirSync(this.file("bin"));
        const common = hostScripts().find(({ name }) => name === "common.sh");
        fs.writeFileSync(this.file("common.sh"), common?.text ?? "");
        this.standIn(
            "getent",
            `set -- ${this.folder}/$1 "$2"; if [ -z "$2" ]; then cat "$1"; else grep "^$2:" "$1"; fi`,
        );
        this.standIn("useradd", `echo '${remapUser}' >>${this.file("passwd")}`);
        this.standIn("id", "echo 104");
        // The real one takes the user's lines out of both files too.
        this.standIn(
            "userdel",
            `for file in passwd subuid subgid; do ! [ -e ${this.folder}/$file ] || sed -i '/^dockremap:/d' ${this.folder}/$file; done`,
        );
    }

    remove(): void {
        fs.rmSync(this.folder, { recursive: true });
    }

    file(name: string): string {
        return path.join(this.folder, name);
    }

    text(name: string): string | undefined {
        return fs.existsSync(this.file(name)) ? fs.readFileSync(this.file(name), "utf8") : undefined;
    }

    standIn(name: string, script: string): void {
        fs.writeFileSync(this.file(`bin/${name}`), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    }

    /** Makes a new host. */
    make({ subuid, subgid = subuid, ...host }: Host): void {
        fs.rmSync(this.file("kept"), { recursive: true, force: true });
        fs.mkdirSync(this.file("kept"));
        for (const [name, value] of Object.entries({ subuid, subgid })) {
            fs.rmSync(this.file(name), { force: true });
            if (value !== undefined) {
                fs.writeFileSync(this.file(name), value, { mode: 0o640 });
            }
        }
        const files = {
            passwd: [root, nobody, ...(host.passwd ?? [])].map(ready).join(""),
            group: ["root:x:0:", "nogroup:x:65534:", ...(host.group ?? [])].map(ready).join(""),
            nsswitch: host.services ?? "passwd: files systemd\ngroup: files\n",
            "login.defs": host.loginDefs ?? "UID_MAX\t60000\n",
            "daemon.json": JSON.stringify({ "data-root": this.file("data") }),
        };
        for (const [name, value] of Object.entries(files)) {
            fs.writeFileSync(this.file(name), value);
        }
    }

    /** Runs a line of shell as a host's script does, on the sample files. */
    run(line: string) {
        const at = (name: string): string => this.file(name);
        const places = [
            `subuid_file=${at("subuid")} subgid_file=${at("subgid")} login_defs=${at("login.defs")}`,
            `name_services=${at("nsswitch")} engine_config=${at("daemon.json")} engine_kept=${at("kept")}`,
        ];
        return spawnSync("dash", ["-c", ["set -eu", `. ${at("common.sh")}`, ...places, line].join("\n")], {
            encoding: "utf8",
            env: { PATH: `${at("bin")}:${process.env["PATH"] ?? ""}`, LC_ALL: "C" },
        });
    }

    /** Gives dockremap its ranges, which has to succeed. @param host made first. @default the host as it is */
    put(host?: Host) {
        if (host !== undefined) {
            this.make(host);
        }
        const ended = this.run("check_ids; put_ids");
        assert.equal(ended.status, 0, ended.stderr);
        return ended;
    }

    /** The same, which has to change nothing. @returns what the refusal says, with /etc for the folder */
    refused(host?: Host): string {
        if (host !== undefined) {
            this.make(host);
        }
        const before = this.listing();
        const ended = this.run("check_ids; put_ids");
        assert.equal(ended.status, 1, JSON.stringify([this.text("subuid"), this.text("subgid")]));
        assert.deepEqual(this.listing(), before, "a refusal changes nothing");
        assert.match(ended.stderr, /othing was changed\.?\n$/);
        return ended.stderr.replaceAll(this.folder, "/etc");
    }

    /** All files with the times of their last change. */
    listing(): string[] {
        return fs
            .readdirSync(this.folder, { recursive: true, encoding: "utf8" })
            .sort()
            .map((name) => `${name} ${fs.statSync(this.file(name)).mtimeMs}`);
    }
}
