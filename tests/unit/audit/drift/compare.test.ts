import assert from "node:assert/strict";
import * as fc from "fast-check";
import { compareDrift } from "../../../../audit/drift/compare";
import { declarationSchema, parseDeclaration, type Declaration } from "../../../../declaration";
import { changesOf, driftOf, driftText } from "../../../../audit/drift/drift";
import { resourceName } from "../../../../audit/drift/finding";
import type { LiveHost } from "../../../../audit/drift/live";
import { AuditError } from "../../../../audit/error";
import { changes } from "./cases";
import { certificatePath, declaration, live, settings, withContainer, withPath } from "./sample";

const now = new Date("2027-01-15T10:00:00Z");

/** `problem subject key resource` of each finding. */
function found(host: LiveHost, declared: Declaration = declaration, at = now): string[] {
    return compareDrift(declared, host, at).map(({ problem, subject, key, resource }) =>
        [problem, subject, key, resource && resourceName(resource)].filter(Boolean).join(" "),
    );
}

describe("drift: the comparison", () => {
    it("finds nothing on a host that is as declared", () => {
        assert.deepEqual(compareDrift(declaration, live, now), []);
    });

    for (const [what, host, expected] of changes) {
        it(`names exactly what is otherwise: ${what}`, () => {
            assert.deepEqual(found(host), expected);
        });
    }

    it("says what was declared, what is there, and what to do", () => {
        const [finding] = compareDrift(declaration, withContainer({ memory: 67108864 }), now);
        assert.ok(finding !== undefined);
        assert.equal(
            driftText(finding),
            "drift: container p-registry, memory (resource registry) is not as declared: 67108864, declared 268435456. " +
                "Remedy: put it back: ./pulumiw up --stack dev",
        );
        const [key] = compareDrift(declaration, withPath("/etc/p/a.key", undefined), now);
        assert.equal(key?.remedy, "put it back: ./pulumiw up --stack dev");
    });

    it("tells of a certificate that is to be renewed, or has ended, which is no change of the host", () => {
        const ends = declaration.items.flatMap((item) =>
            item.kind === "certificate" ? [Date.parse(item.notAfter)] : [],
        )[0];
        assert.ok(ends !== undefined);
        const daysBefore = (days: number) => new Date(ends - days * 24 * 3600 * 1000);
        const expected = [`expiring ${certificatePath} notAfter leaf`];
        assert.deepEqual(found(live, declaration, daysBefore(30)), []);
        assert.deepEqual(found(live, declaration, daysBefore(29.5)), expected);
        assert.deepEqual(found(live, declaration, daysBefore(-1)), expected);
        const drift = driftOf(declaration, live, daysBefore(29.5));
        assert.match(driftText(drift.findings[0] ?? assert.fail()), /\(in 29 days\)\. Remedy: renew it: /);
        assert.match(
            driftText(driftOf(declaration, live, daysBefore(-1)).findings[0] ?? assert.fail()),
            /\(expired\)/,
        );
        assert.deepEqual(changesOf(drift), []);
    });

    it("does not show a variable that somebody put in: it may be a secret", () => {
        const host = withContainer({ envs: { MODE: "a", PATH: "/bin", TOKEN: "hunter2" } });
        assert.doesNotMatch(JSON.stringify(compareDrift(declaration, host, now)), /hunter2/);
    });

    it("does not show a setting of the engine that somebody put in, nor a proxy: both may hold a password", () => {
        const proxies = { "http-proxy": "http://user:hunter2@192.0.2.3" };
        const config = JSON.parse(live.daemonConfig ?? "{}") as object;
        const host = { ...live, daemonConfig: JSON.stringify({ ...config, proxies, secret: "hunter2" }) };
        const declared = {
            ...declaration,
            items: declaration.items.map((item) =>
                item.kind === "daemon"
                    ? { ...item, settings: { ...item.settings, proxies: { "http-proxy": "http://a:b2@c" } } }
                    : item,
            ),
        };
        for (const [findings, count] of [
            [compareDrift(declaration, host, now), 2],
            [compareDrift(declared, host, now), 2],
        ] as const) {
            assert.equal(findings.length, count);
            assert.doesNotMatch(JSON.stringify(findings), /hunter2|b2/);
            assert.match(JSON.stringify(findings), /\(not shown\)/);
        }
    });

    it("cannot compare a daemon.json that is none", () => {
        for (const daemonConfig of ["{", "[]", '"x"', ""]) {
            assert.throws(() => found({ ...live, daemonConfig }), AuditError);
        }
    });

    it("finds every setting of a container that is otherwise", () => {
        const names = Object.keys(settings) as (keyof typeof settings)[];
        for (const name of names) {
            const value: unknown = settings[name];
            const other =
                typeof value === "boolean"
                    ? !value
                    : typeof value === "number"
                      ? value + 1
                      : typeof value === "string"
                        ? `${value}x`
                        : Array.isArray(value) || value === null
                          ? ["other"]
                          : name === "healthcheck"
                            ? { ...settings.healthcheck, retries: 6 }
                            : name === "capabilities"
                              ? { adds: [], drops: [] }
                              : { "portcullis.other": "x" };
            const host = withContainer({ [name]: other });
            assert.ok(found(host).length > 0, name);
        }
    });

    it("takes any text from a host for what it is", () => {
        const text = fc.string({ unit: "binary", maxLength: 40 });
        fc.assert(
            fc.property(text, text, (name, value) => {
                const host = withContainer({ labels: { ...settings.labels, [`portcullis.${name}`]: value } });
                const [finding, ...more] = compareDrift(declaration, host, now);
                assert.equal(more.length, 0);
                if (name !== "role") {
                    assert.equal(finding?.key, `labels.portcullis.${name}`);
                }
                if (finding !== undefined) {
                    assert.doesNotMatch(driftText(finding), /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
                }
            }),
        );
    });
});

describe("drift: the declaration", () => {
    it("is a JSON document that is read back as it was written", () => {
        assert.deepEqual(parseDeclaration(JSON.stringify(declaration), "x"), declaration);
    });

    it("is refused where it is something else, with where and why", () => {
        assert.throws(() => parseDeclaration("{", "f.json"), /f\.json is no JSON/);
        assert.throws(
            () => parseDeclaration('{"format":2}', "f.json"),
            /f\.json does not say what a stack declared/,
        );
        const wrong = (item: object) =>
            declarationSchema.safeParse({ ...declaration, items: [item] }).success;
        const file = declaration.items.find(({ kind }) => kind === "file") ?? assert.fail();
        assert.equal(wrong(file), true);
        for (const path of ["relative", "/a\nb", "/a\0b", ""]) {
            assert.equal(wrong({ ...file, path }), false, path);
        }
        assert.equal(wrong({ ...file, content: "secret" }), false);
        assert.equal(wrong({ ...file, kind: "other" }), false);
    });
});
