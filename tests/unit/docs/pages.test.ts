import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import * as YAML from "yaml";
import { z } from "zod";
import ts from "typescript";
import { settingsSections } from "../../../cli/settings";
import { parseSettings } from "../../../config/parse";
import { anchors, blocks, codes, links, pages, read, root } from "../../support/pages";

const readme = read("README.md");

/** Everything that any page shows as code. */
const shown = pages()
    .filter((page) => page !== "CHANGELOG.md")
    .flatMap((page) => codes(read(page)).map((code) => ({ page, code })));

/** All that a pattern finds in code: what it captures, and the page. */
function named(pattern: RegExp): { page: string; name: string }[] {
    const found = shown.flatMap(({ page, code }) =>
        [...code.matchAll(pattern)].map(([, name = ""]) => ({ page, name })),
    );
    assert.notEqual(found.length, 0, `nothing is named: ${String(pattern)}`);
    return found;
}

function assertNamed(pattern: RegExp, exists: (name: string) => boolean): void {
    const wrong = named(pattern).filter(({ name }) => !exists(name));
    assert.deepEqual(wrong, []);
}

describe("README.md", () => {
    it("fits on four screens", () => {
        assert.ok(readme.split("\n").length <= 160, `${readme.split("\n").length} lines; move some to docs/`);
    });

    it("leads to every other page", () => {
        const led = new Set(links(readme).map((target) => target.replace(/#.*/, "")));
        const linked = (page: string): boolean =>
            led.has(page) ||
            (page.startsWith("toolchain/plugins/") && led.has("toolchain/plugins/README.md"));
        assert.deepEqual(
            pages().filter((page) => page !== "README.md" && !linked(page)),
            [],
        );
    });

    it("shows settings of a host that the program takes", () => {
        const example = blocks(readme).find(({ language }) => language === "yaml")?.code ?? "";
        const { config } = z
            .object({ config: z.record(z.string(), z.unknown()) })
            .parse(YAML.parse(example.replace("AAAA…", "AAAAC3Nza")));
        const raw = Object.fromEntries(
            Object.entries(config).map(([key, value]) => [key.replace("portcullis:", ""), value]),
        );
        assert.equal(parseSettings(raw).host.address, "192.0.2.10");
    });
});

/** Names of the outputs of a program that exports a function: the keys of the object that the function returns. */
function outputNames(program: string): string[] {
    const keys: string[] = [];
    const visit = (node: ts.Node): void => {
        if (ts.isReturnStatement(node) && node.expression && ts.isObjectLiteralExpression(node.expression)) {
            keys.push(
                ...node.expression.properties.flatMap(({ name }) =>
                    name !== undefined && ts.isIdentifier(name) ? [name.text] : [],
                ),
            );
        }
        ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile("index.ts", program, ts.ScriptTarget.ES2022));
    return keys;
}

describe("docs/stack.md", () => {
    it("names every output of the program", () => {
        const outputs = outputNames(read("index.ts"));
        assert.equal(outputs.length, 13);
        for (const output of outputs) {
            assert.ok(read("docs/stack.md").includes(`\`${output}\``), output);
        }
    });
});

describe("what the pages name is there", () => {
    it("files and headings that links lead to", () => {
        const wrong = pages().flatMap((page) =>
            links(read(page))
                .filter((link) => {
                    const [file = "", anchor] = link.split("#");
                    const target = path.join(file === "" ? page : path.join(path.dirname(page), file));
                    return (
                        !fs.existsSync(path.join(root, target)) ||
                        (anchor !== undefined && !anchors(read(target)).includes(anchor))
                    );
                })
                .map((link) => `${page}: ${link}`),
        );
        assert.deepEqual(wrong, []);
    });

    it("targets of make", () => {
        const makefile = read("Makefile");
        const targets = [...makefile.matchAll(/^([a-z-]+%?):/gm)].map(([, target = ""]) => target);
        assert.ok(targets.includes("up") && targets.includes("test-long-interrupts-%"));
        assertNamed(/(?:^|&& )make ([a-z][a-z-]*)/gm, (name) =>
            targets.some((target) =>
                target.endsWith("%") ? name.startsWith(target.slice(0, -1)) : name === target,
            ),
        );
    });

    it("variables of make", () => {
        const makefile = read("Makefile");
        assertNamed(
            /\bmake [a-z-]+ ([A-Z]+)=/g,
            (name) => makefile.includes(`$(${name})`) || makefile.includes(`$(value ${name})`),
        );
    });

    it("commands of the lab", () => {
        const usage = execFileSync(path.join(root, "lab/lab"), ["help"], { encoding: "utf8" });
        assertNamed(
            /\blab\/lab ([a-z][a-z-]*)/g,
            (name) => name === "help" || new RegExp(`^ {2}${name}\\b`, "m").test(usage),
        );
    });

    it("commands of bin/portcullis, and their options", () => {
        const help = new Map<string, string>();
        const helpOf = (command: string): string => {
            const known =
                help.get(command) ??
                execFileSync(
                    path.join(root, "bin/portcullis"),
                    [...command.split(" ").filter((word) => word !== ""), "--help"],
                    { encoding: "utf8" },
                );
            help.set(command, known);
            return known;
        };
        for (const command of new Set(named(/\bbin\/portcullis ([a-z][a-z-]*)/g).map(({ name }) => name))) {
            assert.match(helpOf(""), new RegExp(`^ {2}${command} `, "m"), command);
        }
        const used = named(/\bbin\/portcullis ([a-z-]+(?: [^|;&\n]*)?)/g).flatMap(({ page, name }) => {
            const [first = "", ...words] = name.replace(/ -- .*/, "").split(/\s+/);
            // A command may have commands of its own.
            const own = /^[a-z]+$/.exec(words[0] ?? "")?.[0] ?? "";
            const isOwn = own !== "" && new RegExp(`^ {2}${own} .*<`, "m").test(helpOf(first));
            const command = isOwn ? `${first} ${own}` : first;
            return words
                .filter((word) => word.startsWith("--") && word !== "--help")
                .map((option) => ({ page, command, option }));
        });
        assert.ok(used.length > 5, "options are no longer found");
        assert.deepEqual(
            used.filter(({ command, option }) => !new RegExp(`^ {2}${option}\\b`, "m").test(helpOf(command))),
            [],
        );
    }).timeout(60_000);

    it("keys of the settings", () => {
        const keys = settingsSections().flatMap(({ rows }) => rows.map(({ key }) => key));
        const parts = new Set(
            keys.filter((key) => /^[a-z]+\./i.test(key)).map((key) => key.split(".")[0] ?? ""),
        );
        const exists = (name: string): boolean =>
            keys.includes(name) || keys.some((key) => key.startsWith(`${name}.`));
        const outputs = new Set(["audit", "registry", "scanner", "scan"].map((part) => `${part}.md`));
        const pattern = new RegExp(`^(?:portcullis:)?((?:${[...parts].join("|")})\\.[a-zA-Z.]+)$`, "g");
        assertNamed(
            pattern,
            (name) =>
                exists(name) || outputs.has(name) || /\.(ts|sh|md)$/.test(name) || name.startsWith("images."),
        );
        assertNamed(/--path '?portcullis:([a-zA-Z.]+)/g, (name) =>
            exists(name.replace(/^images\.[^.]+/, "images.NAME")),
        );
    });

    it("options of scripts: the policy pack's folder", () => {
        assertNamed(/--policy-pack[ =](\S+)/g, (name) =>
            fs.existsSync(path.join(root, name, "PulumiPolicy.yaml")),
        );
    });
});
