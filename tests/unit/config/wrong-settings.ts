/** The fewest settings that are right. */
export const smallest = {
    host: { address: "192.0.2.10", privateKeyFile: "key", hostKey: "ssh-ed25519 AAAAC3Nza" },
};

/** An exception that holds, and what is changed of it. */
export function except(change: Record<string, unknown>): Record<string, unknown> {
    return { rule: "devices", name: "web", owner: "ops", reason: "a device", until: "2999-12-31", ...change };
}

/** Who answers for something. */
const answered = { owner: "ops", reason: "r", until: "2027-03-31" };

/** Settings that are wrong: what is, what is changed of the smallest ones, and the message. */
export const wrong: readonly (readonly [string, Record<string, unknown>, RegExp])[] = [
    ["no host", { host: undefined }, /portcullis:host: found nothing/],
    ["an unknown key", { hots: {} }, /portcullis:hots: unknown key/],
    ["an unknown key within", { scan: { treshold: 1 } }, /portcullis:scan\.treshold: unknown key/],
    ["a port out of range", { registry: { port: 70000 } }, /portcullis:registry\.port: found 70000: .*65535/],
    [
        "a port that is no number",
        { registry: { port: "https" } },
        /portcullis:registry\.port: found "https": .*number/,
    ],
    [
        "a threshold that is no number",
        { scan: { threshold: "ten" } },
        /portcullis:scan\.threshold: found "ten": .*number/,
    ],
    ["a threshold below zero", { scan: { threshold: -1 } }, /portcullis:scan\.threshold: found -1/],
    [
        "a severity of another scale",
        { scan: { severity: "Severe" } },
        /portcullis:scan\.severity: found "Severe": .*"Critical"/,
    ],
    [
        "scores without a number",
        { scan: { epssFile: "epss.csv" } },
        /portcullis:scan\.epssFile: found "epss\.csv": needs epssAtLeast to be set too$/,
    ],
    [
        "a number without scores",
        { scan: { epssAtLeast: 0.5 } },
        /portcullis:scan\.epssAtLeast: found 0\.5: needs epssFile to be set too$/,
    ],
    [
        "a number that all scores have",
        { scan: { epssFile: "epss.csv", epssAtLeast: 0 } },
        /portcullis:scan\.epssAtLeast: found 0: expected a probability over 0: every score is 0 or more$/,
    ],
    [
        "a number over all scores",
        { scan: { epssFile: "epss.csv", epssAtLeast: 1.01 } },
        /portcullis:scan\.epssAtLeast: found 1\.01: expected a probability, at most 1$/,
    ],
    ["a grace of no day", { scan: { graceDays: 0 } }, /portcullis:scan\.graceDays: found 0: .*>=1$/],
    [
        "a document without a name",
        { scan: { vexFiles: [""] } },
        /portcullis:scan\.vexFiles\[0\]: found "": expected a path$/,
    ],
    ["Unknown as a severity", { scan: { severity: "Unknown" } }, /portcullis:scan\.severity/],
    [
        "a malformed reference",
        { images: { app: { reference: "Not A Reference" } } },
        /portcullis:images\.app\.reference: found "Not A Reference": expected an image reference/,
    ],
    [
        "a Docker Bench of two sources",
        { audit: { dockerBench: { script: "/opt/bench.sh", image: "bench:1" } } },
        /portcullis:audit\.dockerBench: .*: expected exactly one of script and image/,
    ],
    [
        "a Docker Bench that the authorization plugin would refuse",
        {
            engine: { authorizationPlugin: "plugin" },
            audit: { dockerBench: { image: "bench:1" } },
        },
        /portcullis:audit\.dockerBench\.image: found "bench:1": needs the host's namespaces/,
    ],
    [
        "an exception from the authorization plugin's rules that is past",
        {
            engine: {
                authorizationPlugin: "plugin",
                authorizationExceptions: [except({ until: "2026-01-31" })],
            },
        },
        /portcullis:engine\.authorizationExceptions\[0\]\.until: found "2026-01-31": is past/,
    ],
    [
        "an exception from no rule",
        {
            engine: {
                authorizationPlugin: "plugin",
                authorizationExceptions: [except({ rule: "unreadable" })],
            },
        },
        /portcullis:engine\.authorizationExceptions\[0\]\.rule/,
    ],
    [
        "an exception of a tag",
        {
            engine: {
                authorizationPlugin: "plugin",
                authorizationExceptions: [except({ name: undefined, image: "app:1" })],
            },
        },
        /authorizationExceptions\[0\]\.image: found "app:1": expected the digest/,
    ],
    [
        "an exception of nothing",
        {
            engine: {
                authorizationPlugin: "plugin",
                authorizationExceptions: [except({ name: undefined })],
            },
        },
        /authorizationExceptions\[0\]: .*exactly one of image and name/,
    ],
    [
        "an exception without the plugin",
        { engine: { authorizationExceptions: [except({})] } },
        /portcullis:engine\.authorizationExceptions: .*engine\.authorizationPlugin/,
    ],
    ["a Docker Bench of none", { audit: { dockerBench: {} } }, /audit\.dockerBench: .* exactly one of/],
    [
        "a Docker Bench that is nowhere",
        { audit: { dockerBench: { script: "bench.sh" } } },
        /portcullis:audit\.dockerBench\.script: found "bench\.sh": expected the whole path/,
    ],
    [
        "no source of an image",
        { images: { app: {} } },
        /portcullis:images\.app: .*exactly one of reference and archive/,
    ],
    [
        "two sources of an image",
        { archiveFolder: "a", images: { app: { reference: "app:1", archive: "app" } } },
        /exactly one of reference and archive/,
    ],
    [
        "an archive without a folder",
        { images: { app: { archive: "app" } } },
        /portcullis:images\.app\.archive: .*archiveFolder/,
    ],
    [
        "an archive outside of the folder",
        { archiveFolder: "a", images: { app: { archive: "../app" } } },
        /portcullis:images\.app\.archive/,
    ],
    [
        "no host key",
        { host: { ...smallest.host, hostKey: undefined } },
        /portcullis:host: .*exactly one of hostKey and hostKeyFile/,
    ],
    [
        "a host key that is none",
        { host: { ...smallest.host, hostKey: "example.org ssh-ed25519 AAAA" } },
        /portcullis:host\.hostKey: .*ssh-keyscan/,
    ],
    ["another user than root", { host: { ...smallest.host, user: "admin" } }, /portcullis:host\.user/],
    [
        "a name without an address to listen on",
        { host: { ...smallest.host, address: "example.org" } },
        /portcullis:registry\.listenAddress: .*example\.org/,
    ],
    [
        "daemon.json keys that undo the hardening",
        { engine: { settings: { "userns-remap": "" } } },
        /portcullis:engine\.settings\["userns-remap"\]: .*set by the hardening/,
    ],
    [
        "a log driver that does not rotate",
        { engine: { logDriver: "json-file" } },
        /portcullis:engine\.logDriver/,
    ],
    [
        "limits upside down",
        { engine: { openFiles: { soft: 2, hard: 1 } } },
        /portcullis:engine\.openFiles: .*soft must not be over hard/,
    ],
    [
        "Clair's own user",
        { registry: { username: "scanner" } },
        /portcullis:registry\.username: found "scanner"/,
    ],
    [
        "the registry's own health port",
        { registry: { port: 5001 } },
        /portcullis:registry\.port: found 5001: is where the registry tells its own health/,
    ],
    ...["0.0.0.0", "224.0.0.1", "255.255.255.255"].map(
        (listenAddress): readonly [string, Record<string, unknown>, RegExp] => [
            `${listenAddress} to listen on`,
            { registry: { listenAddress } },
            /portcullis:registry\.listenAddress: .*expected an address of the host's own/,
        ],
    ),
    ...["0.0.0.0", "2001:db8::1", "fe80::1%eth0", "host.example.org.", "under_score", ""].map(
        (address): readonly [string, Record<string, unknown>, RegExp] => [
            `the address "${address}", of which no image's name can be made`,
            { host: { ...smallest.host, address }, registry: { listenAddress: "192.0.2.10" } },
            /portcullis:host\.address: found /,
        ],
    ),
    [
        "an RSA host key, which no server proves by SHA-1",
        { host: { ...smallest.host, hostKey: "ssh-rsa AAAAB3Nza" } },
        /portcullis:host\.hostKey: .*no ssh-rsa/,
    ],
    [
        "a password that bcrypt would cut",
        { registryPassword: "ä".repeat(37) },
        /portcullis:registryPassword: found a secret: expected at most 72 bytes/,
    ],
    [
        "a password with a line end",
        { registryPassword: "correct horse\nbattery" },
        /portcullis:registryPassword: found a secret: expected no control characters/,
    ],
    [
        "a login for a registry from which nothing is pulled",
        {
            images: { app: { reference: "registry.example.org/app:1" } },
            registryLogins: { "registry.example.org:5000": { username: "u", password: "hunter2" } },
        },
        /portcullis:registryLogins\["registry\.example\.org:5000"\]: found a secret: no image is pulled from this registry \(these are pulled from: registry\.example\.org, docker\.io, quay\.io\); correct its name, or take the login out$/m,
    ],
    [
        "a login where all images are archives",
        { archiveFolder: "a", registryLogins: { "quay.io": { username: "u", password: "hunter2" } } },
        /portcullis:registryLogins\["quay\.io"\]: found a secret: no image is pulled from this registry \(none is pulled\)/,
    ],
    [
        "a login without a password",
        { registryLogins: { "docker.io": { username: "u" } } },
        /portcullis:registryLogins\["docker\.io"\]\.password: found a secret|portcullis:registryLogins\["docker\.io"\]\.password: found nothing/,
    ],
    [
        "two images of one name",
        { images: { "team/app": { reference: "app:1" }, "team-app": { reference: "app:2" } } },
        /portcullis:images\["team-app"\]: .*same resources and report as team\/app/,
    ],
    [
        "an image with a name of the stack's own",
        { images: { "portcullis/registry": { reference: "app:1" } } },
        /portcullis:images\["portcullis\/registry"\]: .*choose another name/,
    ],
    [
        "a key that the engine does not know",
        { engine: { settings: { "registry-mirror": ["https://192.0.2.1"] } } },
        /portcullis:engine\.settings\["registry-mirror"\]: .*no key of daemon\.json/,
    ],
    [
        "an acceptance that nobody answers for",
        {
            images: {
                app: { reference: "app:1", accept: [{ what: "go", reason: "r", until: "2027-03-31" }] },
            },
        },
        /portcullis:images\.app\.accept\[0\]\.owner: found nothing: /,
    ],
    [
        "an acceptance for an image that is none of the stack's",
        { stackImages: { accept: [{ ...answered, image: "redis", what: "go" }] } },
        /portcullis:stackImages\.accept\[0\]\.image: found "redis": /,
    ],
    [
        "an acceptance of nothing that the gate names",
        { stackImages: { accept: [{ ...answered, image: "clair", what: "all of it" }] } },
        /portcullis:stackImages\.accept\[0\]\.what: found "all of it": expected what the gate says/,
    ],
    [
        "an exception for an image that is not scanned",
        {
            images: { app: { reference: "app:1" } },
            scan: { exceptions: [{ ...answered, vulnerability: "CVE-1", image: "ap" }] },
        },
        /portcullis:scan\.exceptions\[0\]\.image: found "ap": is no image that is scanned: app, portcullis\/registry, portcullis\/postgres, portcullis\/clair$/m,
    ],
    ["the SSH port for the registry", { registry: { port: 22 } }, /portcullis:registry\.port: .*SSH port/],
];
