import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

const lab = path.join(__dirname, "../../../lab");

describe("lab: the virtual machine", () => {
    /** With a comma in its name, which QEMU's options take for their own. */
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "portcullis,vm-"));
    const keys = path.join(folder, "hosts/box");
    const file = (...names: string[]) => path.join(folder, ...names);

    /** Runs shell code with the lab's functions; the programs in `bin` come first. */
    function sh(code: string, env: Record<string, string> = {}) {
        const files = ["common", "network", "host", "vm-image", "vm"].map(
            (name) => `. "$LAB/lib/${name}.sh"`,
        );
        const { status, stdout, stderr } = spawnSync(
            "sh",
            ["-euc", `${files.join("; ")}; HOSTS=$TEST/hosts; ${code}`],
            {
                encoding: "utf8",
                env: {
                    PATH: `${file("bin")}:${process.env["PATH"] ?? ""}`,
                    HOME: folder,
                    LAB: lab,
                    TEST: folder,
                    ...env,
                },
            },
        );
        return { status, stdout, stderr };
    }

    function read(code: string, env?: Record<string, string>): string {
        const ended = sh(code, env);
        assert.equal(ended.status, 0, ended.stderr);
        return ended.stdout;
    }

    before(() => {
        fs.mkdirSync(keys, { recursive: true });
        fs.mkdirSync(file("bin"));
        for (const name of ["id_ed25519.pub", "host_key", "host_key.pub"]) {
            fs.writeFileSync(path.join(keys, name), `the text of ${name}\n`);
        }
        for (const name of ["qemu-system-x86_64", "ip"]) {
            fs.writeFileSync(file("bin", name), '#!/bin/sh\nprintf "%s\\n" "$@"\n', { mode: 0o755 });
        }
        fs.writeFileSync(file("plain"), "flags\t\t: fpu vme svm_lock hypervisor\n");
        fs.writeFileSync(file("intel"), "flags\t\t: fpu vme vmx\n");
        fs.writeFileSync(file("amd"), "flags\t\t: fpu svm vme\n");
    });

    after(() => {
        fs.rmSync(folder, { recursive: true });
    });

    const device = '"$TEST/plain"';
    const accelerators: [string, string, Record<string, string>, string][] = [
        ["emulates where the processor has no virtualization", `${device} "$TEST/plain"`, {}, "tcg"],
        ["emulates where there is no /dev/kvm", '"$TEST/nothing" "$TEST/intel"', {}, "tcg"],
        ["takes KVM on an Intel processor", `${device} "$TEST/intel"`, {}, "kvm"],
        ["takes KVM on an AMD processor", `${device} "$TEST/amd"`, {}, "kvm"],
        [
            "emulates where it is told to",
            `${device} "$TEST/intel"`,
            { PORTCULLIS_VM_ACCELERATOR: "tcg" },
            "tcg",
        ],
    ];
    for (const [what, files, env, expected] of accelerators) {
        it(what, () => {
            assert.equal(read(`vm_accelerator ${files}`, env).replace(/[,\n].*/s, ""), expected);
        });
    }

    it("refuses an accelerator that is none", () => {
        const { status, stderr } = sh("vm_accelerator /dev/null /dev/null", {
            PORTCULLIS_VM_ACCELERATOR: "turbo",
        });
        assert.equal(status, 1);
        assert.match(stderr, /'turbo' is no accelerator \(PORTCULLIS_VM_ACCELERATOR\): give kvm or tcg/);
    });

    it("gives the machine its keys, address and resolver as systemd's credentials", () => {
        read("outer_resolvers() { echo nameserver 192.0.2.53; }; write_credentials box 10.213.97.0/28");
        const credential = (name: string): [string, string] => {
            const text = fs.readFileSync(path.join(keys, "vm.part/credentials", name), "utf8");
            const [, id = "", value = ""] = /^io\.systemd\.credential\.binary:([^=]+)=(.+)$/.exec(text) ?? [];
            return [id, Buffer.from(value, "base64").toString()];
        };
        assert.deepEqual(credential("login"), ["ssh.authorized_keys.root", "the text of id_ed25519.pub\n"]);
        const [network, unit] = credential("network");
        assert.equal(network, "network.network.10-lab");
        assert.match(unit, /^Address=10\.213\.97\.2\/28\nGateway=10\.213\.97\.1$/m);
        const [id, lines] = credential("files");
        assert.equal(id, "tmpfiles.extra");
        const files = lines
            .trim()
            .split("\n")
            .map((line) => line.split(" "))
            .map(([type, name, mode, user, group, , text = ""]) => {
                return [type, name, mode, user, group, Buffer.from(text, "base64").toString()];
            });
        const ssh = "/etc/ssh/ssh_host_ed25519_key";
        assert.deepEqual(files, [
            ["f+~", ssh, "0600", "root", "root", "the text of host_key\n"],
            ["f+~", `${ssh}.pub`, "0644", "root", "root", "the text of host_key.pub\n"],
            ["f+~", "/etc/resolv.conf", "0644", "root", "root", "nameserver 192.0.2.53\n"],
        ]);
    });

    it("starts QEMU with files only: no key is in its command line", () => {
        const args = read("start_vm box");
        assert.match(args, /^if=virtio,format=qcow2,.*,file=.*portcullis,,vm-.*\/vm\/root\.qcow2$/m);
        for (const name of ["files", "login", "network"]) {
            assert.match(args, new RegExp(`^type=11,path=.*/hosts/box/vm/credentials/${name}$`, "m"));
        }
        assert.match(args, /^tap,id=lab,ifname=pcv-box,script=.*\/lab\/vm\/join-bridge,downscript=no$/m);
        assert.doesNotMatch(args, /the text of|dGhlIHRleHQ/);
    });

    it("joins the machine's network device to the bridge of its name", () => {
        assert.equal(
            read('"$LAB/vm/join-bridge" pcv-box').replaceAll("\n", " "),
            "link set dev pcv-box master pcl-box up ",
        );
    });

    it("finds no process where none is the machine's, and removes what a killed run left", () => {
        fs.mkdirSync(path.join(keys, "vm.part"), { recursive: true });
        fs.mkdirSync(path.join(keys, "vm"));
        assert.equal(read("vm_processes box"), "");
        read('. "$LAB/lib/sweep.sh"; remove_vm box');
        assert.deepEqual(fs.readdirSync(keys).sort(), ["host_key", "host_key.pub", "id_ed25519.pub"]);
    });
});
