import { spawnSync } from "node:child_process";
import * as path from "node:path";

const root = path.dirname(__dirname);

/**
 * Runs the CLI that pulumiw has chosen; the answer is its standard output.
 * @throws Error with the CLI's messages, where the CLI fails in a way that is not allowed
 */
export function pulumi(args: readonly string[], options?: { input?: string }): string;
export function pulumi(args: readonly string[], options: { mayFailWith: RegExp }): string | undefined;
export function pulumi(
    args: readonly string[],
    { input = "", mayFailWith }: { input?: string; mayFailWith?: RegExp } = {},
): string | undefined {
    const program = process.env["PORTCULLIS_PULUMI"] ?? "pulumi";
    const { status, stdout, stderr } = spawnSync(program, args, {
        cwd: root,
        encoding: "utf8",
        input,
        maxBuffer: 1 << 30,
    });
    if (status === 0) {
        return stdout;
    }
    if (mayFailWith?.test(stderr) === true) {
        return undefined;
    }
    throw new Error(
        `the stack's state could not be put right: pulumi ${args.slice(0, 2).join(" ")}: ${stderr.trim()}${stdout.slice(-2000)}: mend the fault that Pulumi reports, and run the same command again`,
    );
}
