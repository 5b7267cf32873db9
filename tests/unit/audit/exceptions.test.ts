import assert from "node:assert/strict";
import * as fc from "fast-check";
import { z } from "zod";
import { applyExceptions, exceptionsSchema, type Exception } from "../../../audit/exceptions";
import { check } from "./sample";

const today = "2027-01-15";

function exception(fields: Partial<Exception>): Exception {
    return { check: "5.13", owner: "team web", reason: "writes its cache", expires: "2027-03-31", ...fields };
}

const warning = check("5.13", "WARN", { items: ["web", "web-2", "db:5432"] });

function left(
    exceptions: readonly Exception[],
    images?: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
    return applyExceptions([warning], exceptions, today, images).findings.flatMap(({ items }) => items);
}

describe("exceptions", () => {
    it("reads a file's entries", () => {
        const entry = { check: "1.1.3", owner: "o", reason: "r", expires: "2027-03-31" };
        const entries = [entry, { ...entry, container: "web" }, { ...entry, image: "redis" }];
        assert.deepEqual(exceptionsSchema.parse(entries), entries);
    });

    const refused: [string, Record<string, unknown>, RegExp][] = [
        ["no owner", { owner: undefined }, /owner/],
        ["a blank reason", { reason: "  " }, /some text/],
        ["no date", { expires: "soon" }, /last day on which it holds, e\.g\. 2027-03-31[\s\S]*expires/],
        ["a day that is none", { expires: "2027-02-30" }, /last day/],
        ["a number for an id", { check: 5.1 }, /check/],
        ["an id that is none", { check: "9.1" }, /id of a check, in quotes/],
        ["an id with more behind it", { check: "5.13x" }, /id of a check, in quotes/],
        ["an id with more before it", { check: "x5.13" }, /id of a check, in quotes/],
        ["container and image", { container: "web", image: "redis" }, /container or image, not both/],
        ["an unknown key", { host: "a" }, /host/],
    ];
    for (const [what, fields, message] of refused) {
        it(`refuses ${what}`, () => {
            const result = exceptionsSchema.safeParse([{ ...exception({}), ...fields }]);
            assert.ok(result.error);
            assert.match(z.prettifyError(result.error), message);
        });
    }

    it("take off a whole check, one container, and the rest stays", () => {
        assert.deepEqual(left([exception({})]), []);
        assert.deepEqual(left([exception({ container: "web" })]), ["web-2", "db:5432"]);
        assert.deepEqual(left([exception({ container: "db" })]), ["web", "web-2"]);
        assert.deepEqual(left([exception({ check: "5.12" })]), ["web", "web-2", "db:5432"]);
    });

    it("leave no finding without items, and say what each took", () => {
        const [web, rest, other] = [
            exception({ container: "web" }),
            exception({}),
            exception({ check: "5.12" }),
        ];
        const found = applyExceptions([warning], [web, rest, other], today);
        assert.deepEqual(found.findings, []);
        assert.deepEqual(
            found.waivers.map(({ exception: one, items }) => [one, items]),
            [
                [web, ["web"]],
                [rest, ["web-2", "db:5432"]],
            ],
        );
        assert.deepEqual(found.unused, [other]);
        assert.deepEqual(left([web, exception({ container: "db" })]), ["web-2"]);
    });

    it("go by the image of a container", () => {
        const images = new Map([
            ["web", ["redis:7.2"]],
            ["web-2", ["redis-extra:7"]],
            ["db", ["sha256:0a", "registry.local:5000/redis@sha256:0a"]],
        ]);
        assert.deepEqual(left([exception({ image: "redis" })], images), ["web-2", "db:5432"]);
        assert.deepEqual(left([exception({ image: "redis:7.2" })], images), ["web-2", "db:5432"]);
        assert.deepEqual(left([exception({ image: "redis:6" })], images).length, 3);
        assert.deepEqual(left([exception({ image: "registry.local" })], images).length, 3);
        assert.deepEqual(left([exception({ image: "registry.local:5000/redis" })], images), ["web", "web-2"]);
    });

    it("go by an image that is itself the item", () => {
        const images = check("4.6", "WARN", { items: ["local/redis:1 redis:7", "redis:6"] });
        const found = applyExceptions([images], [exception({ check: "4.6", image: "redis:7" })], today);
        assert.deepEqual(
            found.findings.map(({ items }) => items),
            [["redis:6"]],
        );
    });

    it("of a check without items take it off, those of a container or an image do not", () => {
        const host = check("2.12", "WARN");
        const whole = exception({ check: "2.12" });
        const part = exception({ check: "2.12", container: "web" });
        assert.deepEqual(applyExceptions([host], [whole], today), {
            findings: [],
            waivers: [{ exception: whole, check: host, items: [] }],
            expired: [],
            unused: [],
        });
        const image = exception({ check: "2.12", image: "redis" });
        const found = applyExceptions([host], [part, image], today);
        assert.deepEqual(found.findings, [{ check: host, items: [] }]);
        assert.deepEqual(found.unused, [part, image]);
    });

    it("hold on their last day, and no day longer", () => {
        assert.deepEqual(left([exception({ expires: today })]), []);
        const expired = exception({ expires: "2027-01-14" });
        const found = applyExceptions([warning], [expired], today);
        assert.deepEqual(found.expired, [expired]);
        assert.deepEqual(found.unused, []);
        assert.equal(found.findings.length, 1);
    });

    it("are unused where nothing warns, also when the check is passed", () => {
        const spare = exception({ container: "gone" });
        assert.deepEqual(applyExceptions([warning], [spare], today).unused, [spare]);
        assert.deepEqual(applyExceptions([check("5.13", "PASS")], [spare], today).unused, [spare]);
    });

    it("never lose an item: each is found or waived, once", () => {
        const name = fc.constantFrom("web", "web-2", "db", "cache");
        const scope = fc.record({ container: fc.option(name, { nil: undefined }) });
        fc.assert(
            fc.property(fc.uniqueArray(name), fc.array(scope), (items, scopes) => {
                const results = [check("5.13", "WARN", { items })];
                const found = applyExceptions(results, scopes.map(exception), today);
                const seen = [
                    ...found.findings.flatMap((finding) => finding.items),
                    ...found.waivers.flatMap((waiver) => waiver.items),
                ];
                assert.deepEqual([...seen].sort(), [...items].sort());
            }),
        );
    });
});
