import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import * as YAML from "yaml";
import { z } from "zod";
import { sshDestination, sshOptions } from "../components/connection";

const root = path.dirname(__dirname);

const stackFileSchema = z.object({
    config: z.object({
        "portcullis:host": z.object({
            address: z.string(),
            port: z.int().default(22),
            user: z.string().default("root"),
            privateKeyFile: z.string(),
            hostKey: z.string().optional(),
            hostKeyFile: z.string().optional(),
        }),
    }),
});

/** Arguments of `ssh` for the host of a stack, from the stack's configuration file. */
export function sshArguments(stackFile: string): string[] {
    const parsed = stackFileSchema.safeParse(YAML.parse(fs.readFileSync(stackFile, "utf8")));
    if (!parsed.success)
        throw new Error(`${stackFile} names no host that can be reached: ${z.prettifyError(parsed.error)}`);
    const host = parsed.data.config["portcullis:host"];
    const key = host.hostKey ?? fs.readFileSync(path.resolve(root, host.hostKeyFile ?? ""), "utf8");
    const [type, blob] = key.trim().split(/\s+/);
    const options = sshOptions({
        privateKeyFile: path.resolve(root, host.privateKeyFile),
        hostKey: `${type ?? ""} ${blob ?? ""}`,
    });
    return [...options, "-p", String(host.port), sshDestination(host)];
}

/**
 * Runs a command on a stack's host; the words are joined as `ssh` joins them.
 *
 * @returns the command's exit code; 255 where the host cannot be reached
 */
export function ssh(stack: string, command: readonly string[]): number {
    const args = sshArguments(path.join(root, `Pulumi.${stack}.yaml`));
    const result = spawnSync("ssh", [...args, "--", ...command], { stdio: "inherit" });
    if (result.error !== undefined)
        throw new Error(`cannot run ssh: ${result.error.message}; install openssh-client`);
    return result.status ?? 255;
}
