import js from "@eslint/js";
import pulumi from "@pulumi/eslint-plugin";
import tseslint from "typescript-eslint";

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

export default tseslint.config(
    { ignores: ["node_modules/", ".portcullis/", "reports/"] },
    js.configs.recommended,
    {
        files: ["**/*.ts", "**/*.mts"],
        extends: [...tseslint.configs.strictTypeChecked],
        plugins: { "@pulumi": pulumi },
        languageOptions: {
            parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
        },
        rules: {
            "@pulumi/no-output-in-template-literal": "error",
            "@pulumi/no-output-instance-assignment": "off",
            "@typescript-eslint/restrict-template-expressions": [
                "error",
                { allowNumber: true, allowBoolean: true },
            ],
            "@typescript-eslint/switch-exhaustiveness-check": "error",
            ...dialect,
            // A Pulumi resource acts by being made; its value is often not needed.
            "no-new": "off",
        },
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
