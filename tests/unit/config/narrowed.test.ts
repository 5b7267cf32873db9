import assert from "node:assert/strict";
import { parseSettings } from "../../../config/parse";
import { except, smallest } from "./wrong-settings";

type Setting = (value: unknown) => Record<string, unknown>;

const exceptions = (...all: unknown[]): Record<string, unknown> => ({
    engine: { authorizationPlugin: "plugin", authorizationExceptions: all },
});
const digest = `sha256:${"0123456789abcdef".repeat(4)}`;

/** Settings that a pattern or a check narrows: where the value goes, what is taken, what is refused and why. */
const narrowed: readonly (readonly [
    key: string,
    setting: Setting,
    taken: readonly unknown[],
    refused: readonly unknown[],
    why: string,
])[] = [
    [
        "name",
        (name) => ({ name }),
        ["p", "p1", "1-b", "portcullis", "a".repeat(63)],
        ["-a", "a-", "Aa", "a_b", "a b", "", "a".repeat(64)],
        "expected lower-case letters, digits and dashes",
    ],
    [
        "host.address",
        (address) => ({ host: { ...smallest.host, address }, registry: { listenAddress: "192.0.2.1" } }),
        ["192.0.2.1", "host.example.org", "1host.example.org", "host1", "223.255.255.254"],
        ["host.example.org.", "192.0.2", "239.255.255.250", "240.0.0.1", "250.0.0.1"],
        "expected an IPv4 address or a host name without a dot at its end: images of the registry are named by it",
    ],
    [
        "host.hostKey",
        (hostKey) => ({ host: { ...smallest.host, hostKey } }),
        ["ssh-ed25519 AAAA", "ssh-ed25519 AAAA root@vm of ours", "ecdsa-sha2-nistp256 AAAA=="],
        ["ssh-ed25519 AAAA!", "ssh-ed25519", "[vm]:22 ssh-ed25519 AAAA", "ssh-dss AAAA"],
        "expected a public key, e.g. `ssh-ed25519 AAAA…`",
    ],
    [
        "host.privateKeyFile",
        (privateKeyFile) => ({ host: { ...smallest.host, privateKeyFile } }),
        ["k"],
        [""],
        "expected a path",
    ],
    [
        "registry.listenAddress",
        (listenAddress) => ({ registry: { listenAddress } }),
        ["10.0.0.1", "100.64.0.1", "223.255.255.254"],
        ["0.1.2.3", "224.0.0.1", "230.0.0.1", "239.0.0.1", "240.0.0.1", "249.0.0.1", "255.0.0.1"],
        "expected an address of the host's own; 0.0.0.0 stands for all of them, and from 224 on none is a host's",
    ],
    [
        "registry.names[0]",
        (name) => ({ registry: { names: [name] } }),
        ["images.example.org"],
        ["images.example.org.", "192.0.2.1"],
        "expected a host name without a dot at its end",
    ],
    [
        "registry.port",
        (port) => ({ registry: { port } }),
        [1, 443, 5000, 65535],
        [5001],
        "is where the registry tells its own health; choose another",
    ],
    [
        "registry.username",
        (username) => ({ registry: { username } }),
        ["a", "A.b_c-9", "scanners", "x".repeat(64)],
        ["", " a", "a ", "a:b", "x".repeat(65)],
        "expected letters, digits, dot, dash, underscore",
    ],
    [
        "registry.username",
        (username) => ({ registry: { username } }),
        ["Scanner"],
        ["scanner"],
        "is the user by whom Clair pulls; choose another",
    ],
    [
        "images.app.archive",
        (archive) => ({ archiveFolder: "a", images: { app: { archive } } }),
        ["app", "app-1.0_b", "a"],
        ["app/..", "../app", ".app", ""],
        "expected a file name without .tar.gz",
    ],
    [
        "images.app.tag",
        (tag) => ({ images: { app: { reference: "app:1", tag } } }),
        ["latest", "1.0"],
        ["a b", ".a", ""],
        "expected a tag",
    ],
    [
        "images.app.reference",
        (reference) => ({ images: { app: { reference } } }),
        ["app", "quay.io/a/b:1"],
        ["", "A B"],
        "expected an image reference",
    ],
    [
        "engine.logMaxSize",
        (logMaxSize) => ({ engine: { logMaxSize } }),
        ["5m", "10m", "500k", "1g", "1024m"],
        ["", "10", "0m", "a10m", "-10m", "10mb", "10t", "1xm"],
        "expected a size such as 10m",
    ],
    [
        "engine.openFiles",
        (openFiles) => ({ engine: { openFiles } }),
        [
            { soft: 1, hard: 1 },
            { soft: 1, hard: 2 },
        ],
        [{ soft: 2, hard: 1 }],
        "soft must not be over hard",
    ],
    [
        "engine.authorizationPlugin",
        (authorizationPlugin) => ({ engine: { authorizationPlugin } }),
        ["plugin"],
        [""],
        "expected a path",
    ],
    [
        'engine.settings["authorization-plugins"]',
        (authorizationPlugin) => ({
            engine: { authorizationPlugin, settings: { "authorization-plugins": ["other"] } },
        }),
        [undefined],
        ["plugin"],
        "is set by engine.authorizationPlugin; remove one of the two",
    ],
    [
        "engine.authorizationExceptions[0].image",
        (image) => exceptions(except({ name: undefined, image })),
        [digest],
        [`x${digest}`, `${digest}0`, digest.slice(0, -1), digest.toUpperCase(), "sha256:0", "app:1", ""],
        "expected the digest or the id of an image, sha256:…, not a tag: a tag can be moved",
    ],
    [
        "engine.authorizationExceptions[0].name",
        (name) => exceptions(except({ name })),
        ["web", "w1", "W.e_b-1"],
        ["", "w", "-web", "/web", "web/", "web*"],
        "expected the whole name of a container, volume or network",
    ],
    [
        "engine.authorizationExceptions[0].owner",
        (owner) => exceptions(except({ owner })),
        ["o", "the operators"],
        ["", " \t"],
        "expected some text",
    ],
    [
        "engine.authorizationExceptions[0].until",
        (until) => exceptions(except({ until })),
        ["2999-12-31"],
        ["2027-3-31", "2027-02-30", "31.03.2027", "2027-03-31T00:00:00Z", "soon"],
        "expected the last day on which it holds, e.g. 2027-03-31",
    ],
    [
        "engine.authorizationExceptions[0]",
        (image) => exceptions(except({ image })),
        [undefined],
        [digest],
        "expected exactly one of image and name",
    ],
    [
        'registryLogins["quay.io"].username',
        (username) => ({ registryLogins: { "quay.io": { username, password: "p" } } }),
        ["u", "team+robot", "$oauthtoken", "u v"],
        ["", "a:b", "a\nb"],
        "expected a user's name, without colon and control characters",
    ],
    [
        'registryLogins["quay.io"].password',
        (password) => ({ registryLogins: { "quay.io": { username: "u", password } } }),
        ["p", "p:ä w"],
        ["", "a\nb", "a\t"],
        "expected a password or token, without control characters",
    ],
    [
        "registryPassword",
        (registryPassword) => ({ registryPassword }),
        ["twelve chars", "x".repeat(72)],
        ["eleven char"],
        "expected at least 12 characters",
    ],
    [
        "registry.listenAddress",
        (listenAddress) => ({
            host: { ...smallest.host, address: "vm.example.org" },
            registry: { listenAddress },
        }),
        ["192.0.2.1"],
        [undefined],
        "is needed, because host.address (vm.example.org) is no IPv4 address",
    ],
];

