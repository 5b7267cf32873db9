// Are the npm packages in node_modules those of package-lock.json? Exit code 0 or 1.
// Usage: packages-current.mjs [--program]   with --program what only the workspace toolchain/ needs may be missing.
// npm keeps what it installed in node_modules/.package-lock.json; comparing the two takes 0.1 s, `npm ls` several.
import { readFileSync } from "node:fs";
import process from "node:process";
import { URL } from "node:url";

const read = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8")).packages;

/** The names of what a package needs. */
const needs = ({ dependencies, devDependencies, optionalDependencies, peerDependencies }) =>
    Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies, ...peerDependencies });

/** Where Node finds a package from another one's place; undefined for one that is not installed anywhere. */
function located(packages, from, name) {
    const places = from.split("/node_modules/").map((_, index, parts) => parts.slice(0, index + 1).join("/"));
    const candidates = ["", ...places].map(
        (place) => (place === "" ? "" : `${place}/`) + `node_modules/${name}`,
    );
    return candidates.reverse().find((candidate) => candidate in packages);
}

/** The places of all packages that the program needs, and so everything but what only the workspace needs. */
function ofProgram(packages) {
    const found = new Set([""]);
    for (const place of found) {
        for (const name of needs(packages[place])) {
            const needed = located(packages, place, name);
            if (needed !== undefined) {
                found.add(needed);
            }
        }
    }
    return found;
}

function current(isProgramOnly) {
    const wanted = read("../package-lock.json");
    const installed = read("../node_modules/.package-lock.json");
    const required = isProgramOnly ? ofProgram(wanted) : new Set(Object.keys(wanted));
    const same = (name) => {
        const found = installed[name];
        // A package for another platform is not installed.
        return found === undefined
            ? wanted[name].optional === true || !required.has(name)
            : found.integrity === wanted[name].integrity;
    };
    return (
        Object.keys(wanted).every((name) => name === "" || same(name)) &&
        Object.keys(installed).every((name) => name in wanted)
    );
}

try {
    process.exitCode = current(process.argv.includes("--program")) ? 0 : 1;
} catch {
    // Nothing is installed yet, or an install was cut off.
    process.exitCode = 1;
}
