/** Requests that dockerode does not cover: bodies with newer properties, removal by force. */
import type Docker from "dockerode";
import { z } from "zod";

const ok = { 200: true, 201: true, 204: true };
const errors = { 400: "bad request", 403: "refused", 404: "not there", 409: "conflict", 500: "failed" };

/** POSTs a JSON body; the answer is whatever JSON the engine sends. */
export function post(
    docker: Docker,
    path: string,
    query: Record<string, string>,
    body: Record<string, unknown>,
): Promise<unknown> {
    return send(docker, "POST", path, { _query: query, _body: body });
}

/** DELETEs the object at a path. */
export async function remove(docker: Docker, path: string, query: Record<string, string>): Promise<void> {
    await send(docker, "DELETE", path, { _query: query });
}

function send(
    docker: Docker,
    method: string,
    path: string,
    options: Record<string, unknown>,
): Promise<unknown> {
    return new Promise((resolve, reject) => {
        docker.modem.dial(
            {
                path: `${path}?`,
                method,
                allowEmpty: true,
                options,
                statusCodes: { ...ok, ...errors },
            },
            (error: unknown, answer: unknown) => {
                if (error === null || error === undefined) {
                    resolve(answer);
                } else {
                    reject(error instanceof Error ? error : new Error("the engine's answer cannot be read"));
                }
            },
        );
    });
}

/** The minor version of the API 1.x that is spoken with the engine. */
export function apiMinor(docker: Docker): number {
    const { version } = z.object({ version: z.string() }).parse(docker.modem);
    const [, minor = 0] = version.replace("v", "").split(".").map(Number);
    return minor;
}
