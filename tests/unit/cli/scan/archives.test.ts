import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Readable } from "node:stream";
import * as zlib from "node:zlib";
import { extract } from "tar-stream";
import { archivedImages, renamedArchive } from "../../../../cli/scan/archive";
import { readLayout } from "../../../../cli/scan/layout";
import { sha256Of } from "../../../../text/sha256";
import { tarOf, writeLayout, writeSaved } from "../../../support/oci-layout";

/** The files of an archive, by name. */
async function filesOf(archive: AsyncIterable<Uint8Array>): Promise<Map<string, Buffer>> {
    const files = new Map<string, Buffer>();
    const tar = extract();
    tar.on("error", () => undefined);
    Readable.from(archive)
        .on("error", (error) => {
            tar.destroy(error);
        })
        .pipe(tar);
    for await (const entry of tar) {
        const chunks: Buffer[] = [];
        for await (const chunk of entry) {
            chunks.push(Buffer.from(chunk as Uint8Array));
        }
        files.set(entry.header.name, Buffer.concat(chunks));
    }
    return files;
}

const json = (files: ReadonlyMap<string, Buffer>, name: string): unknown =>
    JSON.parse(files.get(name)?.toString("utf8") ?? "null");

describe("archives that are scanned", () => {
    let folder: string;
    const at = (name: string) => path.join(folder, name);

    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "archives-"));
    });
    afterEach(() => {
        fs.rmSync(folder, { recursive: true });
    });

    const twoImages = async () => {
        await writeSaved(at("two.tar.gz"), [
            { name: "team/one:1", layers: [{ a: "1" }] },
            { name: "team/two:1", layers: [{ b: "2" }, { c: "x".repeat(200_000) }] },
        ]);
        return at("two.tar.gz");
    };

    it("are sent with one of their images, under the name of the scan and no other", async () => {
        const file = await twoImages();
        const images = await archivedImages(file);
        assert.deepEqual(
            images.map(({ RepoTags }) => RepoTags),
            [["team/one:1"], ["team/two:1"]],
        );
        const [, two] = images;
        assert.ok(two);
        const files = await filesOf(renamedArchive(file, two, "registry:5000/portcullis/scan/ab:1"));
        assert.deepEqual(json(files, "manifest.json"), [
            { Config: two.Config, RepoTags: ["registry:5000/portcullis/scan/ab:1"], Layers: two.Layers },
        ]);
        assert.ok(!files.has("repositories"));
        for (const layer of two.Layers ?? []) {
            assert.equal(sha256Of(files.get(layer) ?? ""), layer.replace("/layer.tar", ""));
        }
    });

    it("are read plain, and packed with gzip or zstd", async () => {
        const file = await twoImages();
        const tar = zlib.gunzipSync(fs.readFileSync(file));
        fs.writeFileSync(at("plain.tar"), tar);
        fs.writeFileSync(at("packed.tar.zst"), zlib.zstdCompressSync(tar));
        for (const name of ["plain.tar", "packed.tar.zst"]) {
            assert.equal((await archivedImages(at(name))).length, 2, name);
        }
        fs.writeFileSync(at("packed.tar.xz"), Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]));
        await assert.rejects(archivedImages(at("packed.tar.xz")), /packed with xz or bzip2/);
    });

    it("lose their own index under whatever spelling of its name", async () => {
        const manifest = JSON.stringify([{ Config: "c.json", RepoTags: ["redis:7"], Layers: [] }]);
        const file = at("dots.tar");
        fs.writeFileSync(
            file,
            await tarOf({
                ...{ "./oci-layout": "{}", "a/../index.json": "{}", "/repositories": "{}" },
                ...{ "./manifest.json": manifest, "./c.json": "{}" },
            }),
        );
        const [image] = await archivedImages(file);
        assert.deepEqual(image?.RepoTags, ["redis:7"]);
        const files = await filesOf(renamedArchive(file, image, "scan:1"));
        assert.deepEqual([...files.keys()], ["./c.json", "manifest.json"]);
        assert.deepEqual(json(files, "manifest.json"), [
            { Config: "c.json", RepoTags: ["scan:1"], Layers: [] },
        ]);
    });

    it("are refused where they are cut off, anywhere, or no archive", async () => {
        const file = await twoImages();
        const [one] = await archivedImages(file);
        assert.ok(one);
        const whole = fs.readFileSync(file);
        for (const part of [0.2, 0.5, 0.9, 0.99]) {
            fs.writeFileSync(at("cut.tar.gz"), whole.subarray(0, Math.floor(whole.length * part)));
            await assert.rejects(
                filesOf(renamedArchive(at("cut.tar.gz"), one, "a:1")),
                /cut\.tar\.gz cannot be read/,
            );
        }
        fs.writeFileSync(at("other.tar"), await tarOf({ file: "x" }));
        await assert.rejects(archivedImages(at("other.tar")), /has no manifest\.json/);
        fs.writeFileSync(at("wrong.tar"), await tarOf({ "manifest.json": '[{"Config":1}]' }));
        await assert.rejects(archivedImages(at("wrong.tar")), /manifest\.json is not that of 'docker save'/);
        fs.writeFileSync(at("text.tar"), "no archive at all, but a text that is long enough".repeat(40));
        await assert.rejects(archivedImages(at("text.tar")), /text\.tar/);
        await assert.rejects(archivedImages(at("nothing")), /nothing/);
    });
});

