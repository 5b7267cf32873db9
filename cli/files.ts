import * as fs from "node:fs/promises";

/**
 * Writes a file whole or not at all: whoever reads the file meanwhile finds the old content.
 *
 * @param mode the file's permission bits, less the umask
 */
export async function writeWhole(file: string, content: string | Buffer, mode = 0o666): Promise<void> {
    // The mode counts for a new file only: the file of a run that was ended here must be gone first.
    await fs.rm(`${file}.new`, { force: true });
    await fs.writeFile(`${file}.new`, content, { mode });
    await fs.rename(`${file}.new`, file);
}
