import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import { Drops } from "../../scan/mirror/drops";
import { layOut, type MirrorFiles } from "../../scan/mirror/layout";
import { parseSources } from "../../scan/mirror/sources";
import { Deployment } from "../support/deployment";
import { companyCa, startProxy, type ForwardProxy } from "../support/forward-proxy";
import { assertDone, root, TestHost, TestStack } from "../support/stack";

const login = "clair:a-login-of-the-proxy";
const gateway = "10.213.81.1";

/** What Clair asks Red Hat for when it indexes an image: a mapping that maps nothing. */
const noMapping = { content: Buffer.from('{"data":{}}') };

/** The lab's advisories as the sites on the internet have them. */
async function sitesOfUpdaters(): Promise<Map<string, MirrorFiles>> {
    const folder = path.join(root, "lab/data/advisories");
    const sources = parseSources(fs.readFileSync(path.join(folder, "sources.json"), "utf8"), new Date());
    const { files } = await layOut(folder, sources, folder, new Drops());
    const under = (place: string, as = "") =>
        new Map(
            [...files]
                .filter(([name]) => name.startsWith(place))
                .map(([name, content]) => [as + name.slice(place.length - 1), content]),
        );
    return new Map([
        [
            "*.debian.org",
            new Map([
                ["/tracker/data/json", files.get("/debian.json") ?? { content: Buffer.alloc(0) }],
                ...under("/debian/", "/debian"),
            ]),
        ],
        ["secdb.alpinelinux.org", under("/alpine/")],
        ["osv-vulnerabilities.storage.googleapis.com", under("/")],
        [
            "security.access.redhat.com",
            new Map(
                ["repository-to-cpe", "container-name-repos-map"].map((name) => [
                    `/data/metrics/${name}.json`,
                    noMapping,
                ]),
            ),
        ],
    ]);
}

const mountsSchema = z.array(
    z.object({ Mounts: z.array(z.object({ Source: z.string(), Destination: z.string(), RW: z.boolean() })) }),
);

