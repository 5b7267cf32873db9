/** What a check says of a host, word for word. */
import assert from "node:assert/strict";
import { checks } from "../../../../audit/checks";
import type { HostFacts } from "../../../../audit/facts";
import type { Outcome, Result } from "../../../../audit/model";
import { daemon, goodHost } from "../facts";

const unit = (path: string) => ({ path, dockerBenchPath: undefined });
/** A host where systemd and the engine's settings name files of their own. */
export const naming: Partial<HostFacts> = {
    units: {
        service: unit("/usr/lib/systemd/system/docker.service"),
        socket: unit("/etc/systemd/system/docker.socket"),
        containerdSocket: unit("/usr/lib/systemd/system/containerd.sock"),
    },
    daemon: daemon({ tlscacert: "/tls/ca.pem", tlscert: "/tls/cert.pem", tlskey: "/tls/key.pem" }),
};
/** What a path can be. */
export const kinds = ["file", "directory", "socket", "other"] as const;

/** What is changed on a good host, and what a check then says, and of what. */
export type Told = readonly [
    id: string,
    change: Partial<HostFacts>,
    result: Result,
    details?: string,
    items?: readonly string[],
];

/** The outcome of one check. */
export function judged(id: string, change: Partial<HostFacts>): Outcome {
    const check = checks.find((one) => one.id === id);
    assert.ok(check, id);
    return check.judge(goodHost(change));
}

/** A test for each outcome. */
export function itTells(told: readonly Told[]): void {
    for (const [id, change, result, details, items] of told) {
        const what = JSON.stringify(Object.values(change)).slice(0, 120);
        it(`${id}: ${[result, details, items?.join(", ")].filter(Boolean).join(": ")} ${what}`, () => {
            assert.deepEqual(judged(id, change), {
                result,
                ...(details === undefined ? {} : { details }),
                ...(items === undefined ? {} : { items }),
            });
        });
    }
}
