/**
 * Prints a checksum of each compiled program, a line each, if all of them still agree with their sources; else ends with 1.
 * Usage: node toolchain/compile/current.cjs FILE.ts…   (relative to the checkout)
 */
"use strict";

const path = require("node:path");
const { find } = require("./cache.cjs");

const files = process.argv.slice(2).map(find);
if (files.includes(undefined)) {
    process.exitCode = 1;
} else {
    // A file's name has the checksum of its content.
    process.stdout.write(files.map((file) => `${path.basename(file)}\n`).join(""));
}
