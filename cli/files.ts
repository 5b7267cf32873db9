import * as fs from "node:fs/promises";

/** Writes a file whole or not at all: who reads it meanwhile finds the old one. */
export async function writeWhole(file: string, content: string): Promise<void> {
    await fs.writeFile(`${file}.new`, content);
    await fs.rename(`${file}.new`, file);
}
