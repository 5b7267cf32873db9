import * as path from "node:path";
import js from "@eslint/js";
import pulumi from "@pulumi/eslint-plugin";
import { createNodeResolver, importX } from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";
import { doorRules } from "./lint/doors.mjs";

const root = import.meta.dirname;
const toolchain = path.join(root, "toolchain");

/** Node's modules whose names say little without the module's own; the rest are imported by name. */
const namespaces = "fs|fs\\/promises|path|os|crypto|net|http|https|readline|tty|zlib";

/** One dialect: braces, camelCase, and one form of each import of Node's modules. */
const dialect = {
    curly: "error",
    "@typescript-eslint/naming-convention": [
        "error",
        {
            selector: ["variable", "function", "parameter", "classMethod", "typeMethod"],
            format: ["camelCase"],
            leadingUnderscore: "allow",
        },
        { selector: ["classProperty", "parameterProperty"], format: ["camelCase"] },
        { selector: "typeLike", format: ["PascalCase"] },
        // What is taken apart is named by whom it comes from: Docker's API has PascalCase.
        { selector: ["variable", "parameter"], modifiers: ["destructured"], format: null },
    ],
    "no-restricted-syntax": [
        "error",
        {
            selector: `ImportDeclaration[source.value=/^node:(${namespaces})$/] > :not(ImportNamespaceSpecifier, Literal)`,
            message: "import this module whole: import * as NAME from …",
        },
        {
            selector: `ImportDeclaration[source.value=/^node:(?!(${namespaces})$)/] > ImportNamespaceSpecifier`,
            message: "import what is used of this module by name",
        },
        {
            selector: "ImportDeclaration[source.value='node:assert']",
            message: "import assert from node:assert/strict",
        },
        {
            selector: "ImportDeclaration[source.value=/^node:(?!assert.strict$)/] > ImportDefaultSpecifier",
            message: "import this module whole, or what is used of it by name",
        },
    ],
};

/** How an import is followed to its file: each form of import that there is, for types too. */
const imports = {
    plugins: { "import-x": importX },
    settings: {
        "import-x/resolver-next": [
            createNodeResolver({ extensions: [".ts", ".mts", ".mjs", ".js", ".json", ".node"] }),
        ],
    },
};

/** A package that is used is one that the package.json beside names. */
function declared(files, folders, devDependencies) {
    const options = { packageDir: folders, devDependencies };
    return { files, rules: { "import-x/no-extraneous-dependencies": ["error", options] } };
}

export default tseslint.config(
    { ignores: ["node_modules/", ".portcullis/", "reports/"] },
    js.configs.recommended,
    {
        files: ["**/*.ts", "**/*.mts"],
        extends: [...tseslint.configs.strictTypeChecked],
        plugins: { "@pulumi": pulumi },
        languageOptions: {
            parserOptions: { projectService: true, tsconfigRootDir: root },
        },
        rules: {
            "@pulumi/no-output-in-template-literal": "error",
            "@pulumi/no-output-instance-assignment": "off",
            "@typescript-eslint/restrict-template-expressions": [
                "error",
                { allowNumber: true, allowBoolean: true },
            ],
            "@typescript-eslint/switch-exhaustiveness-check": "error",
            // The one form of an import that the doors do not see: `import("…").Type`.
            "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
            ...dialect,
            // A Pulumi resource acts by being made; its value is often not needed.
            "no-new": "off",
        },
    },
    {
        files: ["**/*.{ts,mts,mjs,cjs}"],
        ...imports,
        rules: { "max-lines": ["error", { max: 300, skipBlankLines: false, skipComments: false }] },
    },
    ...doorRules(root),
    declared(["**/*.{ts,mts,mjs,cjs}"], [root], false),
    declared(["{bench,lab,lint,tests}/**/*.{ts,mjs}", "eslint.config.mjs"], [root, toolchain], true),
    declared(["toolchain/**/*.{ts,mjs,cjs}"], [toolchain], false),
    // What compiles the programs is the program's own: it is there without the workspace.
    declared(["toolchain/compile/**/*.{ts,cjs}"], [root], false),
    {
        files: ["**/*.cjs"],
        languageOptions: {
            sourceType: "commonjs",
            globals: { __dirname: "readonly", process: "readonly", setTimeout: "readonly" },
        },
        rules: { curly: "error" },
    },
    {
        files: ["tests/**/*.ts"],
        rules: {
            "@typescript-eslint/no-floating-promises": "error",
            // A number that was not read is 0, and 0 is the test's own process group: it ended CI once.
            "no-restricted-properties": [
                "error",
                { object: "process", property: "kill", message: "use tests/support/signals.ts" },
            ],
        },
    },
);
