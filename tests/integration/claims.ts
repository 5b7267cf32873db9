import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { Deployment } from "../support/deployment";
import { canConnect, looseEnds, otherCa } from "../support/probes";
import { root } from "../support/stack";

/** What is claimed of every stack that is up, shown on its host; each with the probe that shows it when it is not so. */
export function claims(deployment: Deployment): void {
    const { host } = deployment;

    it("has an engine under remapped ids, and the lab's proof of what that is worth", () => {
        const { engine, usernsProof } = deployment.outputs;
        assert.equal(engine.rootDir, `/var/lib/docker/${engine.remap.uid}.${engine.remap.gid}`);
        assert.equal(usernsProof.containerRootHostUid, engine.remap.uid);
        assert.ok(engine.remap.uid >= 100000);
        assert.equal(usernsProof.engineUser, "root");
        assert.match(usernsProof.deleteWithRemap, /Permission denied/);
        // The same once more, by hand, with another image.
        const image = deployment.loadedImage("registry-image");
        const attempt = (more: string) =>
            host.sh(
                `docker run --rm --network none --user 0:0 ${more} -v /bin/:/host/ --entrypoint rm ${image} -f /host/touch.bak`,
            );
        host.read("cp /bin/touch /bin/touch.bak");
        assert.notEqual(attempt("").status, 0);
        assert.equal(host.read("ls /bin/touch.bak"), "/bin/touch.bak");
        // With the protection off the file would go; the authorization plugin does not let anyone take it off. Without the
        // plugin it goes: authorization.test.ts.
        const refused = attempt("--userns=host");
        assert.equal(refused.status, 125);
        assert.match(refused.stderr, /denied by plugin portcullis-authorization: rule host-user-namespace: /);
        assert.match(usernsProof.deleteWithUsernsHost, /^refused by portcullis-authorization/);
        host.read("rm /bin/touch.bak");
    });

    it("has audit rules in force, or says why the kernel takes none", () => {
        const { rules, reason } = deployment.outputs.engine.auditRules;
        const kept = host.sh("grep -c ^-a /etc/audit/rules.d/90-portcullis-docker.rules");
        if (host.read("systemd-detect-virt --container || true") === "none") {
            assert.ok(rules > 0);
            assert.equal(kept.stdout.trim(), String(rules));
            assert.equal(host.read("auditctl -l | grep -c 'key=docker\\|-k docker'"), String(rules));
        } else {
            assert.match(reason ?? "", /the host is a container/);
            assert.equal(rules, 0);
            assert.notEqual(kept.status, 0);
        }
    });

    it("has a registry that wants TLS, its own CA, and a user", async () => {
        const { registryUrl, registryUsername, registryPassword } = deployment.outputs;
        const auth = deployment.credentials;
        const accepted = await deployment.registry({ auth });
        assert.deepEqual([accepted.status, accepted.apiVersion], [200, "registry/2.0"]);
        assert.equal((await deployment.registry()).status, 401);
        assert.equal((await deployment.registry({ auth: `${registryUsername}:wrong` })).status, 401);
        assert.equal((await deployment.registry({ auth: `nobody:${registryPassword}` })).status, 401);
        await assert.rejects(deployment.registry({ ca: otherCa(), auth }), /certificate|issuer/i);
        const plain = await fetch(`${registryUrl.replace("https:", "http:")}/v2/`);
        assert.equal(plain.status, 400);
        assert.equal(plain.headers.get("docker-distribution-api-version"), null);
    });

    it("would be seen by these probes, were the registry open and its container loose", async () => {
        const image = deployment.loadedImage("registry-image");
        host.read(
            `docker run -d --name open --tmpfs /var/lib/registry:mode=1777 -p ${host.address}:5999:5000 ${image} >/dev/null`,
        );
        try {
            let status = 0;
            for (let tries = 0; tries < 60 && status === 0; tries++) {
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
        const { digest, image } = deployment.scanOf("redis");
        assert.equal((await deployment.manifest("redis", digest)).status, 200);
        assert.equal(image, `${host.address}:5000/redis@${digest}`);
        const ids = host
            .read(`docker image inspect -f '{{.Id}}' ${image} ${deployment.loadedImage("image-redis")}`)
            .split("\n");
        assert.equal(ids.length, 2);
        assert.equal(ids[0], ids[1]);
    });

    it("confines every container", async () => {
        await deployment.assertConfined();
        assert.equal(deployment.count("docker ps -q"), 3);
    });

    it("lets nobody reach Clair and PostgreSQL, but those who share their networks", async () => {
        assert.equal(await canConnect(host.address, 5000), true);
        for (const port of [5432, 6060, 8089]) {
            assert.equal(await canConnect(host.address, port), false, `port ${port} of the host`);
        }
        const address = (container: string, network: string) =>
            host.read(
                `docker inspect -f '{{(index .NetworkSettings.Networks "${network}").IPAddress}}' ${container}`,
            );
        const clair = address("portcullis-clair", "portcullis-scan");
        const postgres = address("portcullis-postgres", "portcullis-database");
        const image = deployment.loadedImage("registry-image");
        const from = (network: string, target: string, port: number) =>
            host.sh(
                `docker run --rm --network ${network} --entrypoint sh ${image} -c 'timeout 3 busybox nc ${target} ${port} </dev/null'`,
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
        const { scans, scanner } = deployment.outputs;
        assert.deepEqual(scans.map(({ image }) => image.replace(/^.*?\/(.*)@.*$/, "$1")).sort(), [
            "portcullis/clair",
            "portcullis/postgres",
            "portcullis/registry",
            "redis",
        ]);
        const { verdict, coverage, accepted } = deployment.scanOf("redis");
        assert.deepEqual([verdict, coverage.map(({ what }) => what), accepted], ["pass", ["debian:13"], []]);
        for (const { report, digest, packages } of scans) {
            assert.ok(packages > 0);
            const kept: unknown = JSON.parse(fs.readFileSync(path.join(root, report), "utf8"));
            assert.equal(z.object({ manifest_hash: z.string() }).parse(kept).manifest_hash, digest);
        }
        assert.ok(scanner.advisories >= 4000);
        assert.ok(
            scanner.updaters.some(({ name, advisories }) => name === "debian/updater" && advisories > 0),
        );
    });

    it("audited the host before the first hardening and after the deploy", () => {
        const { score, report } = deployment.outputs.audit;
        assert.ok(score.after >= score.before + 20, `the score went from ${score.before} to ${score.after}`);
        assert.match(fs.readFileSync(path.join(root, report), "utf8"), /<html/);
        const kept = z
            .object({ score: z.number() })
            .parse(JSON.parse(host.read("cat /var/lib/portcullis/audit-baseline.json")));
        assert.equal(kept.score, score.before);
    });

    it("has no secret in plain text in its state, its logs, the host's process list, or the preview", async () => {
        const { stack, firstUp } = deployment;
        const secrets = await realSecrets(deployment);
        const preview = await stack.preview("--diff");
        const places: Readonly<Record<string, string>> = {
            "the exported state": await stack.export(),
            "the log": fs.readFileSync(stack.log, "utf8"),
            "the first up": firstUp?.output ?? "",
            "the preview": preview.output,
            "the host's processes": host.read("cat /tmp/processes"),
            "the host's journal": host.read("journalctl --no-pager -o cat"),
            "the containers' logs and settings": host.read(
                "for c in $(docker ps -q); do docker logs $c 2>&1; docker inspect $c; done",
            ),
        };
        for (const [place, text] of Object.entries(places)) {
            assert.ok(text.length > 100, `${place} is empty: nothing was looked at`);
            for (const [what, value] of Object.entries(secrets)) {
                assert.ok(!text.includes(value), `${what} is in ${place}`);
            }
        }
        // The same search finds each of them where it is shown on purpose.
        const shown = await stack.export("--show-secrets");
        for (const [what, value] of Object.entries(secrets)) {
            assert.ok(shown.includes(value), `the search cannot find ${what}`);
        }
        assert.match(places["the host's processes"] ?? "", /place-file\.sh/);
    });

    it("keeps keys and passwords for their service alone", () => {
        const { uid } = deployment.outputs.engine.remap;
        const files = host
            .read("find /etc/portcullis -type f -exec stat -c '%a %u %n' {} +")
            .split("\n")
            .sort();
        assert.deepEqual(files, [
            `400 ${uid + 999} /etc/portcullis/postgres/password`,
            `400 ${uid + 1000} /etc/portcullis/registry/config.yml`,
            `400 ${uid + 1000} /etc/portcullis/registry/htpasswd`,
            `400 ${uid + 1000} /etc/portcullis/registry/tls/server.key`,
            `400 ${uid + 65534} /etc/portcullis/clair/config.yaml`,
            "444 0 /etc/portcullis/clair/empty-mapping.json",
            "444 0 /etc/portcullis/registry/tls/ca.crt",
            "444 0 /etc/portcullis/registry/tls/server.crt",
        ]);
    });
}

/** Starts to note every process of the host with its arguments; the result stops it. */
export function sampleProcesses({ host }: Deployment): () => void {
    host.read(
        "nohup sh -c 'while :; do ps -eo args >> /tmp/processes; sleep 0.1; done' >/dev/null 2>&1 & echo $! > /tmp/sampler",
    );
    return () => {
        host.read("kill $(cat /tmp/sampler)");
    };
}

/** What destroy has to take away: nothing of it may be left. */
export function leftovers(deployment: Deployment): string[] {
    const paths = [
        "/etc/portcullis",
        "/etc/docker/certs.d",
        "/etc/docker/daemon.json",
        "/usr/local/lib/portcullis*",
        "/etc/systemd/system/portcullis*",
        "/etc/systemd/system/docker.service.d",
        "/var/lib/portcullis",
        "/var/spool/portcullis",
        "/run/portcullis*",
        "/bin/touch.bak",
    ];
    const listed = [
        "docker ps -aq",
        "docker volume ls -q",
        "docker images -aq",
        "docker network ls --filter type=custom -q",
        `ls -d ${paths.join(" ")} 2>/dev/null || true`,
    ];
    return listed
        .flatMap((command) => deployment.host.read(command).split("\n"))
        .filter((line) => line !== "");
}

/** The real values of the stack's secrets: from the stack, and from the files on the host. */
async function realSecrets({ stack, host, outputs }: Deployment): Promise<Record<string, string>> {
    const shown = await stack.export("--show-secrets");
    const bodies = [
        ...shown.matchAll(/-----BEGIN (?:EC |OPENSSH )?PRIVATE KEY-----(?:\\\\n|\\n)([A-Za-z0-9+/=]{40,})/g),
    ];
    // The beginning of an OpenSSH key is the same for all keys of its kind; the end of the first line is not.
    const keys = [...new Set(bodies.map((match) => (match[1] ?? "").slice(-30)))];
    assert.ok(keys.length >= 4, "the state holds fewer private keys than there are");
    const clair = host.read("cat /etc/portcullis/clair/config.yaml");
    const found = {
        "the registry's password": outputs.registryPassword,
        "the superuser's password": host.read("cat /etc/portcullis/postgres/password"),
        "Clair's database password": /password=(\S+)/.exec(clair)?.[1] ?? "",
        "Clair's pre-shared key": /key: (\S+)/.exec(clair)?.[1] ?? "",
        ...Object.fromEntries(keys.map((body, index) => [`private key ${index}`, body])),
    };
    for (const [what, value] of Object.entries(found)) {
        assert.ok(value.length >= 20, `${what} was not found`);
    }
    return found;
}