function parsed(change: Record<string, unknown>): ReturnType<typeof parseSettings> {
    return parseSettings({ ...smallest, ...change });
}

describe("settings that take less than any value of their type", () => {
    for (const [key, setting, taken, refused, why] of narrowed) {
        for (const value of taken) {
            it(`${key} takes ${JSON.stringify(value)}`, () => {
                assert.doesNotThrow(() => parsed(setting(value)));
            });
        }
        for (const value of refused) {
            it(`${key} refuses ${JSON.stringify(value)}: ${why}`, () => {
                assert.throws(
                    () => parsed(setting(value)),
                    ({ message }: Error) => {
                        const line = message
                            .split("\n")
                            .find((text) => text.startsWith(`  portcullis:${key}: `));
                        assert.ok(line?.includes(`: ${why}`), message);
                        return true;
                    },
                );
            });
        }
    }

    it("take an exception to the end of its last day", () => {
        const until = (days: number): Record<string, unknown> => {
            const day = new Date(Date.now() + days * 24 * 3600 * 1000).toISOString().slice(0, 10);
            return exceptions(except({ until: day }));
        };
        assert.doesNotThrow(() => parsed(until(0)));
        assert.throws(() => parsed(until(-1)), {
            message:
                /\.until: found "[-0-9]{10}": is past: remove the exception, or have its owner name another/,
        });
    });

    it("take the names of an exception's owner and reason without the spaces around", () => {
        const { engine } = parsed(exceptions(except({ owner: " ops ", reason: "\ta device\n" })));
        const [{ owner, reason } = assert.fail()] = engine.authorizationExceptions;
        assert.deepEqual([owner, reason], ["ops", "a device"]);
    });

    it("name a repository that is none, and what one looks like", () => {
        assert.throws(() => parsed({ images: { UPPER: { reference: "app:1" } } }), {
            message: /^ {2}portcullis:images\.UPPER: expected a repository name such as team\/app$/m,
        });
    });

    it("ask for what another setting needs only where that is set", () => {
        assert.doesNotThrow(() => parsed({ images: { app: { reference: "app:1" } } }));
        assert.doesNotThrow(() => parsed({ audit: { dockerBench: { image: "bench:1" } } }));
        assert.doesNotThrow(() => parsed({ engine: { settings: { dns: ["192.0.2.1"] } } }));
    });
});
