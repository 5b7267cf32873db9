/** `portcullis mirror`: advisories for a site without internet, from files that somebody carried; docs/mirror.md. */
import type { Command } from "commander";
import { visible } from "../../text/clip";
import type { BuildOptions } from "./build";

function print(line: string): void {
    process.stdout.write(`${visible(line)}\n`);
}

/** Adds the command to the program. What its parts need is loaded only where one of them runs. */
export function registerMirror(program: Command): void {
    const mirror = program
        .command("mirror")
        .description("advisories for a site without internet, from files that somebody carried");
    mirror
        .command("build")
        .description("makes an archive of advisories (scanner.advisoryArchive) of a folder with sources.json")
        .argument("<folder>", "folder of sources.json and of the files that it names")
        .requiredOption("--out <file>", "the archive; beside it .sha256, .dropped and .sig")
        .option("--key <file>", "private key (OpenSSH) that signs the archive")
        .option("--clairctl <file>", "a clairctl of Clair 4.9; default: built from its Go module")
        .action(async (folder: string, { out, key, clairctl }: Omit<BuildOptions, "folder">) => {
            const { buildArchive } = await import("./build");
            await buildArchive({ folder, out, key, clairctl }, print);
        });
    mirror
        .command("verify")
        .description("checks the sum, signature, lines and dates of an archive, and says what is in it")
        .argument("<file>", "the archive")
        .option("--key <file>", "public keys (OpenSSH), one a line, of which one has to have signed it")
        .action(async (file: string, { key }: { key?: string }) => {
            const { verifyArchive } = await import("./verify");
            await verifyArchive(file, key, print);
        });
}
