import js from "@eslint/js";
import pulumi from "@pulumi/eslint-plugin";
import tseslint from "typescript-eslint";

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
