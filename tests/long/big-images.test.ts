import assert from "node:assert/strict";
import * as zlib from "node:zlib";
import { z } from "zod";
import { Deployment } from "../support/deployment";
import { type Layer, layerOf, layerOfSize, Pusher } from "../support/layers";
import { assertDone, TestHost, TestStack } from "../support/stack";

const gibibyte = 1024 ** 3;

/** What a Debian system of one package has for a scanner. */
const debian = {
    "etc/os-release":
        'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nNAME="Debian GNU/Linux"\nVERSION_ID="13"\nVERSION="13 (trixie)"\nVERSION_CODENAME=trixie\nID=debian\n',
    "var/lib/dpkg/status":
        "Package: base-files\nStatus: install ok installed\nMaintainer: a <a@example.org>\nArchitecture: amd64\nVersion: 13.8\nDescription: base\n\n",
    "var/lib/dpkg/info/base-files.list": "/.\n",
};

const reportSchema = z.object({ packages: z.record(z.string(), z.object({ name: z.string() })) });

const spoolGigabytes = 6;

describe("images of a size or make that is seldom", () => {
    const host = new TestHost("bigimages", "trixie", "10.213.82.0/29");
    const stack = new TestStack(host);
    const deployment = new Deployment(host, stack);
    let call: string;

    /** Has Clair scan an image of the registry, by the stack's own script. */
    const scan = (repository: string, digest: string) => {
        const server = /scan-image\.sh (\S+?)\/redis/.exec(call)?.[1]?.replaceAll("\\", "") ?? "";
        const auth = Buffer.from(deployment.credentials).toString("base64");
        const config = JSON.stringify({ auths: { [server]: { auth } } });
        const line = call.replace(/(scan-image\.sh) \S+/, `$1 ${server}/${repository}@${digest}`);
        return host.sh(
            `printf '%s' '${config}' | PORTCULLIS_CALLER= PORTCULLIS_EVIDENCE=/dev/null sh /usr/local/lib/portcullis/${line}`,
        );
    };

    /** The names of the packages that Clair found in an image of these layers. */
    const packagesOf = async (repository: string, layers: readonly Layer[]): Promise<string[]> => {
        const { digest } = await new Pusher(deployment, repository).image(layers);
        return packagesIn(scan(repository, digest));
    };

    const packagesIn = ({ status, stdout, stderr }: ReturnType<typeof scan>): string[] => {
        assert.equal(status, 0, stderr);
        const report = zlib.gunzipSync(Buffer.from(stdout, "base64")).toString();
        return Object.values(reportSchema.parse(JSON.parse(report)).packages).map(({ name }) => name);
    };

    const restarts = () => host.read("docker inspect -f '{{.RestartCount}}' portcullis-clair");
    const left = () => host.read("find /var/spool/portcullis/clair/files -mindepth 1 | wc -l");

    before(async () => {
        stack.change({ scanner: { ...stack.example("scanner"), spoolGigabytes } });
        await deployment.standUp();
        const state = await stack.export();
        const lines = [...state.matchAll(/"create": ?"([^"]*scan-image\.sh [^"]*)"/g)].map(([, line = ""]) =>
            z.string().parse(JSON.parse(`"${line}"`)),
        );
        const ofRedis = lines.find((line) => line.includes("/redis")) ?? "";
        call = ofRedis.slice(ofRedis.indexOf("scan-image.sh "));
        assert.match(call, /^scan-image\.sh \S+\/redis\S+ /);
    });

    after(() => {
        host.down();
    });

    it("are scanned: 5 GB in two layers", async () => {
        const layers = [layerOf(debian), layerOfSize("a", 2.5 * gibibyte), layerOfSize("b", 2.5 * gibibyte)];
        assert.deepEqual(await packagesOf("five", layers), ["base-files"]);
    });

    it("are scanned: one file of 2 GB", async () => {
        const layers = [layerOf(debian), layerOfSize("one", 2 * gibibyte)];
        assert.deepEqual(await packagesOf("file", layers), ["base-files"]);
    });

    it("are scanned: 100 layers, and layers packed by zstd", async () => {
        const many = Array.from({ length: 99 }, (_, at) => layerOf({ [`srv/${at}`]: `${at}` }));
        assert.deepEqual(await packagesOf("many", [layerOf(debian), ...many]), ["base-files"]);
        const packed = [layerOf(debian, "zstd"), layerOf({ "srv/a": "a" }, "zstd")];
        assert.deepEqual(await packagesOf("packed", packed), ["base-files"]);
    });

    it("are scanned for the host's own platform, where an index has several", async () => {
        const pusher = new Pusher(deployment, "several");
        const status = debian["var/lib/dpkg/status"].replace("base-files", "another");
        const digest = await pusher.index({
            arm64: await pusher.image([layerOf({ ...debian, "var/lib/dpkg/status": status })], "arm64"),
            amd64: await pusher.image([layerOf(debian)]),
        });
        assert.deepEqual(packagesIn(scan("several", digest)), ["base-files"]);
    });

    it("end in words where they are larger than the spool, and smaller ones are scanned after that", async () => {
        assert.equal(restarts(), "0");
        const layers = [layerOf(debian), ...["a", "b"].map((name) => layerOfSize(name, 3.5 * gibibyte))];
        const { digest } = await new Pusher(deployment, "over").image(layers);
        const { status, stderr } = scan("over", digest);
        assert.equal(status, 1, stderr);
        assert.match(
            stderr,
            /\/over@sha256:[0-9a-f]{64}: no verdict: its layers do not fit into Clair's spool of 6 GiB, .* set portcullis:scanner\.spoolGigabytes higher/,
        );
        assert.equal(left(), "0");
        const after = [layerOf({ ...debian, "srv/after": "the spool" })];
        assert.deepEqual(await packagesOf("after", after), ["base-files"]);
    });

    it("end in words where they need more memory than Clair has, and smaller ones are scanned after that", async () => {
        const one = (at: number) =>
            `Package: p${at}\nStatus: install ok installed\nMaintainer: a <a@example.org>\nArchitecture: amd64\nVersion: 1.${at}\nDescription: one of many\n`;
        const text = Array.from({ length: 1_200_000 }, (_, at) => one(at)).join("\n");
        const { digest } = await new Pusher(deployment, "packages").image([
            layerOf({ ...debian, "var/lib/dpkg/status": `${text}\n` }),
        ]);
        const { status, stderr } = scan("packages", digest);
        assert.equal(status, 1, stderr);
        assert.match(
            stderr,
            /\/packages@sha256:[0-9a-f]{64}: no verdict: Clair came to its memory limit of 768 MiB .* set portcullis:scanner\.clairMemoryMegabytes higher/,
        );
        host.read(
            "until [ \"$(docker inspect -f '{{.State.Health.Status}}' portcullis-clair)\" = healthy ]; do sleep 1; done",
        );
        const after = [layerOf({ ...debian, "srv/after": "the memory" })];
        assert.deepEqual(await packagesOf("after", after), ["base-files"]);
        assert.equal(left(), "0");
    });

    it("leave the stack as it was", async () => {
        assertDone(await stack.preview("--expect-no-changes"));
    });
});
