/** Small images, as folders of an OCI image layout and as archives of `docker save`. */
import * as fs from "node:fs";
import * as path from "node:path";
import * as zlib from "node:zlib";
import { pack } from "tar-stream";
import { sha256Of } from "../../text/sha256";

/** The files of a layer, by their path. */
export type Files = Readonly<Record<string, string | Buffer>>;

/** An image to make. */
export interface TinyImage {
    /** `linux/amd64` */
    readonly platform: string;
    readonly layers: readonly Files[];
    /** @default gzip */
    readonly packed?: "gzip" | "zstd" | "tar";
}

/** A Debian 13 that holds these packages, `NAME VERSION`. */
export function debian(...packages: readonly string[]): Files {
    const status = packages.map((one) => {
        const [name = "", version = ""] = one.split(" ");
        return `Package: ${name}\nStatus: install ok installed\nMaintainer: nobody\nArchitecture: amd64\nVersion: ${version}\nDescription: test\n`;
    });
    return {
        "etc/os-release":
            'ID=debian\nNAME="Debian GNU/Linux"\nVERSION_ID="13"\nPRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nVERSION="13 (trixie)"\nVERSION_CODENAME=trixie\n',
        "var/lib/dpkg/status": `${status.join("\n")}\n`,
        ...Object.fromEntries(
            packages.map((one) => [`var/lib/dpkg/info/${one.split(" ")[0] ?? ""}.list`, "/.\n"]),
        ),
    };
}

/** A tar archive of files, always of the same bytes. */
export async function tarOf(files: Files): Promise<Buffer> {
    const archive = pack();
    for (const [name, content] of Object.entries(files)) {
        archive.entry({ name, mode: 0o644, mtime: new Date(0) }, content);
    }
    archive.finalize();
    const chunks: Buffer[] = [];
    for await (const chunk of archive) {
        chunks.push(Buffer.from(chunk as Uint8Array));
    }
    return Buffer.concat(chunks);
}

const packers = {
    gzip: (content: Buffer) => zlib.gzipSync(content),
    zstd: (content: Buffer) => zlib.zstdCompressSync(content),
    tar: (content: Buffer) => content,
} as const;

const typeEnds = { gzip: "+gzip", zstd: "+zstd", tar: "" } as const;

function configOf(platform: string, diffIds: readonly string[]): string {
    const [os = "", architecture = "", variant] = platform.split("/");
    return JSON.stringify({
        os,
        architecture,
        ...(variant === undefined ? {} : { variant }),
        config: {},
        rootfs: { type: "layers", diff_ids: diffIds },
        history: diffIds.map((_, at) => ({ created: "1970-01-01T00:00:00Z", created_by: `COPY ${at} /` })),
    });
}

/** Writes a layout with one index; each image is an entry of it. @returns the digests of the manifests */
export async function writeLayout(folder: string, images: readonly TinyImage[]): Promise<string[]> {
    const blobs = path.join(folder, "blobs/sha256");
    fs.mkdirSync(blobs, { recursive: true });
    const put = (content: Buffer | string) => {
        const hex = sha256Of(Buffer.from(content));
        fs.writeFileSync(path.join(blobs, hex), content);
        return { digest: `sha256:${hex}`, size: Buffer.byteLength(content) };
    };
    const manifests = [];
    for (const { platform, layers, packed = "gzip" } of images) {
        const tars = await Promise.all(layers.map(tarOf));
        const config = configOf(
            platform,
            tars.map((tar) => `sha256:${sha256Of(tar)}`),
        );
        const manifest = JSON.stringify({
            schemaVersion: 2,
            mediaType: "application/vnd.oci.image.manifest.v1+json",
            config: { mediaType: "application/vnd.oci.image.config.v1+json", ...put(config) },
            layers: tars.map((tar) => ({
                mediaType: `application/vnd.oci.image.layer.v1.tar${typeEnds[packed]}`,
                ...put(packers[packed](tar)),
            })),
        });
        const [os = "", architecture = ""] = platform.split("/");
        manifests.push({
            mediaType: "application/vnd.oci.image.manifest.v1+json",
            ...put(manifest),
            platform: { os, architecture },
        });
    }
    const index = JSON.stringify({
        schemaVersion: 2,
        mediaType: "application/vnd.oci.image.index.v1+json",
        manifests,
    });
    fs.writeFileSync(path.join(folder, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
    fs.writeFileSync(
        path.join(folder, "index.json"),
        JSON.stringify({
            schemaVersion: 2,
            manifests: [
                {
                    mediaType: "application/vnd.oci.image.index.v1+json",
                    ...put(index),
                    annotations: { "org.opencontainers.image.ref.name": "1.0" },
                },
            ],
        }),
    );
    return manifests.map(({ digest }) => digest);
}

/** Writes an archive as `docker save` does, of images each with its name. */
export async function writeSaved(
    file: string,
    images: readonly { readonly name: string; readonly layers: readonly Files[] }[],
): Promise<void> {
    const files: Record<string, string | Buffer> = {};
    const manifest = [];
    for (const { name, layers } of images) {
        const tars = await Promise.all(layers.map(tarOf));
        const config = configOf(
            "linux/amd64",
            tars.map((tar) => `sha256:${sha256Of(tar)}`),
        );
        const hex = sha256Of(Buffer.from(config));
        files[`${hex}.json`] = config;
        const names = tars.map((tar) => {
            const layer = `${sha256Of(tar)}/layer.tar`;
            files[layer] = tar;
            return layer;
        });
        manifest.push({ Config: `${hex}.json`, RepoTags: [name], Layers: names });
    }
    files["repositories"] = "{}";
    files["manifest.json"] = JSON.stringify(manifest);
    fs.writeFileSync(file, zlib.gzipSync(await tarOf(files)));
}
