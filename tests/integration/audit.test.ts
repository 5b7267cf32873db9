import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { audit } from "../../audit/audit";
import { auditBeside } from "../../audit/docker-bench/beside";
import { collect } from "../../audit/collect";
import { checkDockerBench, runDockerBench } from "../../audit/docker-bench/run";
import type { Result } from "../../audit/model";
import { type Target, targetOfConnection } from "../../transport/target";
import { AuditError } from "../../audit/error";
import { dockerBench, importDockerBench, putDockerBench, script } from "../support/docker-bench";
import { labImages, root, TestHost } from "../support/stack";

describe("the audit of a disposable host", () => {
    const host = new TestHost("audit", "trixie", "10.213.71.0/29");
    let target: Target;

    async function verdict(id: string): Promise<Result | undefined> {
        return (await audit(target)).results.find((result) => result.id === id)?.result;
    }

    /** Everything on the host that an audit could have left. */
    function traces(): string {
        return host.read(`
            docker ps -aq; docker images -q; docker volume ls -q; docker network ls -q
            find /etc /root /home /opt /srv /tmp /usr /var/tmp /var/lib -xdev -path /var/lib/systemd -prune -o \\
                -type f -printf '%p %s %T@ %m %u:%g\\n' -o -printf '%p %m %u:%g\\n' | sort`);
    }

    before(async () => {
        await labImages();
        await host.up();
        const keys = path.join(root, host.folder);
        target = targetOfConnection({
            user: "root",
            address: host.address,
            port: 22,
            privateKeyFile: path.join(keys, "id_ed25519"),
            hostKey: fs.readFileSync(path.join(keys, "host_key.pub"), "utf8").trim(),
        });
        const input = fs.readFileSync(path.join(root, ".portcullis/archives/redis.tar.gz"));
        const loaded = spawnSync("lab/lab", ["ssh", host.name, "gunzip | docker load"], { cwd: root, input });
        assert.equal(loaded.status, 0, loaded.stderr.toString());
    });

    after(() => {
        host.down();
    });

    it("judges all 117 checks, and writes nothing on the host", async () => {
        const before = traces();
        const report = await audit(target);
        assert.equal(report.results.length, 117);
        assert.equal(report.hostName, "audit");
        assert.match(report.engineVersion, /^26\.1\./);
        assert.equal(traces(), before);
    });

    it("sees each change of the host: the verdict is not the same with the protection off", async () => {
        const restart = "systemctl stop docker.socket docker; systemctl start docker.socket docker";
        assert.equal(await verdict("2.2"), "WARN");
        assert.equal(await verdict("3.18"), "INFO");
        host.read(`echo '{"icc": false}' > /etc/docker/daemon.json; chmod 0666 /etc/docker/daemon.json`);
        assert.equal(await verdict("2.2"), "WARN", "the engine has not been restarted yet");
        assert.equal(await verdict("3.18"), "WARN");
        host.read(`chmod 0644 /etc/docker/daemon.json; ${restart}`);
        assert.equal(await verdict("2.2"), "PASS");
        assert.equal(await verdict("3.18"), "PASS");

        assert.equal(await verdict("5.5"), "INFO");
        host.read("docker run -d --name plain --entrypoint sleep portcullis/redis:lab 1000");
        assert.equal(await verdict("5.5"), "PASS");
        host.read("docker run -d --name strong --privileged --entrypoint sleep portcullis/redis:lab 1000");
        assert.equal(await verdict("5.5"), "WARN");
        host.read("docker rm -f plain strong");
    });

    it("sees a socket that a unit of systemd holds open for the engine, and no more once it is gone", async () => {
        const tls = async () => {
            const found = (await audit(target)).results.find(({ id }) => id === "2.7");
            return [found?.result, found?.details, found?.items];
        };
        const nothing = ["INFO", "The engine does not listen on TCP.", undefined];
        assert.deepEqual(await tls(), nothing);
        host.read(`printf '%s\\n' '[Socket]' 'ListenStream=127.0.0.1:2375' 'Service=docker.service' '[Install]' \\
                'WantedBy=sockets.target' >/etc/systemd/system/docker-tcp.socket
            systemctl daemon-reload; systemctl stop docker.socket docker
            systemctl start docker.socket docker-tcp.socket docker; curl -fsS http://127.0.0.1:2375/_ping`);
        try {
            assert.deepEqual(await tls(), [
                "WARN",
                "The engine listens on TCP without TLS: whoever reaches it is root on the host.",
                ["tcp://127.0.0.1:2375"],
            ]);
        } finally {
            host.read(`systemctl stop docker-tcp.socket docker.socket docker
                rm /etc/systemd/system/docker-tcp.socket; systemctl daemon-reload; systemctl reset-failed
                systemctl start docker.socket docker`);
        }
        assert.deepEqual(await tls(), nothing);
    });

    it("judges writable paths in system folders, and a runtime's socket, in containers that have them", async () => {
        const run = (name: string, options: string) =>
            host.read(`docker run -d --name ${name} ${options} --entrypoint sleep portcullis/redis:lab 1000`);
        host.read("ln -s /etc /srv/link");
        run("linked", "-v /srv/link/cron.d:/x");
        run("cron", "-v /etc//cron.d/:/x");
        run("tool", "-v /usr/local/bin:/x:ro --security-opt no-new-privileges=0");
        run("runtime", "-v /run/containerd:/x:ro");
        host.read(`echo '{"defaultAction":"SCMP_ACT_ALLOW"}' >/tmp/open.json`);
        run("open", "--security-opt seccomp=/tmp/open.json");
        const { results } = await audit(target);
        const items = (id: string) => results.find((result) => result.id === id)?.items;
        assert.deepEqual(items("5.6"), ["cron:/etc/cron.d", "linked:/srv/link/cron.d -> /etc/cron.d"]);
        assert.deepEqual(items("5.32"), ["runtime"]);
        assert.deepEqual(items("5.22"), ["open"]);
        assert.ok(items("5.26")?.includes("tool"));
        host.read("docker rm -f linked cron tool runtime open; rm /tmp/open.json /srv/link");
    });

    it("finds an sshd in a container from outside, without a ps in it", async () => {
        const run = "docker run -d --user 0 --name door --entrypoint sh portcullis/redis:lab -c";
        host.read(
            `${run} 'rm -f /usr/bin/ps; cp "$(command -v sleep)" /tmp/sshd && exec /tmp/sshd 1000'; sleep 1`,
        );
        const found = (await audit(target)).results.find(({ id }) => id === "5.7");
        assert.deepEqual([found?.result, found?.items], ["WARN", ["door"]]);
        host.read("docker rm -f door");
    });

    it("gets by with containers that come and go while it reads", async () => {
        const churn = spawn("lab/lab", ["ssh", host.name, "sh -s"], {
            cwd: root,
            stdio: ["pipe", "ignore", "ignore"],
        });
        const ended = new Promise((resolve) => churn.once("close", resolve));
        churn.stdin.end(`
            for round in 1 2 3 4 5 6 7 8 9 10 11 12; do
                for i in 1 2 3; do
                    docker run -d --rm --network none --entrypoint sleep portcullis/redis:lab 0.$i >/dev/null
                done
            done`);
        for (let round = 0; round < 6; round++) {
            assert.equal((await audit(target)).results.length, 117);
        }
        await ended;
    });

    it("can not audit a host whose engine is silent, and says so in time", async () => {
        host.read("kill -STOP $(cat /run/docker.pid)");
        try {
            await assert.rejects(collect(target, { timeoutSeconds: 4 }), (error) => {
                assert.ok(error instanceof AuditError);
                assert.match(error.message, /no full answer within 4 s/);
                return true;
            });
        } finally {
            host.read("kill -CONT $(cat /run/docker.pid)");
        }
        assert.equal((await audit(target)).results.length, 117);
    });

    it("can not audit a host whose engine is down, or whose key is another", async () => {
        host.read("systemctl stop docker.socket docker");
        await assert.rejects(
            audit(target),
            /cannot be asked.*check that the host is up, that its engine runs/s,
        );
        host.read("systemctl start docker.socket docker");
        const other = `ssh-ed25519 ${Buffer.concat([Buffer.from("\0\0\0\x0bssh-ed25519\0\0\0 ", "latin1"), Buffer.alloc(32, 7)]).toString("base64")}`;
        const impostor = targetOfConnection({
            user: "root",
            address: host.address,
            port: 22,
            privateKeyFile: path.join(root, host.folder, "id_ed25519"),
            hostKey: other,
        });
        await assert.rejects(audit(impostor), /Host key verification failed/);
    });

    it("says what is missing where Docker Bench cannot be run", async () => {
        await assert.rejects(
            runDockerBench(target, { script: "/nowhere/it's.sh" }),
            /there is no such file; give the path of docker-bench-security.sh/,
        );
        await assert.rejects(runDockerBench(target, { image: "$(id):1" }), /the image is not on the host/);
    });

    if (dockerBench !== undefined) {
        const image = "docker-bench:test";

        /** Audits with the real Docker Bench, as a script and as an image. */
        async function besideBoth(): Promise<void> {
            const results = [];
            for (const source of [{ script }, { image }]) {
                const { dockerBench: beside } = await auditBeside(target, { dockerBench: source });
                assert.deepEqual(beside?.unexplained, []);
                assert.equal(beside.equal + beside.explained.length, 117);
                results.push(beside);
            }
            assert.deepEqual(results[0], results[1]);
        }

        it("gives the verdicts of the real Docker Bench, as a script and as an image, but for its known errors", async () => {
            putDockerBench(host);
            importDockerBench(host, image);
            host.read("docker run -d --name plain -p 8080:80 --entrypoint sleep portcullis/redis:lab 1000");
            await besideBoth();
            await checkDockerBench(target, { script });
            await assert.rejects(checkDockerBench(target, { image }), /the hardening hides the images/);
            host.read(`docker rm -f plain; docker rmi ${image}`);
        });

        it("gives them with user namespaces too", async () => {
            host.read(
                `echo '{"userns-remap": "default"}' > /etc/docker/daemon.json; systemctl reset-failed docker; systemctl restart docker`,
            );
            putDockerBench(host);
            importDockerBench(host, image);
            await checkDockerBench(target, { image });
            await besideBoth();
            assert.equal(host.read("find /tmp -name 'portcullis*'; docker ps -aq"), "", "it left something");
        });
    }
});
