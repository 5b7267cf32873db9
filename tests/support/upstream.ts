/** A private registry beside a disposable host, with TLS and a login, and images of a few bytes in the registry. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as https from "node:https";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as zlib from "node:zlib";
import { hashSync } from "bcryptjs";
import { pack } from "tar-stream";
import { root, type TestHost } from "./stack";

/** An image in the registry. */
export interface PushedImage {
    /** Digest of the manifest. */
    readonly digest: string;
    /** The image's id: the digest of its configuration. */
    readonly id: string;
}

interface Request {
    readonly method: string;
    readonly path: string;
    readonly type?: string;
    readonly body?: Buffer;
}

const types = {
    manifest: "application/vnd.docker.distribution.manifest.v2+json",
    config: "application/vnd.docker.container.image.v1+json",
    layer: "application/vnd.docker.image.rootfs.diff.tar.gzip",
} as const;

function digestOf(content: Buffer): string {
    return `sha256:${crypto.createHash("sha256").update(content).digest("hex")}`;
}

/** A layer of one file. */
async function layerOf(text: string): Promise<Buffer> {
    const archive = pack();
    archive.entry({ name: "content", mode: 0o644, mtime: new Date(0) }, text);
    archive.finalize();
    const chunks: Buffer[] = [];
    for await (const chunk of archive) {
        chunks.push(Buffer.from(chunk as Uint8Array));
    }
    return Buffer.concat(chunks);
}

