/** Finds the SDK's own programs in the packages of the user's program. */
import { createRequire } from "node:module";
import * as path from "node:path";

/**
 * The file that `require(name)` gives in a folder.
 * @param installWith the command that would install it, for the message
 */
export function locate(name: string, folder: string, installWith: string): string {
    try {
        return createRequire(path.join(folder, "index.js")).resolve(name);
    } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND") {
            throw new Error(
                `It looks like the Pulumi SDK has not been installed (${name} in ${folder}). Have you run ${installWith}?`,
                { cause: error },
            );
        }
        throw error;
    }
}

/** The environment of this process with more variables. */
export function environment(more: Record<string, string>): NodeJS.ProcessEnv {
    return { ...process.env, ...more };
}
