import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import type * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { serve } from "../../cli/mirror/server";
import type { MirrorFiles } from "../../scan/mirror/layout";

/** A company's CA, and a certificate of it for some names. PEM. */
export interface CompanyCa {
    readonly ca: string;
    readonly certificate: string;
    readonly key: string;
}

/** Makes a CA, and a certificate for the names. */
export function companyCa(names: readonly string[]): CompanyCa {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "company-ca-"));
    const at = (name: string) => path.join(folder, name);
    const openssl = (...words: string[]) => execFileSync("openssl", words, { stdio: "pipe" });
    const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    openssl(
        "req",
        "-x509",
        ...curve,
        "-days",
        "30",
        "-subj",
        "/CN=A company",
        "-keyout",
        at("ca.key"),
        "-out",
        at("ca"),
    );
    openssl("req", "-new", ...curve, "-subj", "/CN=proxy", "-keyout", at("key"), "-out", at("request"));
    fs.writeFileSync(at("names"), `subjectAltName=${names.map((name) => `DNS:${name}`).join(",")}\n`);
    const signed = [
        "-CA",
        at("ca"),
        "-CAkey",
        at("ca.key"),
        "-CAcreateserial",
        "-days",
        "30",
        "-extfile",
        at("names"),
    ];
    openssl("x509", "-req", "-in", at("request"), ...signed, "-out", at("certificate"));
    const read = (name: string) => fs.readFileSync(at(name), "utf8");
    const made = { ca: read("ca"), certificate: read("certificate"), key: read("key") };
    fs.rmSync(folder, { recursive: true });
    return made;
}

/** A request that came to the proxy: the host that it asked for, and the proxy's login that it showed. */
interface Asked {
    readonly host: string;
    readonly login: string;
}

/** The files of a host, or of the domain that it is in. */
function siteOf(sites: ReadonlyMap<string, MirrorFiles>, host: string): MirrorFiles | undefined {
    return sites.get(host) ?? sites.get(host.replace(/^[^.]+/, "*"));
}

/** A forward proxy that opens TLS, and answers in the place of sites on the internet. */
export interface ForwardProxy {
    readonly port: number;
    readonly asked: readonly Asked[];
    close(): void;
}

/**
 * Starts a proxy on all of the machine's addresses, on a free port. It wants a login, and knows some sites; a request for another one
 * ends with 502.
 *
 * @param sites host → its files; `*.example.org` stands for all hosts of a domain
 * @param login `user:password`
 */
export async function startProxy(
    sites: ReadonlyMap<string, MirrorFiles>,
    { certificate, key }: CompanyCa,
    login: string,
): Promise<ForwardProxy> {
    const asked: Asked[] = [];
    const inside = https.createServer({ cert: certificate, key }, (request, response) => {
        serve(siteOf(sites, request.headers.host ?? "") ?? new Map(), request, response);
    });
    const proxy = http.createServer((_request, response) => {
        response.writeHead(502).end();
    });
    proxy.on("connect", (request: http.IncomingMessage, socket: net.Socket) => {
        const host = (request.url ?? "").replace(/:443$/, "");
        const shown = /^Basic (.*)$/.exec(request.headers["proxy-authorization"] ?? "")?.[1] ?? "";
        const given = Buffer.from(shown, "base64").toString();
        asked.push({ host, login: given });
        socket.on("error", () => socket.destroy());
        if (given !== login) {
            socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
        } else if (siteOf(sites, host) !== undefined) {
            socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
            inside.emit("connection", socket);
        } else {
            socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
        }
    });
    await new Promise<void>((resolve, reject) => {
        proxy.once("error", reject);
        proxy.listen(0, "0.0.0.0", resolve);
    });
    const address = proxy.address();
    return {
        port: typeof address === "object" && address !== null ? address.port : 0,
        asked,
        close: () => {
            proxy.close();
            proxy.closeAllConnections();
        },
    };
}
