import assert from "node:assert/strict";
import { parseVex } from "../../../scan/vex";
import { statementOf } from "../../../scan/vex-match";
import { deb, goModule, holds, inDistribution, inRepository, type Held } from "./holds";
import { debian13 } from "./sample";
import { digest, findingIn, openssl, other, repository, statement, taken, today, vex } from "./vex-sample";

const alpine = { id: "2", did: "alpine", name: "Alpine Linux", version: "3.22", version_id: "" };
const rhel = { id: "3", did: "rhel", name: "Red Hat Enterprise Linux Server", version: "8", version_id: "8" };
const amzn = { id: "4", did: "amzn", name: "Amazon Linux", version: "2023", version_id: "2023" };
const distributions = { "1": debian13, "2": alpine, "3": rhel, "4": amzn };

const takes = (product: object, held?: readonly [Held, ...Held[]]) =>
    taken([statement({ products: [product] })], {}, held) === "1";

describe("a statement about an image", () => {
    const whole = `repository_url=${repository}`;
    const hash = { "sha-256": digest.slice(7) };
    const table: readonly (readonly [string, object, boolean])[] = [
        ["of its digest", { "@id": digest }, true],
        ["of another digest", { "@id": other }, false],
        ["of its checksum", { hashes: hash }, true],
        ["of another checksum", { hashes: { "sha-256": other.slice(7) } }, false],
        ["of a checksum of another kind", { "@id": digest, hashes: { "sha-512": "00" } }, false],
        ["of its checksum, and another digest", { "@id": other, hashes: hash }, false],
        ["of its repository", { "@id": `pkg:oci/app?${whole}` }, true],
        [
            "of its repository, escaped",
            { "@id": "pkg:oci/app?repository_url=host%3A5000%2Fteam%2Fapp" },
            true,
        ],
        [
            "of its repository, as an identifier",
            { "@id": "https://x", identifiers: { purl: `pkg:oci/app?${whole}` } },
            true,
        ],
        ["of a repository with the same end", { "@id": "pkg:oci/app?repository_url=team/app" }, false],
        [
            "of a repository with more before it",
            { "@id": `pkg:oci/app?repository_url=x${repository}` },
            false,
        ],
        ["of a repository with more behind it", { "@id": `pkg:oci/app?${whole}/app` }, false],
        ["of a name alone", { "@id": "pkg:oci/app" }, false],
        ["of its name and digest", { "@id": `pkg:oci/app@${digest}` }, true],
        [
            "of its name and digest, escaped",
            { "@id": `pkg:oci/app@${digest.replace(":", "%3A")}?arch=amd64&tag=1` },
            true,
        ],
        ["of its name and another digest", { "@id": `pkg:oci/app@${other}` }, false],
        ["of another name and its digest", { "@id": `pkg:oci/other@${digest}` }, false],
        ["of its repository and digest", { "@id": `pkg:oci/app@${digest}?${whole}` }, true],
        ["of its repository and another digest", { "@id": `pkg:oci/app@${other}?${whole}` }, false],
        [
            "of another repository and its digest",
            { "@id": `pkg:oci/app@${digest}?repository_url=host:5000/app` },
            false,
        ],
        ["of another name and its repository", { "@id": `pkg:oci/other?${whole}` }, false],
        ["of its repository and a tag", { "@id": `pkg:oci/app?${whole}&tag=1` }, false],
        ["of its repository and an architecture", { "@id": `pkg:oci/app?arch=amd64&${whole}` }, false],
        ["of its repository and a version", { "@id": `pkg:oci/app@1?${whole}` }, false],
        ["of its repository and a namespace", { "@id": `pkg:oci/team/app?${whole}` }, false],
        ["of its repository and a part", { "@id": `pkg:oci/app?${whole}#part` }, false],
        ["of another kind of package", { "@id": `pkg:docker/app@${digest}?${whole}` }, false],
        [
            "of two names, of which one is another's",
            { "@id": digest, identifiers: { purl: `pkg:oci/app@${other}` } },
            false,
        ],
        ["of two names of its", { "@id": digest, identifiers: { purl: `pkg:oci/app@${digest}` } }, true],
        ["of a package URL that is none", { "@id": digest, identifiers: { purl: "pkg:" } }, false],
        [
            "of an identifier that is no package URL",
            { "@id": digest, identifiers: { cpe23: "cpe:2.3:a" } },
            true,
        ],
        ["of nothing that names an image", { "@id": "https://example.org/app" }, false],
        ["of nothing", {}, false],
        ["of a package alone", { "@id": "pkg:deb/debian/openssl@1.0" }, false],
    ];
    for (const [what, product, expected] of table) {
        it(`${expected ? "applies" : "does not apply"}: ${what}`, () => {
            assert.equal(takes(product), expected);
        });
    }

    it("applies where one of its products is the image, and not where it names none", () => {
        assert.equal(taken([statement({ products: [{ "@id": other }, { "@id": digest }] })]), "1");
        assert.equal(taken([statement({ products: [] })]), undefined);
        assert.equal(taken([statement({ products: undefined })]), undefined);
    });
});

