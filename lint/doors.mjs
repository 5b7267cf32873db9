/**
 * Who may import whom: the one table that ESLint holds (eslint.config.mjs), and that docs/architecture.md shows.
 *
 * A room is a folder, or one file. A room within another one is a room of its own: `config` is config/ without
 * config/index.ts. Whom a room may use stands in `uses`, by rooms or by groups of them; all else is shut, for types too.
 * A room may always use itself. `pulumi` says whether a room may load Pulumi (packages @pulumi/*).
 */

/** Rooms that are named together. */
export const groups = {
    "the ground floor": ["text", "outputs", "declaration", "transport"],
    "the plain rooms": ["text", "outputs", "declaration", "transport", "scan", "audit"],
    // The code that predicts an audit from a preview, for the policy pack and the command line, does not load Pulumi.
    "the prediction": ["policy/prediction"],
    "the program": [
        ...["text", "outputs", "declaration", "transport", "scan", "audit"],
        ...["config", "config/connection.ts", "config/index.ts"],
        ...["components", "policy", "policy/prediction", "cli", "index.ts"],
    ],
};

export const rooms = [
    // The ground floor: each room stands alone, but for the words of text/.
    { room: "text", uses: [], pulumi: false },
    { room: "outputs", uses: [], pulumi: false },
    { room: "declaration", uses: [], pulumi: false },
    { room: "transport", uses: ["text"], pulumi: false },
    // Two neighbours: neither knows the other.
    { room: "scan", uses: ["the ground floor"], pulumi: false },
    { room: "audit", uses: ["the ground floor"], pulumi: false },
    // The schema of the settings is plain; only two files of config/ know Pulumi.
    { room: "config", uses: ["the plain rooms"], pulumi: false },
    { room: "config/connection.ts", uses: ["transport"], pulumi: true },
    { room: "config/index.ts", uses: ["the plain rooms", "config", "config/connection.ts"], pulumi: true },
    {
        room: "components",
        uses: ["the plain rooms", "config", "config/connection.ts", "config/index.ts"],
        pulumi: true,
    },
    {
        room: "policy/prediction",
        uses: ["the plain rooms", "config"],
        pulumi: false,
    },
    {
        room: "policy",
        uses: ["the plain rooms", "config", "components", "the prediction"],
        pulumi: true,
    },
    { room: "cli", uses: ["the plain rooms", "config", "the prediction"], pulumi: false },
    { room: "index.ts", uses: ["config/index.ts", "components"], pulumi: true },
    // Beside the program.
    { room: "lab", uses: ["text"], pulumi: false },
    // The stand-ins for parts of Pulumi: of Pulumi's packages they need the protocol.
    { room: "toolchain", uses: ["text", "transport"], pulumi: true },
    // Where the compiled program and policy pack begin.
    { room: "toolchain/language-host/preload-program.ts", uses: ["toolchain", "index.ts"], pulumi: true },
    { room: "toolchain/language-host/preload-policy-pack.ts", uses: ["toolchain", "policy"], pulumi: true },
    {
        room: "toolchain/language-host/program.ts",
        uses: ["toolchain/language-host/preload-program.ts"],
        pulumi: true,
    },
    {
        room: "toolchain/language-host/policy-pack.ts",
        uses: ["toolchain/language-host/preload-policy-pack.ts"],
        pulumi: true,
    },
    { room: "lint", uses: [], pulumi: false },
    { room: "eslint.config.mjs", uses: ["lint"], pulumi: true },
    { room: "tests", uses: ["the program", "lab", "lint"], pulumi: true },
    // The only rooms that may look into toolchain/.
    { room: "tests/unit/toolchain", uses: ["the program", "tests", "toolchain"], pulumi: true },
    { room: "tests/unit/plugins", uses: ["the program", "tests", "toolchain"], pulumi: true },
    {
        room: "tests/integration/plugin-docker.test.ts",
        uses: ["the program", "tests", "tests/unit/plugins"],
        pulumi: true,
    },
    {
        room: "tests/integration/plugin-docker-filled-in.test.ts",
        uses: ["the program", "tests", "tests/unit/plugins"],
        pulumi: true,
    },
    { room: "bench", uses: ["the program", "tests", "toolchain"], pulumi: true },
];

const isFile = (room) => /\.[a-z]+$/.test(room);
const isWithin = (room, outer) => room.startsWith(`${outer}/`);
const filesOf = (room) => (isFile(room) ? room : `${room}/**/*.{ts,mts,mjs,cjs}`);

/** The room of a file: of those that it lies in, the innermost. */
export function roomOf(file) {
    return rooms
        .filter(({ room }) => file === room || isWithin(file, room))
        .sort((a, b) => b.room.length - a.room.length)[0];
}

/** The rooms that a room may use, without itself. */
export function usedBy({ uses }) {
    return [...new Set(uses.flatMap((name) => (Object.hasOwn(groups, name) ? groups[name] : [name])))];
}

/** The parts of the checkout that a room may not import, as zones of import-x/no-restricted-paths. */
function zonesOf({ room, uses, pulumi }) {
    const open = [room, ...usedBy({ uses })];
    const words = `${room} may use ${uses.length === 0 ? "no other room" : uses.join(", ")}: see lint/doors.mjs.`;
    // A door that is open leads into the rooms within that room only where these are named too.
    const within = rooms
        .map((other) => other.room)
        .filter((inner) => !open.includes(inner) && open.some((outer) => isWithin(inner, outer)));
    const shut = (from, message, except) => ({ target: ".", from, message, ...(except && { except }) });
    return [
        shut(".", words, [...open, "node_modules"]),
        ...within.map((inner) => shut(inner, words)),
        ...(pulumi ? [] : [shut("node_modules/@pulumi", `${room} never loads Pulumi: see lint/doors.mjs.`)]),
    ];
}

/** The table as ESLint's flat configuration: one object for each room. */
export function doorRules(basePath) {
    return rooms.map((room) => ({
        name: `doors/${room.room}`,
        files: [filesOf(room.room)],
        ignores: rooms.filter((inner) => isWithin(inner.room, room.room)).map((inner) => filesOf(inner.room)),
        rules: { "import-x/no-restricted-paths": ["error", { basePath, zones: zonesOf(room) }] },
    }));
}
