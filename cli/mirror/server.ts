import * as fs from "node:fs";
import * as http from "node:http";
import type * as net from "node:net";
import { contentMark, type MirrorFiles, type Served } from "../../scan/mirror/layout";

/** A static web server on loopback. */
interface Mirror {
    /** `http://127.0.0.1:PORT/` */
    readonly url: string;
    close(): Promise<void>;
}

function answer({ content, lastModified }: Served, isHead: boolean, response: http.ServerResponse): void {
    const isBuffer = Buffer.isBuffer(content);
    const length = isBuffer ? content.length : fs.statSync(content.file).size;
    const mark = isBuffer ? contentMark(content) : `"${length}"`;
    // Debian's updater takes the fingerprint from Last-Modified, as an opaque text; the others take ETag.
    response.writeHead(200, { "content-length": length, etag: mark, "last-modified": lastModified ?? mark });
    if (isHead) {
        response.end();
    } else if (isBuffer) {
        response.end(content);
    } else {
        fs.createReadStream(content.file)
            .on("error", () => response.destroy())
            .pipe(response);
    }
}

/** Answers GET and HEAD of the files; everything else is 404. */
export function serve(
    files: MirrorFiles,
    request: http.IncomingMessage,
    response: http.ServerResponse,
): void {
    const { pathname } = new URL(request.url ?? "/", "http://mirror");
    const served = files.get(decodeURIComponent(pathname));
    if (served === undefined || (request.method !== "GET" && request.method !== "HEAD")) {
        response.writeHead(404).end();
        return;
    }
    answer(served, request.method === "HEAD", response);
}

/** Serves the files on a free port of 127.0.0.1. */
export async function startMirror(files: MirrorFiles): Promise<Mirror> {
    const server = http.createServer((request, response) => {
        serve(files, request, response);
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
