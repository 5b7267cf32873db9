import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { ask, canConnect, looseEnds, otherCa } from "../support/probes";
import { assertDone, labImages, root, TestHost, TestStack, type Ended } from "../support/stack";

const outputsSchema = z.object({
    dockerHost: z.string(),
    engine: z.object({ rootDir: z.string() }),
    usernsProof: z.object({
        engineUser: z.string(),
        containerRootHostUid: z.number(),
        deleteWithRemap: z.string(),
    }),
    registryUrl: z.string(),
    caCertificate: z.string(),
    registryUsername: z.string(),
    registryPassword: z.string(),
    scanner: z.object({
        advisories: z.number(),
        updaters: z.array(z.object({ name: z.string(), advisories: z.number() })),
    }),
    scans: z.array(
        z.object({
            image: z.string(),
            digest: z.string(),
            verdict: z.string(),
            counts: z.record(z.string(), z.number()),
            report: z.string(),
        }),
    ),
});

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

describe("the whole stack on Debian 13", () => {
    const host = new TestHost("test", "trixie", "10.213.66.0/29");
    const stack = new TestStack(host);
    const subordinateIds = "cat /etc/subuid /etc/subgid; cut -d : -f 1 /etc/passwd | sort";
    let idsBefore: string;
    let firstUp: Ended;
    let outputs: z.infer<typeof outputsSchema>;

    const registry = (change: { ca?: string; auth?: string; path?: string; accept?: string } = {}) =>
        ask({
            url: `${outputs.registryUrl}${change.path ?? "/v2/"}`,
            ca: change.ca ?? outputs.caCertificate,
            auth: change.auth,
            accept: change.accept,
        });
    const credentials = () => `${outputs.registryUsername}:${outputs.registryPassword}`;
    const manifest = (repository: string, digest: string) =>
        registry({
            path: `/v2/${repository}/manifests/${digest}`,
            auth: credentials(),
            accept: "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json",
        });
    const redis = () => outputs.scans.find(({ image }) => image.includes("/redis@"));
    /** All containers as they should be; a health check that has just begun anew gets half a minute. */
    const confined = async () => {
        const look = () => looseEnds(host.read("docker inspect $(docker ps -q)"));
        for (let tries = 0; tries < 30 && look().some((end) => end.endsWith("not healthy")); tries++)
            await sleep(1000);
        assert.deepEqual(look(), []);
    };
    const count = (what: string) => Number(host.read(`${what} | wc -l`));

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
        const scripts = ["toolkit/scripts/common.sh", "host/scripts/prove-userns.sh"];
        const files = scripts.map(
            (script) =>
                `cat > /tmp/proof/${path.basename(script)} <<'EOF'\n${fs.readFileSync(path.join(root, "components", script), "utf8")}EOF\n`,
        );
        const ended = host.sh(
            `mkdir -p /tmp/proof\n${files.join("")}sh /tmp/proof/prove-userns.sh; code=$?; rm -rf /tmp/proof; exit $code`,
        );
        assert.notEqual(ended.status, 0, ended.stdout);
        assert.match(ended.stderr, /root in a container could delete a file of the host's root/);
        assert.equal(host.sh("ls /bin/touch.bak").status, 2, "the proof leaves its file behind");
    });

    it("is previewed while the host is as it came", async () => {
        const ended = await stack.preview();
        assertDone(ended);
        assert.match(ended.output, /docker:index:Container registry-service-container\s+create/);
    });

    it("stops before the first change where the host has images that would be hidden", async () => {
        host.read("tar -c --files-from /dev/null | docker import - someones/image >/dev/null");
        const ended = await stack.up();
        assert.notEqual(ended.status, 0);
        assert.match(ended.output, /the host has 0 containers and 1 images; user namespaces would hide them/);
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

    it("comes up", async () => {
        // Every process that the host runs meanwhile, with its arguments: no secret may be among them.
        host.read(
            "nohup sh -c 'while :; do ps -eo args >> /tmp/processes; sleep 0.1; done' >/dev/null 2>&1 & echo $! > /tmp/sampler",
        );
        firstUp = await stack.up();
        host.read("kill $(cat /tmp/sampler)");
        assertDone(firstUp);
        outputs = outputsSchema.parse(await stack.outputs());
    });

    it("changes nothing in a second up, in a preview, and in a refresh", async () => {
        for (const ended of [
            await stack.preview("--expect-no-changes", "--diff"),
            await stack.refresh("--expect-no-changes"),
            await stack.up("--expect-no-changes"),
            await stack.preview("--expect-no-changes", "--diff"),
        ]) {
            assertDone(ended);
        }
    });

    it("has an engine under remapped ids, and the lab's proof of what that is worth", () => {
        assert.equal(outputs.engine.rootDir, "/var/lib/docker/100000.100000");
        assert.equal(outputs.usernsProof.containerRootHostUid, 100000);
        assert.equal(outputs.usernsProof.engineUser, "root");
        assert.match(outputs.usernsProof.deleteWithRemap, /Permission denied/);
        // The same once more, by hand, with another image and another file.
        const image = host.read(
            "docker image inspect -f '{{.Id}}' portcullis.local/registry-image:*  2>/dev/null || docker images -q 'portcullis.local/registry-image'",
        );
        const attempt = (more: string) =>
            host.sh(
                `docker run --rm --network none --user 0:0 ${more} -v /bin/:/host/ --entrypoint rm ${image} -f /host/touch.bak`,
            );
        host.read("cp /bin/touch /bin/touch.bak");
        assert.notEqual(attempt("").status, 0);
        assert.equal(host.read("ls /bin/touch.bak"), "/bin/touch.bak");
        // With the protection off the file goes: the proof can fail.
        assert.equal(attempt("--userns=host").status, 0);
        assert.equal(host.sh("ls /bin/touch.bak").status, 2);
    });

    it("has a registry that wants TLS, its own CA, and a user", async () => {
        const accepted = await registry({ auth: credentials() });
        assert.deepEqual([accepted.status, accepted.apiVersion], [200, "registry/2.0"]);
        assert.equal((await registry()).status, 401);
        assert.equal((await registry({ auth: `${outputs.registryUsername}:wrong` })).status, 401);
        assert.equal((await registry({ auth: `nobody:${outputs.registryPassword}` })).status, 401);
        await assert.rejects(registry({ ca: otherCa(), auth: credentials() }), /certificate|issuer/i);
        const plain = await fetch(`${outputs.registryUrl.replace("https:", "http:")}/v2/`);
        assert.equal(plain.status, 400);
        assert.equal(plain.headers.get("docker-distribution-api-version"), null);
    });

    it("would be seen by these probes, were the registry open", async () => {
        const image = host.read("docker images -q portcullis.local/registry-image");
        host.read(
            `docker run -d --name open --tmpfs /var/lib/registry:mode=1777 -p ${host.address}:5999:5000 ${image} >/dev/null`,
        );
        try {
            let status = 0;
            for (let tries = 0; tries < 40 && status === 0; tries++) {
                status = await fetch(`http://${host.address}:5999/v2/`)
                    .then((answer) => answer.status)
                    .catch(() => 0);
                await sleep(250);
            }
            assert.equal(status, 200);
            assert.equal(await canConnect(host.address, 5999), true);
            assert.ok(looseEnds(host.read("docker inspect open")).length >= 8);
        } finally {
            host.read("docker rm -f -v open >/dev/null");
        }
    });

    it("pushes, removes, and pulls by digest what is the same image", async () => {
        const scan = redis();
        assert.ok(scan !== undefined);
        assert.equal((await manifest("redis", scan.digest)).status, 200);
        const server = `${host.address}:5000`;
        const digest = host.read(
            `docker image inspect -f '{{range .RepoDigests}}{{println .}}{{end}}' ${server}/redis@${scan.digest} | grep '^${server}/redis@'`,
        );
        assert.equal(digest, `${server}/redis@${scan.digest}`);
        assert.equal(digest, scan.image);
    });

    it("confines every container", async () => {
        await confined();
        assert.equal(count("docker ps -q"), 3);
    });

    it("lets nobody reach Clair and PostgreSQL, but those who share their networks", async () => {
        assert.equal(await canConnect(host.address, 5000), true);
        for (const port of [5432, 6060, 8089])
            assert.equal(await canConnect(host.address, port), false, `port ${port} of the host`);
        const address = (container: string, network: string) =>
            host.read(
                `docker inspect -f '{{(index .NetworkSettings.Networks "${network}").IPAddress}}' ${container}`,
            );
        const clair = address("portcullis-clair", "portcullis-scan");
        const postgres = address("portcullis-postgres", "portcullis-database");
        const image = host.read("docker images -q portcullis.local/registry-image");
        const from = (network: string, target: string, port: number) =>
            host.sh(
                `docker run --rm --network ${network} --entrypoint sh ${image} -c 'busybox nc -w 2 -z ${target} ${port} 2>/dev/null || timeout 2 busybox nc ${target} ${port} </dev/null'`,
            ).status === 0;
        host.read("docker network create other >/dev/null");
        try {
            for (const network of ["other", "bridge", "portcullis-registry"]) {
                assert.equal(from(network, clair, 6060), false, `Clair from ${network}`);
                assert.equal(from(network, postgres, 5432), false, `PostgreSQL from ${network}`);
            }
            assert.equal(
                from("portcullis-scan", postgres, 5432),
                false,
                "PostgreSQL from the network shared with the registry",
            );
            // The probe can succeed.
            assert.equal(from("portcullis-scan", clair, 6060), true);
            assert.equal(from("portcullis-database", postgres, 5432), true);
        } finally {
            host.read("docker network rm other >/dev/null");
        }
    });

    it("scanned every image, and has the reports", () => {
        assert.deepEqual(outputs.scans.map(({ image }) => image.replace(/^.*?\/(.*)@.*$/, "$1")).sort(), [
            "portcullis/clair",
            "portcullis/postgres",
            "portcullis/registry",
            "redis",
        ]);
        assert.equal(redis()?.verdict, "pass");
        for (const { report, digest } of outputs.scans) {
            assert.equal(
                z
                    .object({ manifest_hash: z.string() })
                    .parse(JSON.parse(fs.readFileSync(path.join(root, report), "utf8"))).manifest_hash,
                digest,
            );
        }
        assert.ok(outputs.scanner.advisories >= 20);
        assert.ok(
            outputs.scanner.updaters.some(
                ({ name, advisories }) => name === "debian/updater" && advisories > 0,
            ),
        );
    });

    it("has no secret in plain text in its state, its logs, the host's process list, or the preview", async () => {
        const secrets = await realSecrets(stack, host, outputs.registryPassword);
        const preview = await stack.preview("--diff", "--refresh=false");
        const places: Readonly<Record<string, string>> = {
            "the exported state": await stack.export(),
            "the log": fs.readFileSync(stack.log, "utf8"),
            "the first up": firstUp.output,
            "the preview": preview.output,
            "the host's processes": host.read("cat /tmp/processes"),
            "the host's journal": host.read("journalctl --no-pager -o cat"),
            "the containers' logs and settings": host.read(
                "for c in $(docker ps -q); do docker logs $c 2>&1; docker inspect $c; done",
            ),
        };
        for (const [place, text] of Object.entries(places)) {
            assert.ok(text.length > 100, `${place} is empty: nothing was looked at`);
            for (const [what, value] of Object.entries(secrets))
                assert.ok(!text.includes(value), `${what} is in ${place}`);
        }
        // The same search finds each of them where it is shown on purpose.
        const shown = await stack.export("--show-secrets");
        for (const [what, value] of Object.entries(secrets))
            assert.ok(shown.includes(value), `the search cannot find ${what}`);
        assert.match(places["the host's processes"] ?? "", /place-file\.sh/);
    });

    it("keeps keys and passwords for their service alone", () => {
        const files = host
            .read("find /etc/portcullis -type f -exec stat -c '%a %u %n' {} +")
            .split("\n")
            .sort();
        assert.deepEqual(files, [
            "400 100999 /etc/portcullis/postgres/password",
            "400 101000 /etc/portcullis/registry/config.yml",
            "400 101000 /etc/portcullis/registry/htpasswd",
            "400 101000 /etc/portcullis/registry/tls/server.key",
            "400 165534 /etc/portcullis/clair/config.yaml",
            "444 0 /etc/portcullis/clair/empty-mapping.json",
            "444 0 /etc/portcullis/registry/tls/ca.crt",
            "444 0 /etc/portcullis/registry/tls/server.crt",
        ]);
    });

    it("keeps the registry's data when settings change", async () => {
        const before = host.read("docker inspect -f '{{.Id}}' portcullis-registry");
        stack.change({
            registry: { retainVolume: false, memoryMegabytes: 300, names: ["registry.example.org"] },
        });
        assertDone(await stack.up());
        assert.notEqual(host.read("docker inspect -f '{{.Id}}' portcullis-registry"), before);
        outputs = outputsSchema.parse(await stack.outputs());
        assert.equal((await manifest("redis", redis()?.digest ?? "")).status, 200);
    });

    it("puts the old daemon.json back where the engine does not start with the new one", async () => {
        const before = host.read("sha256sum < /etc/docker/daemon.json");
        stack.change({ engine: { settings: { "storage-driver": "no-such-driver" } } });
        const ended = await stack.up();
        assert.notEqual(ended.status, 0);
        assert.match(ended.output, /the old one was put back and runs/);
        assert.equal(host.read("sha256sum < /etc/docker/daemon.json"), before);
        await confined();
        assert.equal((await registry({ auth: credentials() })).status, 200);
        stack.change({ engine: {} });
        assertDone(await stack.up());
    });

    it("fails, with the CVEs named, where a vulnerable image is added; the rest works on", async () => {
        const expected = expectedFindings.parse(
            JSON.parse(fs.readFileSync(path.join(root, "lab/data/expected-findings.json"), "utf8")),
        );
        stack.change({ images: { redis: { archive: "redis" }, vulnerable: { archive: "vulnerable" } } });
        const ended = await stack.up();
        assert.notEqual(ended.status, 0);
        assert.match(
            ended.output,
            /10\.213\.66\.2:5000\/vulnerable@sha256:[0-9a-f]{64}: \d+ findings of severity High or above/,
        );
        const counted = expected.findings.filter(({ severity }) =>
            ["Critical", "High", "Unknown"].includes(severity),
        );
        assert.ok(counted.length >= 10);
        for (const { advisory, package: name, cves, severity, fixed } of counted) {
            const line = ended.output
                .split("\n")
                .find((text) => text.includes(advisory) && text.includes(` ${severity} ${name} `));
            assert.ok(line !== undefined, `${advisory} of ${name} is not named`);
            for (const cve of cves) assert.ok(line.includes(cve), `${cve} is not named: ${line}`);
            assert.ok(line.endsWith(fixed === "" ? "not fixed yet" : `fixed in ${fixed}`), line);
        }
        assert.equal((await registry({ auth: credentials() })).status, 200);
        await confined();
        stack.change({ images: { redis: { archive: "redis" } } });
        assertDone(await stack.up());
    });

    it("passes nothing while the database is empty, not even the clean image", async () => {
        host.read(
            "docker exec -i portcullis-postgres psql -q -U postgres -d matcher -c 'TRUNCATE vuln, update_operation CASCADE' >/dev/null",
        );
        stack.change({ scan: { severity: "High", threshold: 0, rescan: "after the database was emptied" } });
        const ended = await stack.up();
        assert.notEqual(ended.status, 0);
        assert.match(ended.output, /no verdict: no advisories of the updater debian\/updater/);
        // Loaded again, as the message says, it passes.
        const { scanner } = stack.settings;
        stack.change({ scanner: { ...(typeof scanner === "object" ? scanner : {}), reload: "again" } });
        assertDone(await stack.up());
    });

    it("leaves nothing behind when it is destroyed", async () => {
        assertDone(await stack.destroy());
        assert.equal(count("docker ps -aq"), 0);
        assert.equal(count("docker volume ls -q"), 0);
        assert.equal(count("docker images -aq"), 0);
        assert.equal(count("docker network ls --filter type=custom -q"), 0);
        const left = host.sh(
            "ls -d /etc/portcullis /etc/docker/certs.d /etc/docker/daemon.json /usr/local/lib/portcullis /var/lib/portcullis /run/portcullis.* /bin/touch.bak 2>/dev/null",
        );
        assert.equal(left.stdout, "");
        assert.equal(host.read("docker info -f '{{.DockerRootDir}}'"), "/var/lib/docker");
        assert.equal(host.read(subordinateIds), idsBefore);
    });
});

/** The real values of the stack's secrets: from the stack, and from the files on the host. */
async function realSecrets(
    stack: TestStack,
    host: TestHost,
    registryPassword: string,
): Promise<Record<string, string>> {
    const shown = await stack.export("--show-secrets");
    const keyBodies = [
        ...shown.matchAll(/-----BEGIN (?:EC |OPENSSH )?PRIVATE KEY-----(?:\\\\n|\\n)([A-Za-z0-9+/=]{40,})/g),
    ].map((match) => match[1] ?? "");
    assert.ok(keyBodies.length >= 4, "the state holds fewer private keys than there are");
    const clair = host.read("cat /etc/portcullis/clair/config.yaml");
    const found = {
        "the registry's password": registryPassword,
        "the superuser's password": host.read("cat /etc/portcullis/postgres/password"),
        "Clair's database password": /password=(\S+)/.exec(clair)?.[1] ?? "",
        "Clair's pre-shared key": /key: (\S+)/.exec(clair)?.[1] ?? "",
        ...Object.fromEntries(keyBodies.map((body, index) => [`private key ${index}`, body])),
    };
    for (const [what, value] of Object.entries(found)) assert.ok(value.length >= 20, `${what} was not found`);
    return found;
}