describe("layouts that are scanned", () => {
    let folder: string;

    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "layouts-"));
    });
    afterEach(() => {
        fs.rmSync(folder, { recursive: true });
    });

    const blob = (digest: string) => path.join(folder, "blobs/sha256", digest.replace("sha256:", ""));

    it("hold an image for each platform, and each becomes an archive of `docker save`", async () => {
        const shared = { "etc/same": "same" };
        await writeLayout(folder, [
            { platform: "linux/amd64", layers: [shared, { a: "x".repeat(100_000) }] },
            { platform: "linux/arm64/v8", layers: [shared, shared], packed: "zstd" },
            { platform: "linux/s390x", layers: [shared], packed: "tar" },
        ]);
        const { images, others } = await readLayout(folder);
        assert.deepEqual(
            images.map(({ platform }) => platform),
            ["linux/amd64", "linux/arm64/v8", "linux/s390x"],
        );
        assert.deepEqual(
            images.map(({ names }) => names),
            [["1.0"], ["1.0"], ["1.0"]],
        );
        assert.deepEqual(others, []);
        for (const { archive, platform } of images) {
            const files = await filesOf(archive("name:1"));
            const [manifest] = json(files, "manifest.json") as {
                Config: string;
                RepoTags: string[];
                Layers: string[];
            }[];
            assert.ok(manifest);
            assert.deepEqual(manifest.RepoTags, ["name:1"]);
            const config = json(files, manifest.Config) as {
                architecture: string;
                rootfs: { diff_ids: string[] };
            };
            assert.ok(platform.includes(config.architecture));
            const unpacked = manifest.Layers.map((layer) => {
                const content = files.get(layer) ?? Buffer.alloc(0);
                return `sha256:${sha256Of(content[0] === 0x1f ? zlib.gunzipSync(content) : content)}`;
            });
            assert.deepEqual(unpacked, config.rootfs.diff_ids, platform);
        }
    });

    it("are no proof of anything where a blob is damaged or missing", async () => {
        await writeLayout(folder, [{ platform: "linux/amd64", layers: [{ a: "1" }, { b: "2" }] }]);
        const [image] = (await readLayout(folder)).images;
        assert.ok(image);
        const layer = [...(await filesOf(image.archive("a:1"))).keys()].find((name) =>
            name.endsWith("layer.tar"),
        );
        const file = blob(layer?.replace("/layer.tar", "") ?? "");
        const content = fs.readFileSync(file);
        content[content.length - 5] = (content[content.length - 5] ?? 0) ^ 1;
        fs.writeFileSync(file, content);
        await assert.rejects(filesOf(image.archive("a:1")), /the blob sha256:\w+ is damaged/);
        fs.rmSync(file);
        await assert.rejects(filesOf(image.archive("a:1")), /a layer, is missing/);
    });

    it("are refused where the folder is none, where its index is damaged, and where it has no image", async () => {
        await assert.rejects(readLayout(folder), /is no OCI image layout/);
        const [digest = ""] = await writeLayout(folder, [{ platform: "linux/amd64", layers: [{ a: "1" }] }]);
        const manifest = fs.readFileSync(blob(digest), "utf8");
        fs.writeFileSync(blob(digest), manifest.replace('"schemaVersion":2', '"schemaVersion":3'));
        await assert.rejects(readLayout(folder), /is damaged: its SHA-256 is/);
        fs.writeFileSync(path.join(folder, "index.json"), '{"manifests":[]}');
        await assert.rejects(readLayout(folder), /holds no image/);
        fs.writeFileSync(path.join(folder, "index.json"), "{");
        await assert.rejects(readLayout(folder), /index\.json is no JSON/);
    });

    it("are refused where they would fill the memory", async () => {
        const index = path.join(folder, "index.json");
        const [digest = ""] = await writeLayout(folder, [{ platform: "linux/amd64", layers: [{ a: "1" }] }]);
        const mediaType = "application/vnd.oci.image.manifest.v1+json";
        const entry = { mediaType, digest, size: 1 };
        const write = (entries: readonly object[]) => {
            fs.writeFileSync(index, JSON.stringify({ manifests: entries }));
        };
        write(Array.from({ length: 1001 }, () => entry));
        await assert.rejects(
            readLayout(folder),
            (error: Error) =>
                error.message.startsWith(folder) && /more than 1000 entries.*; give a/.test(error.message),
        );
        const padded = " ".repeat(8 * 1024 * 1024);
        const hex = sha256Of(padded);
        fs.writeFileSync(blob(hex), padded);
        write([{ ...entry, digest: `sha256:${hex}` }]);
        await assert.rejects(readLayout(folder), /is no JSON/);
        fs.writeFileSync(blob(hex), `${padded} `);
        await assert.rejects(
            readLayout(folder),
            /^Error: .*layouts-.*: the blob sha256:\w+ cannot be read: it is longer than 8388608 bytes; make the layout anew$/,
        );
        fs.appendFileSync(index, padded);
        await assert.rejects(
            readLayout(folder),
            /index\.json cannot be read: it is longer than 8388608 bytes; make the layout anew$/,
        );
    });

    it("hold no image that an index passes off as an attestation", async () => {
        await writeLayout(folder, [{ platform: "linux/amd64", layers: [{ a: "1" }] }]);
        const index = path.join(folder, "index.json");
        const { manifests } = JSON.parse(fs.readFileSync(index, "utf8")) as { manifests: object[] };
        const marks = {
            platform: { os: "unknown", architecture: "unknown" },
            annotations: { "vnd.docker.reference.type": "attestation-manifest" },
        };
        fs.writeFileSync(
            index,
            JSON.stringify({ manifests: manifests.map((one) => ({ ...one, ...marks })) }),
        );
        const { images } = await readLayout(folder);
        assert.deepEqual(
            images.map(({ platform }) => platform),
            ["linux/amd64"],
        );
    });

    it("name what is in them and is no image", async () => {
        const [digest = ""] = await writeLayout(folder, [{ platform: "linux/amd64", layers: [{ a: "1" }] }]);
        const put = (value: object) => {
            const text = JSON.stringify(value);
            fs.writeFileSync(blob(sha256Of(text)), text);
            return { digest: `sha256:${sha256Of(text)}`, size: text.length };
        };
        const mediaType = "application/vnd.oci.image.manifest.v1+json";
        const chart = put({
            config: { mediaType: "application/vnd.cncf.helm.config.v1+json", ...put({}) },
            layers: [],
        });
        const config = { mediaType: "application/vnd.oci.image.config.v1+json", ...put({}) };
        const layer = { mediaType: "application/vnd.in-toto+json", ...put({ predicate: {} }) };
        const attestation = put({ config, layers: [layer] });
        const manifests = [
            { mediaType, digest, size: fs.statSync(blob(digest)).size },
            { mediaType, ...chart },
            { mediaType, ...attestation, platform: { os: "unknown", architecture: "unknown" } },
        ];
        fs.writeFileSync(path.join(folder, "index.json"), JSON.stringify({ manifests }));
        const { images, others } = await readLayout(folder);
        assert.equal(images.length, 1);
        assert.equal(others.length, 1);
        assert.match(
            others[0] ?? "",
            new RegExp(`^${chart.digest} is no image .*helm.*, and was not judged$`),
        );
    });
});