describe("a site whose way out is a proxy", () => {
    const host = new TestHost("proxied", "trixie", "10.213.81.0/29");
    const stack = new TestStack(host);
    const deployment = new Deployment(host, stack);
    const caFile = path.join(stack.folder, "company-ca.pem");
    let sites: Map<string, MirrorFiles>;
    let proxy: ForwardProxy;
    let url: string;

    const clair = (line: string) => host.sh(`docker exec portcullis-clair sh -c '${line}'`);
    /** Nothing is gone or changed but the advisories, of which the updaters bring more in their own time. */
    const assertNothingLost = async () => {
        const ended = await stack.preview();
        assertDone(ended);
        const [, lost = ""] = /not as the last `up` left it, and made anew: (.*)/.exec(ended.output) ?? [];
        assert.deepEqual(
            lost.split(", ").filter((thing) => !/^(advisories .*)?$/.test(thing)),
            [],
        );
    };
    const waitForClair = () =>
        host.read(
            "for _ in $(seq 120); do [ \"$(docker inspect -f '{{.State.Health.Status}}' portcullis-clair)\" != healthy ] || exit 0; sleep 1; done; docker logs --tail 20 portcullis-clair; exit 1",
        );

    before(async () => {
        sites = await sitesOfUpdaters();
        const company = companyCa([...sites.keys()]);
        fs.writeFileSync(caFile, company.ca);
        proxy = await startProxy(sites, company, login);
        url = `http://${login}@${gateway}:${proxy.port}`;
        await deployment.prepare();
        const scanner = { ...stack.example("scanner"), advisoryArchive: undefined };
        stack.change({
            scanner: { ...scanner, caFile: path.relative(root, caFile), updateTimeoutMinutes: 4 },
        });
        // The host's own clients have a proxy that answers to nobody.
        const own = {
            proxies: { default: { httpProxy: "http://192.0.2.1:1", httpsProxy: "http://192.0.2.1:1" } },
        };
        host.read(`mkdir -p /root/.docker && echo '${JSON.stringify(own)}' >/root/.docker/config.json`);
    });

    after(() => {
        host.down();
        // None where `before` failed.
        (proxy as ForwardProxy | undefined)?.close();
    });

    const options = ["--stack", host.name, "--config-file", stack.settingsFile, "--path"];

    it("is told to keep the proxy's login as a secret, before anything is registered", async () => {
        assertDone(await stack.pulumi("config", "set", ...options, "portcullis:scanner.proxy", url));
        const ended = await stack.preview();
        assert.notEqual(ended.status, 0);
        assert.match(ended.output, /portcullis:scanner\.proxy holds a login, and is stored in plain text/);
        assert.ok(!ended.output.includes(login));
    });

    it("comes up, with advisories that came by the proxy, and by TLS of the company's CA", async () => {
        assertDone(
            await stack.pulumi("config", "set", "--secret", ...options, "portcullis:scanner.proxy", url),
        );
        assertDone(await stack.up());
        await deployment.readOutputs();
        const { updaters } = deployment.outputs.scanner;
        for (const name of ["debian/updater", "osv/go", "alpine-main-v3.11-updater"]) {
            assert.ok((updaters.find((one) => one.name === name)?.advisories ?? 0) > 0, name);
        }
        assert.equal(deployment.scanOf("redis").verdict, "pass");
        const hosts = new Set(proxy.asked.map((one) => one.host));
        for (const site of sites.keys()) {
            assert.ok(
                [...hosts].some((one) => one.endsWith(site.replace("*", ""))),
                site,
            );
        }
        assert.ok(proxy.asked.some((one) => one.login === login));
        assert.ok(
            ![...hosts].some((name) => /registry|clair|postgres|^10\./.test(name)),
            [...hosts].join(" "),
        );
        await assertNothingLost();
    });

    it("shows the login to nobody who sees the container's settings, or the state", async () => {
        const [, password = ""] = login.split(":");
        assert.ok(host.read("cat /etc/portcullis/clair/proxy.sh").includes(password));
        assert.equal(host.read("stat -c %a /etc/portcullis/clair/proxy.sh"), "400");
        for (const text of [host.read("docker inspect portcullis-clair"), await stack.export()]) {
            assert.ok(text.includes("portcullis-clair"));
            assert.ok(!text.includes(password));
        }
    });

    it("has scanned though the host's own clients give each container a proxy", () => {
        const image = deployment.loadedImage("registry-image");
        const given = host.read(
            `docker run --rm --network none --entrypoint sh ${image} -c 'echo $HTTP_PROXY'`,
        );
        assert.equal(given, "http://192.0.2.1:1");
    });

    it("has a spool for Clair alone, in which nothing can be run, and which is as large as it is set", () => {
        const [{ Mounts: mounts } = { Mounts: [] }] = mountsSchema.parse(
            JSON.parse(host.read("docker inspect portcullis-clair")),
        );
        const spool = mounts.find(({ Destination }) => Destination === "/var/tmp");
        assert.deepEqual([spool?.Source, spool?.RW], ["/var/spool/portcullis/clair/files", true]);
        const line = clair('grep " /var/tmp " /proc/mounts').stdout;
        for (const option of ["nosuid", "nodev", "noexec"]) {
            assert.ok(line.includes(option), line);
        }
        assert.equal(clair("cat /bin/id >/var/tmp/id").status, 0);
        assert.match(clair("busybox chmod 700 /var/tmp/id; /var/tmp/id").stderr, /Permission denied/);
        const bytes = Number(
            host.read("df --block-size=1 --output=size /var/spool/portcullis/clair | tail -n 1"),
        );
        assert.ok(bytes > 1.8 * 1024 ** 3 && bytes < 2 * 1024 ** 3, String(bytes));
        assert.equal(
            host.read("stat -c '%s %a %U' /var/spool/portcullis/clair.img"),
            `${2 * 1024 ** 3} 600 root`,
        );
    });

    it("has an empty spool again when Clair was killed, and when the host was booted", async () => {
        const isLeft = () => host.sh("test -e /var/spool/portcullis/clair/files/id").status === 0;
        assert.ok(isLeft());
        host.read("kill -KILL $(docker inspect -f '{{.State.Pid}}' portcullis-clair)");
        host.read(
            "for _ in $(seq 60); do [ \"$(docker inspect -f '{{.RestartCount}}' portcullis-clair)\" = 0 ] || exit 0; sleep 1; done; exit 1",
        );
        waitForClair();
        assert.ok(!isLeft());
        assert.equal(clair("cat /bin/id >/var/tmp/id").status, 0);
        await host.reboot();
        waitForClair();
        assert.ok(!isLeft());
        assert.equal(host.read("systemctl is-active portcullis-clair-spool.service"), "active");
        await assertNothingLost();
    });

    it("refuses a spool for which the host's disk has no room, before the first change", async () => {
        assertDone(
            await stack.pulumi("config", "set", ...options, "portcullis:scanner.spoolGigabytes", "4000"),
        );
        const ended = await stack.preview();
        assert.notEqual(ended.status, 0);
        assert.match(
            ended.output,
            /portcullis:scanner\.spoolGigabytes is 4000, and on root@10\.213\.81\.2:22 the disk of \/var\/spool\/portcullis\/clair has \d+\.\d GiB for it: 4001 GiB are needed/,
        );
    });
});
