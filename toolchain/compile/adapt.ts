/** The changes of packages by which a compiled program starts quickly. */

/**
 * Packages that a program imports at its start and hardly ever uses: the Pulumi SDK loads a whole compiler and half of
 * npm to turn functions of a program into text, which this program never asks for; the library of CycloneDX is for one form of a
 * scan's result. A package is loaded at first use.
 */
export const lazyPackages = ["typescript", "@npmcli/arborist", "@cyclonedx/cyclonedx-library"];

/** The source text of a stand-in that loads the package when something of it is asked for. */
export function standIn(name: string): string {
    return `let loaded;
const load = () => (loaded ??= require(${JSON.stringify(name)}));
module.exports = new Proxy({}, {
    get: (_, key) => (key === "__esModule" ? true : load()[key]),
    has: (_, key) => key in load(),
    ownKeys: () => Reflect.ownKeys(load()),
    getOwnPropertyDescriptor: (_, key) => ({ value: load()[key], enumerable: true, configurable: true }),
});
`;
}

/** A change in the text of a package's file. */
interface Change {
    readonly file: string;
    readonly from: string;
    readonly to: string;
}

const runners = ["run", "run-policy-pack"].map((name) => `node_modules/@pulumi/pulumi/cmd/${name}/index.js`);

const changes: readonly Change[] = [
    // The runner of policy packs loads a compiler always; that of programs asks an environment variable first.
    {
        file: "node_modules/@pulumi/pulumi/cmd/run-policy-pack/index.js",
        from: "typeScript: !process.versions.bun",
        to: "typeScript: false",
    },
    // Node's debugger, which turning functions into text needs, makes each promise of a program dear. Who needs the
    // debugger starts it.
    ...runners.map((file) => ({
        file,
        from: "return v8Hooks.isInitializedAsync();",
        to: "return v8Hooks && undefined;",
    })),
    // Thousands of promises would write out a stack trace each, for nobody. A stack trace is written when asked for.
    {
        file: "node_modules/@pulumi/pulumi/runtime/debuggable.js",
        from: '"_debugStackTrace", { writable: true, value: new Error().stack }',
        to: '"_debugStackTrace", ((error) => ({ get: () => error.stack }))(new Error())',
    },
    // Stack traces are mapped by start.cjs, in a tenth of the time.
    ...runners.map((file) => ({ file, from: 'require("source-map-support/register");', to: "" })),
];

/**
 * The text of a package's file with its changes.
 * @param file relative to the checkout
 * @throws Error where a change does not find its text in the package any more
 */
export function adapted(file: string, text: string): string {
    return changes
        .filter((change) => change.file === file)
        .reduce((before, { from, to }) => {
            if (before.split(from).length !== 2) {
                throw new Error(
                    `${file} does not hold "${from}" once: adapt toolchain/compile/adapt.ts to its new version`,
                );
            }
            return before.replace(from, to);
        }, text);
}