/** The registry image of the lab, as a container on the network of a host, at the third address. */
export class UpstreamRegistry {
    readonly username = "puller";
    readonly name: string;
    private readonly address: string;
    private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "upstream-"));
    private readonly container: string;
    private password = "";
    private engine: string | undefined;

    constructor(private readonly host: TestHost) {
        this.address = host.address.replace(/\d+$/, "3");
        this.name = `${this.address}:5000`;
        this.container = `pcl-${host.name}reg`;
    }

    /** The registry's certificate, which is its own CA. */
    get ca(): string {
        return fs.readFileSync(path.join(this.folder, "tls.crt"), "utf8");
    }

    /** Runs the registry, empty, and has the host trust its certificate. The host is up. @param password of the one user */
    async start(password: string): Promise<void> {
        this.password = password;
        const { folder, container, address } = this;
        this.sh(
            `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=upstream \
            -addext subjectAltName=IP:${address} -keyout ${folder}/tls.key -out ${folder}/tls.crt`,
        );
        fs.writeFileSync(path.join(folder, "htpasswd"), `${this.username}:${hashSync(password, 5)}\n`);
        // Run by another user.
        this.sh(`chmod 0755 ${folder} && chmod 0644 ${folder}/*`);
        this.remove();
        const variables = {
            REGISTRY_HTTP_TLS_CERTIFICATE: "/upstream/tls.crt",
            REGISTRY_HTTP_TLS_KEY: "/upstream/tls.key",
            REGISTRY_AUTH: "htpasswd",
            REGISTRY_AUTH_HTPASSWD_REALM: "upstream",
            REGISTRY_AUTH_HTPASSWD_PATH: "/upstream/htpasswd",
        };
        const words = Object.entries(variables).map(([name, value]) => `--env ${name}=${value}`);
        this.sh(
            `image=$(docker load <.portcullis/archives/registry.tar.gz | sed -n 's/^Loaded image\\( ID\\)*: //p')
            docker create --name ${container} --label portcullis.checkout=${root} --network pcl-${this.host.name} \
                --ip ${address} ${words.join(" ")} "$image"
            tar -c -C ${folder} --transform 's,^\\.,upstream,' . | docker cp - ${container}:/
            docker start ${container}`,
        );
        const trusted = `/etc/docker/certs.d/${this.name}`;
        this.host.read(`mkdir -p ${trusted}; cat >${trusted}/ca.crt <<'EOF'\n${this.ca}EOF`);
        await this.ready();
    }

    /** Ends the registry's container for a time. */
    stop(): void {
        this.sh(`docker stop --time 2 ${this.container}`);
    }

    /** Starts the registry after `stop`, with what is in it. @param password of the one user */
    async startAgain(password: string): Promise<void> {
        this.password = password;
        fs.writeFileSync(path.join(this.folder, "htpasswd"), `${this.username}:${hashSync(password, 5)}\n`);
        this.sh(
            `docker cp ${this.folder}/htpasswd ${this.container}:/upstream/htpasswd; docker start ${this.container}`,
        );
        await this.ready();
    }

    /** Removes the registry, with its data. */
    remove(): void {
        this.sh(`docker rm --force --volumes ${this.container} 2>/dev/null || true`);
    }

    /** Removes the registry and its files. */
    close(): void {
        this.remove();
        fs.rmSync(this.folder, { recursive: true, force: true });
    }

    /** Pushes an image whose one layer holds a text, and has the tag name it. */
    async push(repository: string, tag: string, text: string): Promise<PushedImage> {
        const layer = await layerOf(text);
        const zipped = zlib.gzipSync(layer);
        const config = Buffer.from(
            JSON.stringify({
                architecture: "amd64",
                os: "linux",
                config: {
                    User: "1000:1000",
                    Entrypoint: ["/content"],
                    Healthcheck: { Test: ["CMD", "/content"] },
                },
                rootfs: { type: "layers", diff_ids: [digestOf(layer)] },
                history: [{ created: "2026-11-01T00:00:00Z" }],
            }),
        );
        const part = (mediaType: string, content: Buffer) => ({
            mediaType,
            size: content.length,
            digest: digestOf(content),
        });
        for (const blob of [zipped, config]) {
            const { location = "" } = await this.expect(202, {
                method: "POST",
                path: `/v2/${repository}/blobs/uploads/`,
            });
            const { pathname, search } = new URL(location, `https://${this.name}`);
            const where = `${pathname}${search}${search === "" ? "?" : "&"}digest=${digestOf(blob)}`;
            await this.expect(201, {
                method: "PUT",
                path: where,
                type: "application/octet-stream",
                body: blob,
            });
        }
        const manifest = Buffer.from(
            JSON.stringify({
                schemaVersion: 2,
                mediaType: types.manifest,
                config: part(types.config, config),
                layers: [part(types.layer, zipped)],
            }),
        );
        await this.expect(201, {
            method: "PUT",
            path: `/v2/${repository}/manifests/${tag}`,
            type: types.manifest,
            body: manifest,
        });
        return { digest: digestOf(manifest), id: digestOf(config) };
    }

    private async expect(status: number, asked: Request): Promise<{ location?: string | undefined }> {
        const answer = await this.request(asked);
        assert.equal(answer.status, status, `${asked.method} ${asked.path}: ${answer.body}`);
        return answer;
    }

    private request({ method, path: where, type, body }: Request) {
        return new Promise<{ status: number; location?: string | undefined; body: string }>(
            (resolve, reject) => {
                const asked = https.request(
                    `https://${this.name}${where}`,
                    {
                        method,
                        ca: this.ca,
                        agent: false,
                        timeout: 10_000,
                        auth: `${this.username}:${this.password}`,
                        headers: type === undefined ? {} : { "content-type": type },
                    },
                    (response) => {
                        let text = "";
                        response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
                        response.on("end", () => {
                            resolve({
                                status: response.statusCode ?? 0,
                                location: response.headers.location,
                                body: text,
                            });
                        });
                    },
                );
                asked.on("error", reject);
                asked.on("timeout", () => asked.destroy(new Error("no answer within 10 s")));
                asked.end(body);
            },
        );
    }

    private async ready(): Promise<void> {
        for (let tries = 1; ; tries++) {
            try {
                await this.expect(200, { method: "GET", path: "/v2/" });
                return;
            } catch (error) {
                if (tries === 150) {
                    throw error;
                }
                await sleep(200);
            }
        }
    }

    /** Runs a shell script in the checkout, on the lab's own engine. */
    private sh(script: string): string {
        this.engine ??= spawnSync("lab/lab", ["engine"], { cwd: root, encoding: "utf8" }).stdout.trim();
        const env = { ...process.env, DOCKER_HOST: this.engine };
        const ended = spawnSync("sh", ["-ec", script], { cwd: root, encoding: "utf8", env });
        assert.equal(ended.status, 0, `${script}\n${ended.stderr}`);
        return ended.stdout;
    }
}
