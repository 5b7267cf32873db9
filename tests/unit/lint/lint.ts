import * as path from "node:path";
import { ESLint, type Linter } from "eslint";
import tseslint from "typescript-eslint";

export const root = path.join(__dirname, "../../..");

/** What ESLint says of a line: the line's number in the text, and the rule. */
export interface Report {
    readonly line: number;
    readonly rule: string;
    readonly message: string;
}

/**
 * The checkout's own lint, on texts that are no files. Rules that need types are left out, as they take seconds for a
 * file; naming-convention, which is listed among these, needs none as it is set here.
 */
export class Lint {
    private constructor(private readonly eslint: ESLint) {}

    static async load(): Promise<Lint> {
        const configured: unknown = await new ESLint({ cwd: root }).calculateConfigForFile("index.ts");
        const { rules = {} } = configured as Linter.Config;
        const naming = "@typescript-eslint/naming-convention";
        const untyped: Linter.Config = {
            files: ["**/*.ts"],
            languageOptions: { parserOptions: { projectService: false, project: false, program: null } },
            rules: {
                ...tseslint.configs.disableTypeChecked.rules,
                "@pulumi/no-output-in-template-literal": "off",
                [naming]: rules[naming],
            },
        };
        return new Lint(new ESLint({ cwd: root, overrideConfig: untyped }));
    }

    /** What is said of a text, by the rules whose names begin so. */
    async of(file: string, text: string, ...rules: readonly string[]): Promise<Report[]> {
        const results = await this.eslint.lintText(text, { filePath: path.join(root, file) });
        const messages = results.flatMap((result) => result.messages);
        const broken = messages.find(({ fatal = false }) => fatal);
        if (results.length !== 1 || broken !== undefined) {
            throw new Error(`${file} was not linted: ${broken?.message ?? "it is ignored"}`);
        }
        return messages
            .map(({ line, ruleId, message }) => ({ line, rule: ruleId ?? "", message }))
            .filter(({ rule }) => rules.some((wanted) => rule.startsWith(wanted)));
    }
}
