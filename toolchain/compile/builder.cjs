/**
 * Starts build.ts, which compiles programs, before anything is compiled. (tsx takes no # or ? in a path.)
 * Usage: node toolchain/compile/builder.cjs FILE.ts   (relative to the checkout); start.cjs holds the lock meanwhile
 */
"use strict";

const { buildSync } = require("esbuild");
const Module = require("node:module");
const path = require("node:path");

const file = path.join(__dirname, "build.ts");
const [{ text }] = buildSync({
    absWorkingDir: __dirname,
    entryPoints: ["./build.ts"],
    bundle: true,
    packages: "external",
    external: ["*.cjs"],
    platform: "node",
    format: "cjs",
    write: false,
    logLevel: "error",
}).outputFiles;
const builder = new Module(file, module);
builder.filename = file;
builder.paths = module.paths;
builder._compile(text, file);
