import * as crypto from "node:crypto";
import * as http from "node:http";
import type * as net from "node:net";

/** Files by their path (beginning with `/`); a path that ends with `/` is a folder's listing. */
export type MirrorFiles = ReadonlyMap<string, Buffer>;

/** A static web server on loopback. */
export interface Mirror {
    /** `http://127.0.0.1:PORT/` */
    readonly url: string;
    close(): Promise<void>;
}

/** The identity of a content: Clair takes it as an update's fingerprint, and skips a fingerprint that it has seen. */
export function contentMark(content: Buffer): string {
    return `"${crypto.createHash("sha256").update(content).digest("hex").slice(0, 32)}"`;
}

/**
 * Serves the files on a free port of 127.0.0.1, with GET and HEAD; everything else is 404.
 *
 * Some of Clair's updaters take the fingerprint from ETag, Debian's takes it from Last-Modified, as an opaque text.
 */
export async function startMirror(files: MirrorFiles): Promise<Mirror> {
    const server = http.createServer((request, response) => {
        const { pathname } = new URL(request.url ?? "/", "http://mirror");
        const content = files.get(pathname);
        if (content === undefined) {
            response.writeHead(404).end();
            return;
        }
        const mark = contentMark(content);
        response.writeHead(200, { "content-length": content.length, etag: mark, "last-modified": mark });
        response.end(request.method === "HEAD" ? undefined : content);
    });
    await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(0, "127.0.0.1", resolve);
    });
    const address = server.address() as net.AddressInfo;
    return {
        url: `http://127.0.0.1:${address.port}/`,
        close: () =>
            new Promise((resolve, reject) => {
                server.close((error) => {
                    if (error === undefined) {
                        resolve();
                    } else {
                        reject(error);
                    }
                });
                server.closeAllConnections();
            }),
    };
}
