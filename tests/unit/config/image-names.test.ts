import assert from "node:assert/strict";
import fc from "fast-check";
import { imageNameProblems } from "../../../config/image-names";
import { repositoryPattern } from "../../../text/reference";
import { slugOf } from "../../../text/slug";

const problems = (...names: string[]): [string, string][] =>
    imageNameProblems(names).map(({ name, message }) => [name, message]);

describe("names of images", () => {
    it("are taken where they are apart from each other", () => {
        assert.deepEqual(
            problems("redis", "team/app", "team/app2", "app-team", "x/canary", "portcullis", "a/summary"),
            [],
        );
    });

    for (const [first, second] of [
        ["team/app", "team-app"],
        ["a/b-c", "a-b/c"],
        ["a/b/c", "a-b-c"],
    ] as const) {
        it(`are refused where two would have the same resources and report: ${first}, ${second}`, () => {
            assert.deepEqual(problems(first, second), [
                [second, `would have the same resources and report as ${first}; rename one of the two`],
            ]);
        });
    }

    for (const name of [
        "canary",
        "summary",
        "audit",
        "portcullis/registry",
        "portcullis-clair",
        "portcullis/app",
    ]) {
        it(`are refused where the stack has them itself: ${name}`, () => {
            assert.match(problems(name)[0]?.[1] ?? "", /choose another/);
        });
    }

    it("are refused where their report's file could not be made", () => {
        assert.deepEqual(problems("a".repeat(200)), []);
        assert.deepEqual(problems("a".repeat(201)), [["a".repeat(201), "expected at most 200 characters"]]);
    });

    it("never collide once they are taken", () => {
        const part = fc.stringMatching(/^[a-c]{1,2}$/);
        const name = fc
            .array(fc.tuple(part, fc.constantFrom("/", "-", "_", ".", "--", "__")), {
                minLength: 1,
                maxLength: 4,
            })
            .map((parts) => parts.map((one, at) => (at === 0 ? one[0] : `${one[1]}${one[0]}`)).join(""));
        // What the dashes and slashes are in one name, they may be the other way round in the other.
        const pair = fc.oneof(
            fc.tuple(name, name),
            name.map((one): [string, string] => [one, one.replaceAll("/", "-")]),
            name.map((one): [string, string] => [one, one.replaceAll("-", "/")]),
        );
        let refused = 0;
        fc.assert(
            fc.property(pair, ([first, second]) => {
                fc.pre(first !== second && repositoryPattern.test(first) && repositoryPattern.test(second));
                const collide = slugOf(first) === slugOf(second);
                refused += collide ? 1 : 0;
                assert.equal(imageNameProblems([first, second]).length, collide ? 1 : 0);
            }),
            { numRuns: 1000 },
        );
        assert.ok(refused > 20, `only ${refused} pairs that collide were tried`);
    });
});
