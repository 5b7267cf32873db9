import assert from "node:assert/strict";
import type { TestHost } from "./stack";

/** An answer of the engine. */
interface Answer {
    readonly status: number;
    readonly body: string;
}

/** Asserts that the engine refused, by this rule of the plugin. @param what the request, for the message */
export function assertDenied(rule: string, answer: Answer, what: string): void {
    assert.equal(answer.status, 403, `${what}: ${answer.body}`);
    const words = `authorization denied by plugin portcullis-authorization: rule ${rule}: `;
    assert.ok(answer.body.includes(words), `${what}: ${answer.body}`);
}

/** Newer engines refuse by themselves a request that is too large for a plugin; older ones hide it from the plugin. */
export function assertTooLarge({ status, body }: Answer): void {
    assert.ok([403, 500].includes(status), body);
    assert.match(body, /rule unreadable: |request body too large for authorization plugin/);
}

/** Nothing of the plugin is on the host. */
export function assertPluginGone(host: TestHost): void {
    const places = [
        "/usr/local/lib/portcullis-auth*",
        "/etc/systemd/system/*/portcullis-auth*",
        "/etc/systemd/system/portcullis-auth*",
        "/etc/systemd/system/docker.service.d",
        "/run/docker/plugins/*",
    ];
    assert.equal(host.read(`ls -d ${places.join(" ")} 2>/dev/null || true`), "");
    assert.equal(host.sh("getent passwd portcullis-authz").status, 2);
}

/** The id of the object that the engine has just made; empty where the engine made nothing. */
export function idOf(body: string): string {
    return /"Id":"([0-9a-f]+)"/.exec(body)?.[1] ?? "";
}
