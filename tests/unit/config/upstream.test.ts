import assert from "node:assert/strict";
import { parseSettings } from "../../../config/parse";
import { followedTags, loginFor } from "../../../config/upstream";
import { registryOf, registryPattern } from "../../../text/reference";
import { smallest } from "./wrong-settings";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
const login = { username: "u", password: "p" };

describe("the registry of a reference", () => {
    for (const [reference, registry] of [
        ["app", "docker.io"],
        ["app:1", "docker.io"],
        [`app@${digest}`, "docker.io"],
        ["team/app:1", "docker.io"],
        ["docker.io/library/app", "docker.io"],
        ["index.docker.io/team/app", "docker.io"],
        ["quay.io/team/app:1", "quay.io"],
        ["registry:5000/app", "registry:5000"],
        ["192.0.2.1:5000/team/app:1", "192.0.2.1:5000"],
        ["localhost/app", "localhost"],
        ["Registry/app", "Registry"],
    ] as const) {
        it(`is ${registry} of ${reference}`, () => {
            assert.equal(registryOf(reference), registry);
        });
    }
});

describe("the name of a registry", () => {
    for (const name of [
        "docker.io",
        "registry.example.org",
        "registry:5000",
        "192.0.2.1:5000",
        "localhost",
    ]) {
        it(`can be ${name}`, () => {
            assert.match(name, registryPattern);
        });
    }
    for (const name of [
        "https://quay.io",
        "quay.io/team",
        "registry",
        "localhosts",
        "quay.io:",
        "a b.c",
        "quay.io@x",
        "",
    ]) {
        it(`cannot be ${JSON.stringify(name)}, which no reference has`, () => {
            assert.doesNotMatch(name, registryPattern);
            assert.throws(
                () => parseSettings({ ...smallest, registryLogins: { [name]: login } }),
                /portcullis:registryLogins(\["?.*"?\]|\..*)?: expected a registry as references name it/,
            );
        });
    }
});

describe("the tags that are followed", () => {
    const settings = parseSettings({
        ...smallest,
        images: {
            app: { reference: "quay.io/app:1" },
            "team/app": { reference: "quay.io/app:1" },
            other: { reference: "other" },
            pinned: { reference: `other:1@${digest}` },
        },
        registryLogins: { "quay.io": login },
    });

    it("are those of images, each once, with the setting that names it first, and with the registry's login", () => {
        assert.deepEqual(followedTags(settings), [
            { key: "portcullis:images.app.reference", reference: "quay.io/app:1", login },
            { key: "portcullis:images.other.reference", reference: "other", login: undefined },
        ]);
    });

    it("are none of archives and of the stack's own images, whose registries have logins all the same", () => {
        const offline = { ...smallest, archiveFolder: "a", images: { app: { archive: "app" } } };
        assert.deepEqual(followedTags(parseSettings(offline)), []);
        const own = parseSettings({ ...smallest, registryLogins: { "docker.io": login, "quay.io": login } });
        assert.deepEqual(followedTags(own), []);
        assert.deepEqual(loginFor(own, own.stackImages.registry), login);
    });

    it("have no login by a name that every object has", () => {
        assert.equal(loginFor({ registryLogins: {} }, "toString.:1/app"), undefined);
    });

    it("name their setting as it is written", () => {
        const named = parseSettings({ ...smallest, images: { "team/app": { reference: "app" } } });
        assert.equal(followedTags(named)[0]?.key, 'portcullis:images["team/app"].reference');
    });
});
