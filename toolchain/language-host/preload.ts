/** Puts a module where Node's loader finds it, so that it is not loaded from its file. */
import { Module, createRequire } from "node:module";

/**
 * @param file absolute path that the loader would load
 * @param load gives what the module exports; called once, by the SDK's runner, which awaits what a program exports
 *     where that is a function
 */
export function preload(file: string, load: () => Promise<unknown>): void {
    const loaded = new Module(file);
    loaded.filename = file;
    loaded.loaded = true;
    loaded.exports = load;
    createRequire(file).cache[file] = loaded;
}
