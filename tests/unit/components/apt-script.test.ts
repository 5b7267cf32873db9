import assert from "node:assert/strict";
import * as fs from "node:fs";
import { IdsHost } from "../../support/ids-host";

const lockMessage = "E: Could not get lock /var/lib/apt/lists/lock. It is held by process 7 (apt-get)";

describe("apt on a host where others install packages", () => {
    let host: IdsHost;

    beforeEach(() => {
        host = new IdsHost();
        host.make({});
        fs.writeFileSync(host.file("lock"), "");
        fs.writeFileSync(host.file("locks"), "");
        host.standIn("sleep", `echo >>${host.file("slept")}; cat /dev/null >${host.file("locks")}`);
    });
    afterEach(() => {
        host.remove();
    });

    const run = (line: string) =>
        host.run(`apt_locks=${host.file("lock")} held_locks=${host.file("locks")}; ${line}`);
    const slept = (): number => (host.text("slept") ?? "").length;

    it("passes the words on, and is done once", () => {
        host.standIn("apt-get", `echo "$*" >>${host.file("asked")}`);
        assert.equal(run("apt_get install -y a b").status, 0);
        assert.equal(host.text("asked"), "-o DPkg::Lock::Timeout=300 install -y a b\n");
        assert.equal(slept(), 0);
    });

    it("waits for the process that holds a lock, and names it", () => {
        const inode = fs.statSync(host.file("lock")).ino;
        const others = `1: POSIX  ADVISORY  WRITE 1 00:2a:1${inode} 0 EOF\n2: -> POSIX ADVISORY WRITE 1 00:2a:${inode} 0 EOF\n`;
        host.standIn("apt-get", "exit 0");
        fs.writeFileSync(host.file("locks"), others);
        assert.equal(run("lock_holder").stdout, "");
        fs.writeFileSync(
            host.file("locks"),
            `${others}3: POSIX  ADVISORY  WRITE ${process.pid} 00:2a:${inode} 0 EOF\n`,
        );
        const { status, stderr } = run("apt_get update");
        assert.equal(status, 0);
        assert.match(
            stderr,
            new RegExp(`waiting for apt: \\S+ \\(process ${process.pid}\\) holds ${host.file("lock")}`),
        );
        assert.equal(slept(), 1);
    });

    it("tries again where apt finds a lock held, and not where it fails otherwise", () => {
        host.standIn(
            "apt-get",
            `echo >>${host.file("calls")}; [ $(wc -l <${host.file("calls")}) = 3 ] || { echo '${lockMessage}' >&2; exit 100; }`,
        );
        assert.equal(run("apt_get update").status, 0);
        assert.equal(slept(), 2);
        host.standIn("apt-get", "echo E: Unable to locate package docker.io; exit 100");
        const failed = run("apt_get install docker.io");
        assert.deepEqual([failed.status, failed.stderr], [1, "E: Unable to locate package docker.io\n"]);
    });

    it("gives up in the end", () => {
        host.standIn("apt-get", `echo '${lockMessage}' >&2; exit 100`);
        const { status, stderr } = run("apt_seconds=0; apt_get update");
        assert.equal(status, 1);
        assert.match(stderr, /somebody holds a lock of apt, for ten minutes, and nothing was installed/);
    });

    it("refuses a host whose docker is podman, and an installation that removes packages", () => {
        host.standIn("docker", "echo podman version 5.4.2");
        assert.match(
            run("refuse_podman").stderr,
            /'docker' on this host is podman .*podman-docker.*nothing was changed/,
        );
        host.standIn("docker", "echo Docker version 26.1.5+dfsg1, build a72d7cd");
        assert.equal(run("refuse_podman").status, 0);
        host.standIn("apt-get", "printf 'Inst docker.io (1)\\nRemv podman-docker [5.4.2]\\nRemv x [1]\\n'");
        const { status, stderr } = run("refuse_removals docker.io");
        assert.equal(status, 1);
        assert.match(stderr, /apt would remove podman-docker x for the installation of docker\.io/);
        host.standIn("apt-get", "echo 'Inst docker.io (1)'");
        assert.equal(run("refuse_removals docker.io").status, 0);
    });
});