describe("a statement about a package in an image", () => {
    const python: Held = {
        name: "Some_Package.x",
        normalized_version: "pep440:0",
        environments: inRepository("pypi"),
    };
    const jar: Held = { name: "org.example:core", environments: inRepository("maven") };
    const gem: Held = { name: "rake", environments: inRepository("rubygems") };
    const apk: Held = { name: "busybox", environments: inDistribution("2", "lib/apk/db/installed") };
    const rpm: Held = {
        name: "bash",
        environments: [
            ...inDistribution("3", "var/lib/rpm/Packages"),
            { package_db: "var/lib/rpm/Packages", distribution_id: "3", repository_ids: ["rhel"] },
        ],
    };
    const amazon: Held = { name: "bash", environments: inDistribution("4") };
    const own: Held = { name: "app", environments: inRepository("npm") };
    const go = goModule("github.com/Some/module");
    const named = (text: string) => ({ "@id": text });

    const table: readonly (readonly [string, object, readonly [Held, ...Held[]], boolean])[] = [
        ["Debian's", named("pkg:deb/debian/openssl@1.0"), [openssl], true],
        ["Debian's, as an identifier", { identifiers: { purl: "pkg:deb/debian/openssl" } }, [openssl], true],
        ["Debian's, in any version", named("pkg:deb/debian/openssl"), [openssl], true],
        ["Debian's, in another version", named("pkg:deb/debian/openssl@1.0.1"), [openssl], false],
        ["Debian's, of its release", named("pkg:deb/debian/openssl?distro=debian-13"), [openssl], true],
        ["Debian's, of another release", named("pkg:deb/debian/openssl?distro=debian-12"), [openssl], false],
        ["Debian's, of an architecture", named("pkg:deb/debian/openssl?arch=amd64"), [openssl], false],
        ["a part of Debian's", named("pkg:deb/debian/openssl#bin"), [openssl], false],
        ["another one of Debian's", named("pkg:deb/debian/ssl"), [openssl], false],
        ["one of the name in Ubuntu", named("pkg:deb/ubuntu/openssl"), [openssl], false],
        ["one of the name without a distribution", named("pkg:deb/openssl"), [openssl], false],
        ["one of the name elsewhere", named("pkg:generic/openssl"), [openssl], false],
        ["one that is named otherwise", { identifiers: { cpe23: "cpe:2.3:a:openssl" } }, [openssl], false],
        [
            "one with a checksum",
            { "@id": "pkg:deb/debian/openssl", hashes: { "sha-256": "00" } },
            [openssl],
            false,
        ],
        ["one that is none", named("pkg:deb"), [openssl], false],
        [
            "one of two names",
            { "@id": "pkg:deb/debian/openssl", identifiers: { purl: "pkg:deb/debian/ssl" } },
            [openssl],
            false,
        ],
        ["Alpine's", named("pkg:apk/alpine/busybox@1.0?distro=alpine-3.22"), [apk], true],
        ["Red Hat's", named("pkg:rpm/redhat/bash@1.0"), [rpm], true],
        ["one for which tools do not agree on a name", named("pkg:rpm/amzn/bash"), [amazon], false],
        ["one that Clair does not compare", named("pkg:npm/app"), [own], false],
        ["a Go module", named("pkg:golang/github.com/Some/module@v1.2.3"), [go], true],
        ["a Go module of another case", named("pkg:golang/github.com/some/module@v1.2.3"), [go], false],
        ["a Go module of another path", named("pkg:golang/module@v1.2.3"), [go], false],
        ["PyPI's, in its own form", named("pkg:pypi/some-package-x@1.0"), [python], true],
        ["PyPI's, in another form", named("pkg:pypi/Some_Package..x"), [python], true],
        ["PyPI's, of another name", named("pkg:pypi/somepackagex"), [python], false],
        ["Maven's", named("pkg:maven/org.example/core@1.0"), [jar], true],
        ["Maven's, of another group", named("pkg:maven/org.other/core@1.0"), [jar], false],
        ["RubyGems', of a distribution", named("pkg:gem/rake?distro=debian-13"), [gem], false],
        ["RubyGems', of an underscore", named("pkg:gem/some_gem"), [{ ...gem, name: "some_gem" }], true],
        ["RubyGems', of a dash", named("pkg:gem/some-gem"), [{ ...gem, name: "some_gem" }], false],
        ["RubyGems', of a colon", named("pkg:gem/a%3Ab"), [{ ...gem, name: "a:b" }], true],
        ["one beside another one", named("pkg:deb/debian/openssl"), [openssl, deb("zlib1g")], true],
        [
            "one that is told twice of one place",
            named("pkg:deb/debian/openssl?distro=debian-13"),
            [{ ...openssl, environments: [...inDistribution("1"), ...inDistribution("1")] }],
            true,
        ],
        ["RubyGems'", named("pkg:gem/rake@1.0"), [gem], true],
        [
            "one of two that have the name",
            named("pkg:deb/debian/openssl"),
            [openssl, { ...gem, name: "openssl" }],
            false,
        ],
        [
            "one of two that have the name, in another version",
            named("pkg:deb/debian/openssl"),
            [openssl, { ...gem, name: "openssl", version: "2.0" }],
            true,
        ],
        [
            "one that lies in two places",
            named("pkg:deb/debian/openssl"),
            [{ ...openssl, environments: [...(openssl.environments ?? []), ...inRepository("rubygems")] }],
            false,
        ],
        [
            "one of two repositories",
            named("pkg:gem/openssl"),
            [{ ...gem, name: "openssl", environments: inRepository("rubygems", "pypi") }],
            false,
        ],
        [
            "one of two releases",
            named("pkg:deb/debian/openssl"),
            [
                {
                    ...openssl,
                    environments: [...inDistribution("1"), ...inDistribution("5")],
                },
            ],
            false,
        ],
    ];
    for (const [what, subcomponent, held, expected] of table) {
        it(`${expected ? "applies" : "does not apply"}: ${what}`, () => {
            const all = parseVex(
                "vex.json",
                vex([statement({ products: [{ "@id": digest, subcomponents: [subcomponent] }] })]),
                today,
            );
            const image = {
                repository,
                digest,
                inventory: holds(held, { ...distributions, "5": { ...debian13, version_id: "12" } }),
            };
            assert.equal(statementOf(findingIn(held[0]), image, all) !== undefined, expected);
        });
    }

    const product = (...subcomponents: object[]) => ({ "@id": digest, subcomponents });
    it("applies where one of the packages is the finding's, and not where it names none", () => {
        assert.ok(takes(product(named("pkg:deb/debian/other"), named("pkg:deb/debian/openssl"))));
        assert.ok(!takes(product()));
    });

    it("does not apply to the package in another image, or to one that the image does not hold", () => {
        assert.ok(!takes({ "@id": other, subcomponents: [named("pkg:deb/debian/openssl")] }));
        assert.equal(
            taken([statement({ products: [product(named("pkg:deb/debian/gone"))] })], { package: "gone" }),
            undefined,
        );
        assert.equal(
            taken([statement({ products: [product(named("pkg:deb/debian/openssl"))] })], { version: "9" }),
            undefined,
        );
    });
});
