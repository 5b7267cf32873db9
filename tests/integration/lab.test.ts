import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { LabCopy, type LabResult } from "../support/lab";

const name = "labtest";
const address = "10.213.99.2";
const subnet = ["--subnet", "10.213.99.0/29"];
const otherSubnet = ["--subnet", "10.213.98.0/29"];

function assertDone(result: LabResult): LabResult {
    assert.equal(result.status, 0, result.stderr);
    return result;
}

describe("the lab", () => {
    // A path too long for a socket, as a clone deep in somebody's folders has.
    const lab = new LabCopy("a-folder-with-quite-a-long-name/and-another-long-one-below-it");
    const other = new LabCopy();
    const keys = path.join(lab.folder, ".portcullis/hosts", name);
    const sh = (script: string) => lab.run(["ssh", name, "sh -s"], { input: script });
    const read = (script: string) => assertDone(sh(script)).stdout.trim();

    after(() => {
        lab.remove();
        other.remove();
    });

    it("boots a host on an engine of its own, and finds it running the second time", () => {
        assertDone(lab.run(["up", name, ...subnet]));
        assert.deepEqual(
            lab
                .processes()
                .map((found) => found.name)
                .sort(),
            ["containerd", "containerd-shim", "dockerd"],
        );
        assert.equal(read("cat /proc/1/comm; hostname"), `systemd\n${name}`);
        const started = read("stat -c %Y /proc/1");
        assert.match(assertDone(lab.run(["up", name])).stderr, /runs at root@10\.213\.99\.2/);
        assert.equal(read("stat -c %Y /proc/1"), started);
    });

    it("delivers docker.io as its package leaves it", () => {
        assert.equal(read("systemctl is-active docker; systemctl is-enabled docker"), "active\nenabled");
        assert.equal(
            read("docker info --format '{{.DockerRootDir}}'; ls -A /etc/docker 2>/dev/null | wc -l"),
            "/var/lib/docker\n0",
        );
    });

    it("passes standard input on, and the command's exit code back", () => {
        const { status, stdout } = lab.run(["ssh", name, "cat; exit 7"], { input: "words\n" });
        assert.deepEqual({ status, stdout }, { status: 7, stdout: "words\n" });
    });

    it("lets in only root's key, over the pinned host key", () => {
        const ssh = (...options: string[]) =>
            spawnSync(
                "ssh",
                [
                    "-F",
                    "none",
                    "-o",
                    "BatchMode=yes",
                    "-o",
                    "LogLevel=ERROR",
                    ...options,
                    `root@${address}`,
                    "true",
                ],
                {
                    encoding: "utf8",
                },
            );
        const pinned = ["-o", "StrictHostKeyChecking=yes", "-o", `UserKnownHostsFile="${keys}/known_hosts"`];
        const key = ["-i", `${keys}/id_ed25519`, "-o", "IdentitiesOnly=yes"];
        assert.equal(ssh(...pinned, ...key).status, 0);
        assert.match(
            ssh(...pinned, "-i", "/dev/null", "-o", "IdentitiesOnly=yes").stderr,
            /Permission denied \(publickey\)/,
        );
        const wrong = path.join(lab.folder, "wrong_known_hosts");
        const loginKey = fs.readFileSync(`${keys}/id_ed25519.pub`, "utf8").split(" ").slice(0, 2).join(" ");
        fs.writeFileSync(wrong, `${address} ${loginKey}\n`);
        assert.match(
            ssh("-o", "StrictHostKeyChecking=yes", "-o", `UserKnownHostsFile="${wrong}"`, ...key).stderr,
            /Host key verification failed/,
        );
    });

    it("reaches the Debian mirror from inside, and gives control groups of its own", () => {
        assert.match(read("apt-get update 2>&1 && echo reached"), /reached$/);
        assert.match(read("cat /proc/1/cgroup"), /:\/init\.scope$/m);
    });

    it("comes back after its container, or any part of the engine, was killed", () => {
        for (const names of [/^dockerd$/, /^(dockerd|containerd)$/, /./]) {
            lab.kill(names);
            fs.writeFileSync(path.join(lab.folder, ".portcullis/engine/docker.pid"), String(process.pid));
            assertDone(lab.run(["up", name]));
            assert.equal(read("systemctl is-active docker ssh"), "active\nactive", names.source);
        }
        const engine = assertDone(lab.run(["engine"])).stdout.trim();
        execFileSync("docker", ["-H", engine, "kill", `pcl-${name}`], { stdio: "ignore" });
        assertDone(lab.run(["up", name]));
        assert.equal(read("systemctl is-active docker ssh"), "active\nactive");
    });

    it("boots whole after a boot that was killed anywhere", () => {
        for (const timeout of [200, 400, 600, 800, 1200]) {
            assertDone(lab.run(["down", name]));
            lab.run(["up", name, ...subnet], { timeout });
            assertDone(lab.run(["up", name, ...subnet]));
            assert.equal(read("systemctl is-active docker ssh"), "active\nactive", `${timeout} ms`);
        }
    });

    it("keeps the keys when the host is made anew, and nothing else", () => {
        const pin = fs.readFileSync(`${keys}/host_key.pub`, "utf8");
        read("touch /root/mark /var/lib/docker/mark");
        assertDone(lab.run(["down", name]));
        assertDone(lab.run(["up", name, ...subnet]));
        assert.equal(fs.readFileSync(`${keys}/host_key.pub`, "utf8"), pin);
        assert.equal(sh("ls /root/mark").status, 2);
        assert.equal(sh("ls /var/lib/docker/mark").status, 2);
    });

    it("leaves a running lab's name and subnet alone, and takes over those of a dead one", () => {
        const sameName = other.run(["up", name, ...otherSubnet]);
        assert.equal(sameName.status, 1);
        assert.match(sameName.stderr, /belongs to the running lab of .*run '.*lab\/lab down labtest'/);
        const sameSubnet = other.run(["up", "labother", ...subnet]);
        assert.equal(sameSubnet.status, 1);
        assert.match(sameSubnet.stderr, /the link pcl-labtest belongs to the running lab/);
        assert.equal(read("hostname"), name);

        lab.kill(/./);
        assertDone(other.run(["up", name, ...subnet]));
        const back = lab.run(["up", name]);
        assert.equal(back.status, 1);
        assert.match(back.stderr, /belongs to the running lab of/);
        assertDone(other.run(["down", name]));
        assertDone(lab.run(["up", name]));
        assert.equal(read("hostname"), name);
    });

    it("boots Debian 12 with its older engine, and installs an engine where none is", () => {
        assertDone(lab.run(["down", name]));
        assertDone(lab.run(["up", name, ...subnet, "--release", "bookworm", "--no-engine"]));
        assert.equal(sh("command -v docker").status, 127);
        read(
            "export DEBIAN_FRONTEND=noninteractive; apt-get update -q && apt-get install -y -q --no-install-recommends docker.io",
        );
        assert.match(read("docker version --format '{{.Server.Version}}'"), /^20\.10\./);
        const otherSettings = lab.run(["up", name, "--release", "trixie"]);
        assert.equal(otherSettings.status, 1);
        assert.match(
            otherSettings.stderr,
            /is there with other settings \(bookworm 10\.213\.99\.0\/29 no-engine\)/,
        );
    });

    it("leaves nothing behind", () => {
        const left = () => ({
            processes: lab.processes(),
            mounts: fs
                .readFileSync("/proc/self/mounts", "utf8")
                .split("\n")
                .filter((line) => line.includes(lab.folder)),
            links: fs.readdirSync("/sys/class/net").filter((link) => link === `pcl-${name}`),
            rules: execFileSync("iptables-save", { encoding: "utf8" })
                .split("\n")
                .filter((line) => line.includes(`portcullis:pcl-${name}"`)),
            files: fs.existsSync(path.join(lab.folder, ".portcullis/engine")),
        });
        const before = left();
        assert.ok(
            before.processes.length > 0 &&
                before.mounts.length > 0 &&
                before.links.length > 0 &&
                before.files,
        );
        assert.equal(before.rules.length, 3);
        assertDone(lab.run(["clean"]));
        assert.deepEqual(left(), { processes: [], mounts: [], links: [], rules: [], files: false });
        assertDone(lab.run(["clean"]));
    });
});
