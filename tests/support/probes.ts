import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as https from "node:https";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { z } from "zod";

/** A registry's answer. */
export interface Answer {
    readonly status: number;
    /** `Docker-Distribution-API-Version`, if the answer has that header. */
    readonly apiVersion: string | undefined;
    readonly body: string;
}

export interface Ask {
    readonly url: string;
    /** CA to trust, PEM. */
    readonly ca: string;
    /** `user:password`. @default none */
    readonly auth?: string;
    readonly accept?: string;
    readonly method?: string;
}

/** Asks a registry over HTTPS; a certificate that does not fit the CA or the name is an error. */
export function ask({ url, ca, auth, accept, method }: Ask): Promise<Answer> {
    return new Promise((resolve, reject) => {
        const request = https.request(
            url,
            {
                ca,
                auth,
                method,
                agent: false,
                timeout: 10_000,
                headers: accept === undefined ? {} : { accept },
            },
            (response) => {
                let body = "";
                response.setEncoding("utf8").on("data", (text: string) => (body += text));
                response.on("end", () => {
                    const apiVersion = response.headers["docker-distribution-api-version"];
                    resolve({
                        status: response.statusCode ?? 0,
                        apiVersion: typeof apiVersion === "string" ? apiVersion : undefined,
                        body,
                    });
                });
            },
        );
        request.on("error", reject);
        request.on("timeout", () => request.destroy(new Error("no answer within 10 s")));
        request.end();
    });
}

/** Whether a TCP connection can be made within two seconds. */
export function canConnect(address: string, port: number): Promise<boolean> {
    return new Promise((resolve) => {
        const socket = net.connect({ host: address, port, timeout: 2000 });
        const end = (connected: boolean) => {
            socket.destroy();
            resolve(connected);
        };
        socket.on("connect", () => {
            end(true);
        });
        socket.on("timeout", () => {
            end(false);
        });
        socket.on("error", () => {
            end(false);
        });
    });
}

/** A self-signed CA that has nothing to do with the stack's. */
export function otherCa(): string {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "ca-"));
    const args = [
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-subj",
        "/CN=other",
        "-keyout",
        `${folder}/key`,
        "-out",
        `${folder}/crt`,
    ];
    const made = spawnSync("openssl", args, { encoding: "utf8" });
    if (made.status !== 0) {
        throw new Error(made.stderr);
    }
    const pem = fs.readFileSync(`${folder}/crt`, "utf8");
    fs.rmSync(folder, { recursive: true });
    return pem;
}

const inspectSchema = z.object({
    Name: z.string(),
    Config: z.object({
        User: z.string(),
        Labels: z.record(z.string(), z.string()).nullable(),
        Healthcheck: z.unknown().optional(),
    }),
    State: z.object({ Health: z.object({ Status: z.string() }).optional() }),
    HostConfig: z.object({
        ReadonlyRootfs: z.boolean(),
        CapAdd: z.array(z.string()).nullable(),
        CapDrop: z.array(z.string()).nullable(),
        SecurityOpt: z.array(z.string()).nullable(),
        Privileged: z.boolean(),
        UsernsMode: z.string(),
        Memory: z.number(),
        MemorySwap: z.number(),
        NanoCpus: z.number(),
        PidsLimit: z.number().nullable(),
        RestartPolicy: z.object({ Name: z.string() }),
        PortBindings: z.record(z.string(), z.array(z.object({ HostIp: z.string() })).nullable()).nullable(),
    }),
});

/** The faults of a container, from the JSON of `docker inspect`; empty for a confined one. */
export function looseEnds(inspectJson: string): string[] {
    return z
        .array(inspectSchema)
        .parse(JSON.parse(inspectJson))
        .flatMap((container) => {
            const { Config: config, HostConfig: limits } = container;
            const checks: readonly (readonly [string, boolean])[] = [
                ["runs as root", !/^[1-9]/.test(config.User)],
                ["has a writable root", !limits.ReadonlyRootfs],
                [
                    "keeps capabilities",
                    !(limits.CapDrop ?? []).includes("ALL") || (limits.CapAdd ?? []).length > 0,
                ],
                [
                    "may gain privileges",
                    !(limits.SecurityOpt ?? []).some((option) => option.startsWith("no-new-privileges")),
                ],
                ["is privileged", limits.Privileged],
                ["uses the host's user namespace", limits.UsernsMode === "host"],
                ["has no memory limit", limits.Memory <= 0 || limits.MemorySwap !== limits.Memory],
                ["has no CPU limit", limits.NanoCpus <= 0],
                ["has no limit of processes", (limits.PidsLimit ?? 0) <= 0],
                ["is not restarted", limits.RestartPolicy.Name !== "unless-stopped"],
                ["is not healthy", container.State.Health?.Status !== "healthy"],
                ["has no labels", config.Labels?.["portcullis.role"] === undefined],
                [
                    "is published on all addresses",
                    Object.values(limits.PortBindings ?? {}).some((all) =>
                        (all ?? []).some(({ HostIp }) => HostIp === "" || HostIp === "0.0.0.0"),
                    ),
                ],
            ];
            return checks.flatMap(([what, wrong]) => (wrong ? [`${container.Name} ${what}`] : []));
        });
}
