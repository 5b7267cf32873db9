import * as crypto from "node:crypto";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as https from "node:https";
import * as os from "node:os";
import * as path from "node:path";
import * as zlib from "node:zlib";
import type { Deployment } from "./deployment";

/** A layer as a registry has it. */
export interface Layer {
    readonly type: string;
    readonly content: Buffer;
    /** SHA-256 of the layer unpacked, `sha256:…`. */
    readonly diffId: string;
}

/** How a layer is packed, by the name that the type of an OCI layer has for it. */
type Packing = "gzip" | "zstd";

const sha256 = (content: Buffer): string =>
    `sha256:${crypto.createHash("sha256").update(content).digest("hex")}`;

const layerType = (packing: Packing): string => `application/vnd.oci.image.layer.v1.tar+${packing}`;

/** A layer of a few small files. */
export function layerOf(files: Readonly<Record<string, string>>, packing: Packing = "gzip"): Layer {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "layer-"));
    for (const [name, text] of Object.entries(files)) {
        fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
        fs.writeFileSync(path.join(folder, name), text);
    }
    const tar = execFileSync("tar", ["-c", "--owner=0", "--group=0", "-C", folder, "."], {
        maxBuffer: 2 ** 31 - 1,
    });
    fs.rmSync(folder, { recursive: true });
    const content = packing === "gzip" ? zlib.gzipSync(tar, { level: 1 }) : zlib.zstdCompressSync(tar);
    return { type: layerType(packing), content, diffId: sha256(tar) };
}

/**
 * A layer with one file of that many bytes, all of them zero: a few megabytes in a registry, and all of its bytes unpacked.
 *
 * @param bytes a multiple of 64 MiB
 */
export function layerOfSize(name: string, bytes: number): Layer {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "layer-"));
    fs.writeFileSync(path.join(folder, name), "");
    fs.truncateSync(path.join(folder, name), bytes);
    // The head of the archive's only file; what follows is zeros. Files that are packed one by one are one packed file together.
    const head = execFileSync("sh", [
        "-c",
        'tar -c --owner=0 --group=0 -C "$1" "$2" | head -c 512',
        "tar",
        folder,
        name,
    ]);
    fs.rmSync(folder, { recursive: true });
    const [part, tail] = [Buffer.alloc(64 << 20), Buffer.alloc(1024)];
    const parts = bytes / part.length;
    const [packedPart, sum] = [zlib.gzipSync(part), crypto.createHash("sha256").update(head)];
    for (let at = 0; at < parts; at++) {
        sum.update(part);
    }
    const content = Buffer.concat([
        zlib.gzipSync(head),
        ...Array.from({ length: parts }, () => packedPart),
        zlib.gzipSync(tail),
    ]);
    return { type: layerType("gzip"), content, diffId: `sha256:${sum.update(tail).digest("hex")}` };
}

interface Sent {
    readonly status: number;
    readonly location: string;
    readonly body: string;
}

/** Pushes images of any make to a stack's registry, layer by layer, as no client of an engine would. */
export class Pusher {
    constructor(
        private readonly deployment: Deployment,
        private readonly repository: string,
    ) {}

    /** @returns the digest of the image's manifest */
    async image(layers: readonly Layer[], architecture = "amd64"): Promise<{ digest: string; size: number }> {
        const config = Buffer.from(
            JSON.stringify({
                architecture,
                os: "linux",
                config: {},
                rootfs: { type: "layers", diff_ids: layers.map(({ diffId }) => diffId) },
            }),
        );
        for (const content of [config, ...layers.map((layer) => layer.content)]) {
            await this.blob(content);
        }
        const described = (type: string, content: Buffer) => ({
            mediaType: type,
            digest: sha256(content),
            size: content.length,
        });
        return this.manifest("application/vnd.oci.image.manifest.v1+json", {
            config: described("application/vnd.oci.image.config.v1+json", config),
            layers: layers.map(({ type, content }) => described(type, content)),
        });
    }

    /** An index of images of several platforms. @returns its digest */
    async index(images: Readonly<Record<string, { digest: string; size: number }>>): Promise<string> {
        const manifests = Object.entries(images).map(([architecture, { digest, size }]) => ({
            mediaType: "application/vnd.oci.image.manifest.v1+json",
            digest,
            size,
            platform: { architecture, os: "linux" },
        }));
        const { digest } = await this.manifest("application/vnd.oci.image.index.v1+json", { manifests });
        return digest;
    }

    private async manifest(mediaType: string, parts: object): Promise<{ digest: string; size: number }> {
        const content = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...parts }));
        const digest = sha256(content);
        await this.send("PUT", `/v2/${this.repository}/manifests/${digest}`, content, mediaType, 201);
        return { digest, size: content.length };
    }

    private async blob(content: Buffer): Promise<void> {
        const { location } = await this.send(
            "POST",
            `/v2/${this.repository}/blobs/uploads/`,
            undefined,
            "",
            202,
        );
        const url = new URL(location, this.deployment.outputs.registryUrl);
        url.searchParams.set("digest", sha256(content));
        await this.send("PUT", `${url.pathname}${url.search}`, content, "application/octet-stream", 201);
    }

    private async send(
        method: string,
        at: string,
        content: Buffer | undefined,
        type: string,
        expected: number,
    ): Promise<Sent> {
        const { registryUrl, caCertificate: ca } = this.deployment.outputs;
        const headers = {
            "content-length": content?.length ?? 0,
            ...(type === "" ? {} : { "content-type": type }),
        };
        const sent = await new Promise<Sent>((resolve, reject) => {
            const options = { method, ca, auth: this.deployment.credentials, headers, agent: false };
            const request = https.request(registryUrl + at, options, (response) => {
                let body = "";
                response.setEncoding("utf8").on("data", (text: string) => (body += text));
                response.on("end", () => {
                    resolve({
                        status: response.statusCode ?? 0,
                        location: response.headers.location ?? "",
                        body,
                    });
                });
            });
            request.on("error", reject);
            request.end(content);
        });
        if (sent.status !== expected) {
            throw new Error(`${method} ${at}: ${sent.status} ${sent.body}`);
        }
        return sent;
    }
}
