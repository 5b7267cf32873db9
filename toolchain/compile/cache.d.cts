/** The types of cache.cjs. */

/** The checkout's root. */
export const root: string;
/** The folder of the compiled programs. */
export const folder: string;
export function sha256(content: string | NodeJS.ArrayBufferView): string;
export function environment(): string;
export function identityOf(file: string): string;
export function namesIn(name: string): string;
export function manifestFile(entry: string): string;
export function find(entry: string): string | undefined;
