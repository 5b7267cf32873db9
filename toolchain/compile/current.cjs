/**
 * Prints a checksum of a compiled program that still agrees with its sources; ends with 1 where there is none.
 * Usage: node toolchain/compile/current.cjs FILE.ts   (relative to the checkout)
 */
"use strict";

const path = require("node:path");
const { find } = require("./cache.cjs");

const file = find(process.argv[2]);
if (file === undefined) {
    process.exitCode = 1;
} else {
    // The file's name has the checksum of its content.
    process.stdout.write(`${path.basename(file)}\n`);
}
