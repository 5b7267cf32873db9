/** The `runtime.options` of a Pulumi.yaml, as far as the Node runtime knows them. */
import { parse as splitWords } from "shell-quote";
import { z } from "zod";

/** Like the official host it lets unknown options pass: they may be meant for a newer one. */
const schema = z.object({
    /** Compile TypeScript while loading it. */
    typescript: z.boolean().default(true),
    /** Path of a tsconfig.json (default: the one beside the program). */
    tsconfig: z.string().optional(),
    /** Arguments for Node itself, as one string of shell words. */
    nodeargs: z.string().default(""),
    packagemanager: z.enum(["auto", "npm", "yarn", "pnpm", "bun"]).default("auto"),
    /** Install without devDependencies. */
    production: z.boolean().default(false),
});

export type RuntimeOptions = Omit<z.infer<typeof schema>, "nodeargs"> & {
    /** The words of `nodeargs`. */
    nodeArguments: string[];
};

/**
 * Reads the options.
 * @throws Error naming the option, what was found and what is expected
 */
export function parseOptions(options: unknown): RuntimeOptions {
    const result = schema.safeParse(options ?? {});
    if (!result.success) {
        const problems = result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
        throw new Error(`runtime options in Pulumi.yaml: ${problems.join("; ")}`);
    }
    const { nodeargs, ...rest } = result.data;
    return { ...rest, nodeArguments: words(nodeargs) };
}

function words(text: string): string[] {
    return splitWords(text, (name: string) => `$${name}`).map((word) => {
        if (typeof word === "string") {
            return word;
        }
        throw new Error(
            `runtime options in Pulumi.yaml: nodeargs: "${text}" holds a shell operator or a comment; quote it`,
        );
    });
}

/** The environment variables by which the SDK learns of the options. */
export function optionVariables(options: RuntimeOptions): Record<string, string> {
    return {
        ...(options.typescript ? { PULUMI_NODEJS_TYPESCRIPT: "true" } : {}),
        ...(options.tsconfig === undefined ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: options.tsconfig }),
    };
}
