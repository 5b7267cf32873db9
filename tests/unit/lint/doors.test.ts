import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { groups, roomOf, rooms, usedBy, type Room } from "../../../lint/doors.mjs";
import { cells } from "../../support/markdown";
import { Lint, root } from "./lint";

const doors = "import-x/no-restricted-paths";
const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
})
    .split("\n")
    .filter((file) => /\.(ts|mts|mjs|cjs)$/.test(file) && fs.existsSync(path.join(root, file)));

/** Any file of a room. */
function someFile({ room }: Room): string {
    const found = files.find((file) => roomOf(file)?.room === room);
    assert.ok(found !== undefined, `the room ${room} has no file`);
    return found;
}

/** The module of a file as another file names it. */
function specifier(from: string, to: string): string {
    const relative = path.relative(path.dirname(from), to).replace(/(\.d)?\.ts$/, "");
    return relative.startsWith(".") ? relative : `./${relative}`;
}

/** A file that is not there, beside those of a room. */
function beside(room: Room): string {
    const file = someFile(room);
    return file === room.room ? file : `${path.dirname(file)}/not-there.ts`;
}

describe("the doors between rooms", () => {
    let lint: Lint;

    before(async () => {
        lint = await Lint.load();
    });

    it("have a room for each file of TypeScript", () => {
        assert.deepEqual(
            files.filter((file) => roomOf(file) === undefined),
            [],
            "add the room to lint/doors.mjs, and say whom it may use",
        );
    });

    it("lead down only: no two rooms use each other, not by a third one either", () => {
        const isReached = (from: string, to: string, seen = new Set<string>()): boolean =>
            rooms
                .filter(({ room }) => room === from)
                .flatMap(usedBy)
                .some((next) => {
                    if (next === to) {
                        return true;
                    }
                    const isNew = !seen.has(next);
                    seen.add(next);
                    return isNew && isReached(next, to, seen);
                });
        assert.deepEqual(
            rooms.filter(({ room }) => isReached(room, room)),
            [],
        );
    });

    it("are those of docs/architecture.md", () => {
        const page = fs.readFileSync(path.join(root, "docs/architecture.md"), "utf8");
        const shown = /<!-- doors -->(.*)<!-- \/doors -->/s.exec(page)?.[1] ?? "";
        const list = (names: readonly string[]) =>
            names.map((name) => (name in groups ? name : `\`${name}\``)).join(", ") || "nothing";
        const wanted = [
            "| room | may use | Pulumi |",
            "| --- | --- | --- |",
            ...rooms.map(
                ({ room, uses, pulumi }) => `| \`${room}\` | ${list(uses)} | ${pulumi ? "yes" : "no"} |`,
            ),
            "",
            "| group | rooms |",
            "| --- | --- |",
            ...Object.entries(groups).map(([group, members]) => `| ${group} | ${list(members)} |`),
        ].join("\n");
        assert.deepEqual(cells(shown), cells(wanted), `\`make fmt\` aligns this table:\n${wanted}`);
    });

    it("name only rooms that there are", () => {
        const names = rooms.map(({ room }) => room);
        assert.deepEqual(
            rooms.flatMap(usedBy).filter((name) => !names.includes(name)),
            [],
        );
    });

    for (const room of rooms) {
        it(`shut ${room.room} off from whom it may not use, and from nobody else`, async () => {
            const file = beside(room);
            const text = rooms
                .map((other, at) => `import * as m${at} from "${specifier(file, someFile(other))}";`)
                .join("\n");
            const said = await lint.of(file, text, doors);
            assert.deepEqual(
                [...new Set(said.map(({ line }) => rooms[line - 1]?.room))],
                rooms
                    .map((other) => other.room)
                    .filter((other) => other !== room.room && !usedBy(room).includes(other)),
            );
            for (const { message } of said) {
                assert.ok(message.includes(`${room.room} may use `), message);
            }
        });

        it(`let ${room.room} load ${room.pulumi ? "" : "no "}Pulumi`, async () => {
            const type = room.room.endsWith(".mjs") ? "" : "type ";
            const text = `import * as pulumi from "@pulumi/pulumi";
                import ${type}* as docker from "@pulumi/docker";
                import { z } from "zod";`;
            const said = await lint.of(beside(room), text, doors);
            assert.deepEqual(
                said.map(({ line }) => line),
                room.pulumi ? [] : [1, 2],
            );
        });
    }

    // Written by hand, so that a table that opens a door by mistake is noticed.
    for (const [file, specifiers] of [
        ["text/x.ts", ["../outputs/host", "../transport/run"]],
        ["outputs/x.ts", ["../text/clip", "../declaration"]],
        ["declaration/x.ts", ["../outputs/host", "../transport/connection"]],
        ["transport/x.ts", ["../outputs/host", "../audit/facts"]],
        ["scan/x.ts", ["../audit/facts", "../config/schema", "@pulumi/pulumi"]],
        ["audit/checks/x.ts", ["../../scan/severity", "../../config/schema", "../../components/engine"]],
        ["config/x.ts", ["../components/engine", "./index", ".", "./connection", "@pulumi/pulumi"]],
        ["components/x.ts", ["../policy/context", "../cli/files", "../toolchain/plugins/lib/diff"]],
        ["policy/rules/x.ts", ["../../cli/files", "../../index", "../../toolchain/plugins/lib/diff"]],
        ["policy/prediction/x.ts", ["../index", "../rules/container", "@pulumi/policy", "../../config"]],
        ["cli/x.ts", ["../components/engine", "../config", "../policy/context", "@pulumi/docker"]],
        ["index.ts", ["./audit/facts", "./cli/files", "./toolchain/plugins/lib/diff"]],
        ["lab/x.ts", ["../audit/facts", "../toolchain/plugins/lib/diff"]],
        ["toolchain/plugins/x.ts", ["../../outputs/host", "../../components/engine", "../../config/schema"]],
        ["tests/unit/cli/x.ts", ["../../../toolchain/plugins/lib/diff", "../plugins/lib/driver"]],
    ] as const) {
        it(`never let ${file} use ${specifiers.join(", ")}`, async () => {
            const text = specifiers.map((one, at) => `import * as m${at} from "${one}";`).join("\n");
            assert.deepEqual(
                [...new Set((await lint.of(file, text, doors)).map(({ line }) => line))],
                specifiers.map((_, at) => at + 1),
            );
        });
    }

    it("are shut for each form of an import", async () => {
        const from = '"../components/engine"';
        const forms = [
            `import * as a from ${from};`,
            `import { Engine } from ${from};`,
            `import type { Engine as E } from ${from};`,
            `import { type Engine as F } from ${from};`,
            `import ${from};`,
            `export * from ${from};`,
            `export type { Engine as G } from ${from};`,
            `import h = require(${from});`,
            `const i = require(${from});`,
            `const j = await import(${from});`,
        ];
        assert.deepEqual(
            (await lint.of("audit/x.ts", forms.join("\n"), doors)).map(({ line }) => line),
            forms.map((_, at) => at + 1),
        );
        // ESLint follows no `import("…").Type`: the form itself is refused, whatever it names.
        const inline = `export type K = import(${from}).Engine;`;
        assert.equal(
            (await lint.of("audit/x.ts", inline, "@typescript-eslint/consistent-type-imports")).length,
            1,
        );
    });
});
