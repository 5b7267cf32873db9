import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { format } from "prettier";
import { settingsPage, settingsSections } from "../../../cli/settings";
import { cells } from "../../support/markdown";

const file = path.join(__dirname, "../../../docs/settings.md");
const rows = settingsSections().flatMap((section) => section.rows);

describe("docs/settings.md", () => {
    it("has the table of settings as the schema has it", () => {
        const page = fs.readFileSync(file, "utf8");
        assert.deepEqual(cells(page), cells(settingsPage()), "run `make docs`");
        assert.equal(page, settingsPage(), "run `make docs`");
    });

    it("is written as the formatter writes it", async () => {
        assert.equal(await format(settingsPage(), { parser: "markdown", tabWidth: 2 }), settingsPage());
    });

    it("says of every key, once, what it means and what it takes", () => {
        assert.equal(new Set(rows.map(({ key }) => key)).size, rows.length);
        for (const { key, doc, takes } of rows) {
            assert.match(doc, /^[A-Z].*\.$/, key);
            assert.notEqual(takes, "", key);
        }
    });

    it("says what is taken wherever the schema takes less than any text", () => {
        const free = rows.filter(({ takes }) => /(^|: )text/.test(takes)).map(({ key }) => key);
        assert.deepEqual(free, [
            "images.NAME.accept[].owner",
            "images.NAME.accept[].reason",
            "engine.authorizationExceptions[].owner",
            "engine.authorizationExceptions[].reason",
            "stackImages.accept[].owner",
            "stackImages.accept[].reason",
            "scanner.expectedUpdaters",
            "scanner.reload",
            "scan.exceptions[].vulnerability",
            "scan.exceptions[].package",
            "scan.exceptions[].image",
            "scan.exceptions[].owner",
            "scan.exceptions[].reason",
            "scan.rescan",
            "audit.exceptions[].container",
            "audit.exceptions[].image",
            "audit.exceptions[].owner",
            "audit.exceptions[].reason",
        ]);
    });

    for (const [key, takes, fallback] of [
        ["host.address", "IPv4 address or host name", "**required**"],
        ["host.port", "whole number from 1 to 65535", "`22`"],
        ["host.user", "`root` only", "`root`"],
        ["engine.install", "`true` or `false`", "`true`"],
        ["engine.auditRules", "`required`, `where-possible` or `off`", "`where-possible`"],
        ["registry.memoryMegabytes", "whole number from 64 on", "`256`"],
        ["audit.minimumScore", "whole number", "–"],
        ["scanner.expectedUpdaters", "list: text, at least 1", '`["debian/updater"]`'],
        ["engine.authorizationExceptions[].until", "day, e.g. `2027-03-31`", "**required**"],
        ["images.NAME.tag", "tag", "`latest`"],
        ["registryLogins.NAME.username", "name without colon", "**required**"],
        [
            "images.NAME.accept[].what",
            "`debian:14`, `go`, `package:NAME`, `no-packages`, `no-distribution` or `unknown-distribution`",
            "**required**",
        ],
        ["stackImages.accept[].image", "`registry`, `postgres` or `clair`", "**required**"],
        ["scan.exceptions[].until", "day, e.g. `2027-03-31`", "**required**"],
    ] as const) {
        it(`has the row of ${key}`, () => {
            const row = rows.find((one) => one.key === key);
            assert.deepEqual([row?.takes, row?.fallback], [takes, fallback]);
        });
    }
});
