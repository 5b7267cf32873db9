import * as fs from "node:fs/promises";

/**
 * Writes a file whole or not at all: who reads it meanwhile finds the old one.
 *
 * @param mode who may do what with it, less the umask
 */
export async function writeWhole(file: string, content: string, mode = 0o666): Promise<void> {
    // The mode counts for a new file only: one of a run that was ended here must not be there.
    await fs.rm(`${file}.new`, { force: true });
    await fs.writeFile(`${file}.new`, content, { mode });
    await fs.rename(`${file}.new`, file);
}
