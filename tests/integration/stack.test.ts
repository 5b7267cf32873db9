import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import { Deployment } from "../support/deployment";
import { dockerBench, putDockerBench, script } from "../support/docker-bench";
import { assertDone, labImages, root, TestHost, TestStack } from "../support/stack";
import { assertUnchanged } from "../support/unchanged";
import { claims, leftovers, sampleProcesses } from "./claims";
import { driftClaims } from "./drift";

/** lab/data/expected-findings.json: what Clair was measured to find in the vulnerable sample. */
const expectedFindings = z.object({
    findings: z
        .array(
            z.object({
                advisory: z.string(),
                package: z.string(),
                cves: z.array(z.string()),
                severity: z.string(),
                fixed: z.string(),
            }),
        )
        .min(5),
});

/** Output `audit`, where the real Docker Bench was run. */
const besideSchema = z.object({
    dockerBench: z.object({
        equal: z.number(),
        explained: z.array(z.unknown()),
        unexplained: z.array(z.unknown()),
    }),
});

const redisOnly = { images: { redis: { archive: "redis" } } };

describe("the whole stack on Debian 13", () => {
    const host = new TestHost("test", "trixie", "10.213.66.0/29");
    const stack = new TestStack(host);
    const deployment = new Deployment(host, stack);
    const subordinateIds = "cat /etc/subuid /etc/subgid; cut -d : -f 1 /etc/passwd | sort";
    let idsBefore: string;

    before(async () => {
        await labImages();
        await host.up();
        idsBefore = host.read(subordinateIds);
        await stack.init();
    });

    after(() => {
        host.down();
    });

    it("shows, before the hardening, that the lab's proof can fail", () => {
        const files = ["toolkit/scripts/common.sh", "host/scripts/prove-userns.sh"].map((script) => {
            const text = fs.readFileSync(path.join(root, "components", script), "utf8");
            return `cat > /tmp/proof/${path.basename(script)} <<'EOF'\n${text}EOF\n`;
        });
        const ended = host.sh(
            `mkdir -p /tmp/proof\n${files.join("")}sh /tmp/proof/prove-userns.sh; code=$?; rm -rf /tmp/proof; exit $code`,
        );
        assert.notEqual(ended.status, 0, ended.stdout);
        assert.match(ended.stderr, /root in a container could delete a file of the host's root/);
        assert.equal(host.sh("ls /bin/touch.bak").status, 2, "the proof leaves its file behind");
    });

    it("refuses wrong settings before anything is registered, each with its key", async () => {
        stack.change({ scan: { threshold: "ten" }, registry: { port: 70000 }, imagse: {} });
        const ended = await stack.up();
        assert.notEqual(ended.status, 0);
        for (const key of [
            "portcullis:scan.threshold: found",
            "portcullis:registry.port: found",
            "portcullis:imagse: unknown key",
        ]) {
            assert.ok(ended.output.includes(key), ended.output);
        }
        assert.doesNotMatch(ended.output, /remote:Command|at .*\.ts:/);
        stack.reset();
    });

    it("stops before the first change where the host has images that would be hidden", async () => {
        host.read("tar -c --files-from /dev/null | docker import - someones/image >/dev/null");
        const ended = await stack.up();
        assert.notEqual(ended.status, 0);
        assert.match(ended.output, /would hide what the host has, .*: 1 images \(\S+\): someones\/image/);
        assert.match(ended.output, /portcullis:engine\.acceptHiddenImages/);
        assert.equal(
            host.read("test ! -e /etc/docker/daemon.json && docker image inspect -f ok someones/image"),
            "ok",
        );
        host.read("docker rmi someones/image >/dev/null");
    });

    it("stops before the first change where someone else wrote daemon.json", async () => {
        host.read("mkdir -p /etc/docker && echo '{\"debug\": true}' > /etc/docker/daemon.json");
        const ended = await stack.up();
        assert.notEqual(ended.status, 0);
        assert.match(
            ended.output,
            /daemon\.json exists and was not written by Portcullis.*portcullis:engine\.settings/,
        );
        assert.equal(host.read("cat /etc/docker/daemon.json"), '{"debug": true}');
        host.read("rm /etc/docker/daemon.json");
    });

    it("stops before the first change where audit rules are required and the kernel takes none", async () => {
        stack.change({ engine: { auditRules: "required" } });
        const ended = await stack.up();
        assert.notEqual(ended.status, 0);
        assert.match(ended.output, /audit rules cannot be loaded: the host is a container/);
        assert.match(ended.output, /portcullis:engine\.auditRules/);
        assert.equal(host.sh("test -e /etc/docker/daemon.json").status, 1);
        stack.reset();
    });

    it("stops before the first change where the Docker Bench that is set cannot be run", async () => {
        stack.change({ audit: { dockerBench: { script } } });
        const ended = await stack.up();
        assert.notEqual(ended.status, 0);
        assert.match(
            ended.output,
            /Docker Bench \(\/opt\/docker-bench\/docker-bench-security\.sh\): there is no such file; give/,
        );
        assert.equal(host.sh("test ! -e /etc/docker/daemon.json").status, 0);
        stack.reset();
    });

    it("comes up", async () => {
        const stopSampling = sampleProcesses(deployment);
        const ended = await stack.up();
        stopSampling();
        assertDone(ended);
        deployment.firstUp = ended;
        await deployment.readOutputs();
    });

    it("changes nothing in previews, refreshes, and a second up", async () => {
        await assertUnchanged(stack);
        assertDone(await stack.up("--expect-no-changes"));
    });

    it("stops what lowers the score in the preview, and touches nothing", async () => {
        const touched = () =>
            host.read(`
                docker inspect -f '{{.Id}} {{.State.StartedAt}}' $(docker ps -aq) | sort; cat /run/docker.pid
                find /etc/docker /usr/local/lib/portcullis /var/lib/portcullis -type f -printf '%p %s %T@\\n' | sort`);
        const before = touched();
        stack.change({ engine: { ...stack.example("engine"), settings: { debug: true } } });
        const free = await stack.preview();
        assertDone(free);
        assert.match(free.output, /host-daemon update/, "without the pack nothing holds it back");
        const target = ["--stack", host.name, "--config-file", stack.settingsFile];
        const likeMake = await stack.pulumi("up", "--yes", "--policy-pack", "policy", ...target);
        for (const ended of [await stack.preview("--policy-pack", "policy"), likeMake]) {
            assert.notEqual(ended.status, 0, ended.output);
            assert.match(
                ended.output,
                /\[mandatory\] {2}engine-settings .*: host-daemon\)[\s\S]*2\.3 WARN .*debug is on.*Remedy: /,
            );
        }
        assert.equal(touched(), before);
        stack.change({ engine: stack.example("engine") });
        assertDone(await stack.preview("--policy-pack", "policy", "--expect-no-changes"));
    });

    claims(deployment);
    driftClaims(deployment);

    it("keeps the registry's data when settings change", async () => {
        const before = host.read("docker inspect -f '{{.Id}}' portcullis-registry");
        stack.change({
            registry: { retainVolume: false, memoryMegabytes: 300, names: ["registry.example.org"] },
        });
        assertDone(await stack.up());
        assert.notEqual(host.read("docker inspect -f '{{.Id}}' portcullis-registry"), before);
        await deployment.readOutputs();
        assert.equal((await deployment.manifest("redis", deployment.scanOf("redis").digest)).status, 200);
    });

    it("puts the old daemon.json back where the engine does not start with the new one", async () => {
        const before = host.read("sha256sum < /etc/docker/daemon.json");
        stack.change({
            engine: { ...stack.example("engine"), settings: { "storage-driver": "no-such-driver" } },
        });
        const ended = await stack.up();
        assert.notEqual(ended.status, 0);
        assert.match(ended.output, /the old one was put back and runs/);
        assert.equal(host.read("sha256sum < /etc/docker/daemon.json"), before);
        await deployment.assertConfined();
        assert.equal((await deployment.registry({ auth: deployment.credentials })).status, 200);
    });

    it("takes the authorization plugin away, and puts it back, in one up each", async () => {
        const asks = () => host.read("docker info -f '{{json .Plugins.Authorization}}'");
        assert.equal(asks(), '["portcullis-authorization"]');
        stack.change({ engine: {} });
        assertDone(await stack.up());
        assert.equal(asks(), "null");
        assert.equal(host.sh("systemctl cat portcullis-authorization").status, 1);
        await deployment.readOutputs();
        assert.equal(deployment.outputs.usernsProof.deleteWithUsernsHost, "deleted");
        await deployment.assertConfined();
        stack.change({ engine: stack.example("engine") });
        assertDone(await stack.up());
        assert.equal(asks(), '["portcullis-authorization"]');
        await deployment.assertConfined();
    });

    it("mends a container that was taken away behind its back", async () => {
        host.read("docker rm -f portcullis-registry >/dev/null");
        assertDone(await stack.up("--refresh"));
        await deployment.assertConfined();
        assert.equal((await deployment.manifest("redis", deployment.scanOf("redis").digest)).status, 200);
    });

    it("fails, with the CVEs named, where a vulnerable image is added; the rest works on", async () => {
        const text = fs.readFileSync(path.join(root, "lab/data/expected-findings.json"), "utf8");
        const { findings } = expectedFindings.parse(JSON.parse(text));
        stack.change({ images: { ...redisOnly.images, vulnerable: { archive: "vulnerable" } } });
        const ended = await stack.up();
        assert.notEqual(ended.status, 0);
        assert.match(
            ended.output,
            /10\.213\.66\.2:5000\/vulnerable@sha256:[0-9a-f]{64}: \d+ findings of severity High or above/,
        );
        const counted = findings.filter(({ severity }) => ["Critical", "High", "Unknown"].includes(severity));
        assert.ok(counted.length >= 10);
        for (const { advisory, package: name, cves, severity, fixed } of counted) {
            const line = ended.output
                .split("\n")
                .find((one) => one.includes(advisory) && one.includes(` ${severity} ${name} `));
            assert.ok(line !== undefined, `${advisory} of ${name} is not named`);
            for (const cve of cves) {
                assert.ok(line.includes(cve), `${cve} is not named: ${line}`);
            }
            assert.ok(line.endsWith(fixed === "" ? "not fixed yet" : `fixed in ${fixed}`), line);
        }
        await deployment.assertConfined();
        assert.equal((await deployment.registry({ auth: deployment.credentials })).status, 200);
        stack.change(redisOnly);
        assertDone(await stack.up());
    });

    it("fails where the audit is over its gate, with the check, what it is about, and the remedy", async () => {
        stack.change({ audit: { minimumScore: 100, allowedWarnings: ["4.5"] } });
        const ended = await stack.up();
        assert.notEqual(ended.status, 0);
        assert.match(ended.output, /score \d+ of \d+ is below the minimum of 100/);
        assert.match(ended.output, /5\.9 WARN .*portcullis-registry:5000.*Remedy: /);
        assert.doesNotMatch(ended.output, /4\.5 WARN/);
        await deployment.assertConfined();
        stack.change({ audit: {} });
        assertDone(await stack.up());
    });

    if (dockerBench !== undefined) {
        it("runs the real Docker Bench beside our audit, with nothing unexplained", async () => {
            putDockerBench(host);
            stack.change({ audit: { dockerBench: { script } } });
            assertDone(await stack.up());
            const { dockerBench: beside } = besideSchema.parse((await stack.outputs())["audit"]);
            assert.deepEqual(beside.unexplained, []);
            assert.equal(beside.equal + beside.explained.length, 117);
            const page = fs.readFileSync(path.join(root, `reports/${host.name}/audit.html`), "utf8");
            assert.match(page, /Beside Docker Bench 1\.6\.0/);
            stack.change({ audit: {} });
            host.read("rm -r /opt/docker-bench /tmp/null");
            assertDone(await stack.up());
        });
    }

    it("loads again what the database was emptied of, and passes nothing without an updater that is expected", async () => {
        host.read(
            "docker exec -i portcullis-postgres psql -q -U postgres -d matcher -c 'TRUNCATE vuln, update_operation CASCADE' >/dev/null",
        );
        const { status, output } = await stack.up();
        assert.equal(status, 0, output.slice(-6000));
        assert.match(output, /advisories portcullis-postgres matcher \(changed\)/);
        const expectedUpdaters = ["debian/updater", "nobody/updater"];
        stack.change({ scanner: { ...stack.example("scanner"), expectedUpdaters } });
        const ended = await stack.up();
        assert.notEqual(ended.status, 0);
        assert.match(ended.output, /no verdict: no advisories of the updater nobody\/updater/);
    });

    it("leaves nothing behind when it is destroyed", async () => {
        assert.notDeepEqual(
            leftovers(deployment),
            [],
            "the search for leftovers finds nothing while all is there",
        );
        assertDone(await stack.destroy());
        assert.deepEqual(leftovers(deployment), []);
        assert.equal(host.read("docker info -f '{{.DockerRootDir}}'"), "/var/lib/docker");
        assert.equal(host.read(subordinateIds), idsBefore);
    });
});
