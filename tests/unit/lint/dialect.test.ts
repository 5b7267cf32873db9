import assert from "node:assert/strict";
import { Lint } from "./lint";

const naming = "@typescript-eslint/naming-convention";
const syntax = "no-restricted-syntax";
const packages = "import-x/no-extraneous-dependencies";

/** Lines by the rule that refuses them, and lines that it lets be. */
const lines: readonly (readonly [
    rule: string,
    file: string,
    refused: readonly string[],
    accepted: readonly string[],
])[] = [
    [
        "curly",
        "audit/x.ts",
        ["if (a) b();", "for (;;) b();", "while (a) b();", "if (a) { b(); } else c();"],
        ["if (a) { b(); } else if (c) { b(); }"],
    ],
    [
        naming,
        "audit/x.ts",
        [
            "export const MAXIMUM = 1;",
            "export const Limit = 1;",
            "export const read_all = 1;",
            "export function Read(): void {}",
            "export const f = (Parameter: number) => Parameter;",
            "export interface limits { a: 1 }",
            "export type size_of = 1;",
            "export class host {}",
            "export class Host1 { Up(): void {} }",
            "export class Host2 { LIMIT = 1; }",
        ],
        [
            "export const maximum = 1;",
            "export const g = (_unused: number) => 1;",
            "export const { HostConfig } = h;",
            "export interface Limits { HostConfig: 1 }",
            "export class Host3 { up(): void {} }",
        ],
    ],
    [
        syntax,
        "audit/x.ts",
        [
            'import { readFileSync } from "node:fs";',
            'import { join } from "node:path";',
            'import { rm } from "node:fs/promises";',
            'import fs from "node:fs";',
            'import * as url from "node:url";',
            'import * as child from "node:child_process";',
            'import process from "node:process";',
            'import assert from "node:assert";',
            'import { equal } from "node:assert";',
        ],
        [
            'import * as fs2 from "node:fs";',
            'import * as path from "node:path";',
            'import type * as net from "node:net";',
            'import { spawn } from "node:child_process";',
            'import { text } from "node:stream/consumers";',
            'import assert2 from "node:assert/strict";',
        ],
    ],
    // tslib is installed, by others; fast-check is there for tests.
    [
        packages,
        "audit/x.ts",
        ['import "tslib";', 'import "fast-check";'],
        ['import "zod";', 'import "./facts";'],
    ],
    [packages, "policy/x.ts", ['import "tslib";', 'import "fast-check";'], ['import "zod";']],
    [packages, "tests/unit/audit/x.ts", ['import "tslib";'], ['import "zod";', 'import "fast-check";']],
    [
        "no-restricted-properties",
        "tests/unit/audit/x.ts",
        ['process.kill(1, "SIGTERM");'],
        ["process.cwd();"],
    ],
];

describe("the dialect", () => {
    let lint: Lint;

    before(async () => {
        lint = await Lint.load();
    });

    for (const [rule, file, refused, accepted] of lines) {
        it(`${rule} in ${file}`, async () => {
            const said = await lint.of(file, [...refused, ...accepted].join("\n"), rule);
            assert.deepEqual(
                [...new Set(said.map(({ line }) => line))],
                refused.map((_, at) => at + 1),
                JSON.stringify(said),
            );
        });
    }

    for (const file of ["audit/x.ts", "tests/unit/x.ts", "lint/x.mjs"]) {
        it(`has no file over 300 lines: ${file}`, async () => {
            const of = (count: number) => lint.of(file, "// a line\n".repeat(count - 1) + "\n", "max-lines");
            assert.deepEqual((await of(300)).length, 0);
            assert.deepEqual((await of(301)).length, 1);
        });
    }
});
