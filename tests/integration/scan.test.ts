import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hashSync } from "bcryptjs";
import { z } from "zod";
import { advisoryFactsSchema } from "../../outputs/advisories";
import { Deployment } from "../support/deployment";
import { debian, tarOf, writeLayout } from "../support/oci-layout";
import { TestHost, TestStack, type Ended } from "../support/stack";

const runSchema = z.object({
    verdict: z.string(),
    failures: z.array(z.string()),
    images: z.array(
        z.object({
            name: z.string(),
            image: z.string(),
            digest: z.string(),
            verdict: z.string(),
            reason: z.string().optional(),
        }),
    ),
});

describe("portcullis scan", () => {
    const host = new TestHost("scans", "trixie", "10.213.80.0/29");
    const stack = new TestStack(host);
    const deployment = new Deployment(host, stack);
    const vulnerable = "archive:.portcullis/archives/vulnerable.tar.gz";
    /** The image that `up` loaded, by the name that it has in the engine. */
    let redis = "";
    /** An image of somebody else's registry, which the engine does not have. */
    const foreign = "127.0.0.1:5055/team/app:1";
    const guest = { username: "guest", password: "the-password-of-the-guest" };
    const file = (name: string) => path.join(stack.folder, name);

    const scan = (...words: readonly string[]): Promise<Ended> =>
        stack.shell(["bin/portcullis scan --stack", host.name, ...words].join(" "));
    const judged = async (...words: readonly string[]) => {
        const ended = await scan("--format json", ...words);
        assert.notEqual(ended.stdout, "", ended.output);
        return { ...ended, run: runSchema.parse(JSON.parse(ended.stdout)) };
    };
    const lines = (command: string): string[] => host.read(`{ ${command}\n} | LC_ALL=C sort -u`).split("\n");

    /** All that a scan could leave, by its meaning: no times, no order, nothing that the engine or the registry keep for themselves. */
    const remains = async () => {
        const answer = await deployment.registry({
            path: "/v2/_catalog?n=1000",
            auth: deployment.credentials,
        });
        const { repositories } = z
            .object({ repositories: z.array(z.string()) })
            .parse(JSON.parse(answer.body));
        const registry =
            "cd $(docker volume inspect --format '{{.Mountpoint}}' portcullis-registry)/docker/registry/v2";
        const of = "--all --no-trunc --digests --format '{{.Repository}}:{{.Tag}}@{{.Digest}} {{.ID}}'";
        return {
            images: lines(`docker images ${of}`),
            containers: lines("docker ps --all --format '{{.Names}}'"),
            volumes: lines("docker volume ls --format '{{.Name}}'"),
            networks: lines("docker network ls --format '{{.Name}}'"),
            repositories: [...repositories].sort(),
            reserved: lines(`${registry}; ls repositories/portcullis/scan 2>/dev/null || true`),
            // Blobs that no repository has.
            unlinked: lines(`${registry}
                find repositories -name link | sed -n 's|.*/sha256/\\([0-9a-f]*\\)/link$|\\1|p' | LC_ALL=C sort -u >/tmp/linked
                find blobs/sha256 -mindepth 2 -maxdepth 2 -printf '%f\\n' | LC_ALL=C sort | LC_ALL=C comm -23 - /tmp/linked`),
            kept: lines("ls -d /var/lib/portcullis/scan-* 2>/dev/null || true"),
            inMemory: lines(
                "find /run -maxdepth 1 -type d -name 'portcullis*' ! -name portcullis-authorization",
            ),
        };
    };
    let untouched: Awaited<ReturnType<typeof remains>>;

    async function serveForeign(): Promise<void> {
        const image = (await tarOf(debian("base-files 13.8"))).toString("base64");
        host.read(`set -e
            mkdir -p /srv/foreign
            printf '%s\\n' '${guest.username}:${hashSync(guest.password, 5)}' >/srv/foreign/htpasswd
            docker run --detach --name foreign --publish 127.0.0.1:5055:5000 --volume /srv/foreign/htpasswd:/htpasswd:ro \\
                --env REGISTRY_AUTH=htpasswd --env REGISTRY_AUTH_HTPASSWD_REALM=foreign --env REGISTRY_AUTH_HTPASSWD_PATH=/htpasswd \\
                $(docker inspect --format '{{.Image}}' portcullis-registry) >/dev/null
            tries=0
            until echo ${guest.password} | docker login --username ${guest.username} --password-stdin 127.0.0.1:5055 >/tmp/login 2>&1; do
                tries=$((tries + 1)); [ "$tries" -lt 120 ] || { cat /tmp/login >&2; exit 1; }; sleep 0.5
            done
            echo ${image} | base64 -d | docker import - ${foreign} >/dev/null
            docker push --quiet ${foreign} >/dev/null
            docker rmi ${foreign} >/dev/null
            docker logout 127.0.0.1:5055 >/dev/null 2>&1`);
    }

    before(async () => {
        await deployment.standUp();
        await serveForeign();
        redis = `engine:${host.read("docker images --format '{{.Repository}}:{{.Tag}}' portcullis.local/image-redis")}`;
        fs.writeFileSync(file("login.json"), JSON.stringify(guest));
        const { coverage } = advisoryFactsSchema.parse((await stack.outputs())["scanner"]);
        const known = coverage.find((one) => one.distribution === "debian" && one.version === "13")?.canary;
        assert.ok(known);
        await writeLayout(file("layout"), [
            { platform: "linux/amd64", layers: [debian("base-files 13.8")] },
            {
                platform: "linux/arm64",
                layers: [{ "etc/hostname": "other\n" }, debian(`${known.package} ${known.version}`)],
                packed: "zstd",
            },
        ]);
        fs.writeFileSync(file("strict.yaml"), "severity: Negligible\nunknownAs: High\n");
        fs.writeFileSync(file("lax.json"), '{"severity": "Critical", "threshold": 100000}');
    });

    after(() => {
        host.down();
    });

    beforeEach(async () => {
        untouched = await remains();
        assert.deepEqual([untouched.reserved, untouched.kept, untouched.inMemory], [[""], [""], [""]]);
    });
    afterEach(async () => {
        assert.deepEqual(await remains(), untouched);
    });

    it("passes an image of the stack's registry and one of the engine, beside a scan of another one that asks for a login", async () => {
        const [own, other] = await Promise.all([
            judged(`${host.address}:5000/redis:latest`, redis),
            judged(`--login-file - ${foreign} <${file("login.json")}`),
        ]);
        assert.equal(own.status, 0, own.output);
        assert.deepEqual(
            own.run.images.map(({ name, verdict }) => [name, verdict]),
            [
                ["redis", "pass"],
                ["portcullis.local/image-redis", "pass"],
            ],
        );
        assert.equal(own.run.images[0]?.digest, deployment.scanOf("redis").digest);
        assert.equal(other.status, 0, other.output);
        assert.deepEqual(
            other.run.images.map(({ name, verdict }) => [name, verdict]),
            [["127.0.0.1:5055/team/app", "pass"]],
        );
        assert.ok(!`${other.output}${fs.readFileSync(stack.log, "utf8")}`.includes(guest.password));
    });

    it("judges each platform of a layout, and gives others their verdict where one has none", async () => {
        const { status, run, output } = await judged(
            `--policy ${file("strict.yaml")}`,
            `layout:${file("layout")}`,
            foreign,
            `${host.address}:5000/nobody/has:this`,
        );
        assert.equal(status, 2, output);
        assert.deepEqual(
            run.images.map(({ name, verdict }) => [name, verdict]),
            [
                ["layout (linux/amd64)", "pass"],
                ["layout (linux/arm64)", "fail"],
                [foreign, "error"],
                [`${host.address}:5000/nobody/has:this`, "error"],
            ],
        );
        assert.match(run.images[2]?.reason ?? "", /no verdict: .*--login-file/);
    });

    it("fails an archive by the stack's policy, beside a layout that another policy passes", async () => {
        const [fails, passes] = await Promise.all([
            scan(vulnerable, "--output", file("table.txt")),
            judged("--policy", file("lax.json"), file("layout")),
        ]);
        assert.equal(fails.status, 1, fails.output);
        assert.match(fails.output, /over the threshold: .*\d+ findings of severity High or above/);
        assert.match(fs.readFileSync(file("table.txt"), "utf8"), /CVE-\d+-\d+/);
        assert.equal(passes.status, 0, passes.output);
    });

    it("leaves what a killed scan brought to the next one", async () => {
        const killed = scan(vulnerable);
        // As soon as the engine has the image, all processes of the script go at once.
        host.read(`tries=0
            until docker images --format '{{.Repository}}' | grep -q /portcullis/scan/; do
                tries=$((tries + 1)); [ "$tries" -lt 3000 ] || exit 1; sleep 0.1
            done
            for stat in /proc/[0-9]*/stat; do
                pid=\${stat#/proc/}; pid=\${pid%/stat}
                tr '\\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -q 'sh /usr/local/lib/portcullis/scan-once.sh' || continue
                session=$(sed 's/.*) //' "$stat" | cut -d ' ' -f 4)
                kill -9 $(ps -o pid= -s "$session") 2>/dev/null
            done; true`);
        const ended = await killed;
        assert.equal(ended.status, 2, ended.output);
        const left = await remains();
        assert.notDeepEqual(left.kept, [""]);
        assert.notDeepEqual(left.images, untouched.images);
        // The engine may not have noticed yet that its client is gone.
        for (
            let tries = 0;
            tries < 120 && (await remains()).containers.join() !== untouched.containers.join();
            tries++
        ) {
            await sleep(1000);
        }
        const next = await scan(redis);
        assert.equal(next.status, 0, next.output);
    });

    it("has no verdict where the stack does not run, and says what to do", async () => {
        host.read("docker stop portcullis-clair");
        const { status, output } = await scan(redis);
        host.read("docker start portcullis-clair");
        assert.equal(status, 2);
        assert.match(
            output,
            /the container portcullis-clair is 'exited[^']*', so nothing can be scanned .*\.\/pulumiw up --stack scans/,
        );
    });
});
