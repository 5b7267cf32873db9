import assert from "node:assert/strict";
import type { IndexRecord } from "../../../scan/inventory";
import { matcherOf, notCanonical, notComparable, reaches } from "../../../scan/matchers";

const of = (id: string, name: string, version = "1"): IndexRecord => ({
    distribution: { id, name, version, prettyName: `${name} ${version}`, codename: "" },
    repository: undefined,
});
const from = (name: string, key = ""): IndexRecord => ({
    distribution: undefined,
    repository: { name, key },
});

describe("the matchers of claircore", () => {
    for (const [record, title, purl] of [
        [of("debian", "Debian GNU/Linux"), "Debian", "deb/debian"],
        [of("ubuntu", "Ubuntu"), "Ubuntu", "deb/ubuntu"],
        [of("alpine", "Alpine Linux"), "Alpine", "apk/alpine"],
        [of("amzn", "Amazon Linux"), "Amazon Linux", undefined],
        [of("ol", "Oracle Linux Server"), "Oracle Linux", undefined],
        [of("photon", "VMware Photon OS"), "Photon OS", undefined],
        [of("sles", "SLES"), "SUSE Linux Enterprise", undefined],
        [of("opensuse-leap", "openSUSE Leap"), "openSUSE Leap", undefined],
        [from("go"), "Go", "golang"],
        [from("pypi"), "PyPI", "pypi"],
        [from("maven"), "Maven", "maven"],
        [from("rubygems"), "RubyGems", "gem"],
        [from("", "rhel-cpe-repository"), "Red Hat Enterprise Linux", "rpm/redhat"],
        [from("", "rhcc-container-repository"), "Red Hat Container Catalog", undefined],
    ] as const) {
        it(`has one for what ${title} writes advisories about`, () => {
            const matcher = matcherOf(record);
            assert.deepEqual([matcher?.title, matcher?.purl], [title, purl]);
        });
    }

    it("has none for a distribution and a repository that nobody writes advisories about", () => {
        for (const record of [of("rocky", "Rocky Linux"), of("", ""), from("npm"), from("")]) {
            assert.equal(matcherOf(record), undefined);
        }
    });

    it("reaches no advisory from a record without a distribution, or without its version", () => {
        const debian = matcherOf(of("debian", "Debian GNU/Linux"));
        assert.ok(debian !== undefined);
        const fact = {
            updater: "debian",
            distribution: "debian",
            version: "",
            repository: "",
            advisories: 1,
        };
        assert.equal(reaches(debian, fact, from("")), false);
        assert.equal(reaches(debian, fact, of("debian", "Debian GNU/Linux", "")), false);
        assert.equal(reaches(debian, { ...fact, version: "1" }, of("debian", "Debian GNU/Linux")), true);
    });

    it("compares Alpine's pretty names as the updaters write them, and no other ones", () => {
        const pretty = (version: string, prettyName: string): string | undefined => {
            const record = {
                distribution: { id: "alpine", name: "Alpine Linux", version, prettyName, codename: "" },
                repository: undefined,
            };
            const matcher = matcherOf(record);
            assert.ok(matcher !== undefined);
            return notCanonical(matcher, record);
        };
        assert.equal(pretty("3.22", "Alpine Linux v3.22"), undefined);
        assert.equal(pretty("edge", "Alpine Linux edge"), undefined);
        assert.equal(
            pretty("3.22", "Alpine Linux 3.22"),
            "its pretty name is Alpine Linux 3.22, and the advisories are for Alpine Linux v3.22",
        );
    });

    it("compares no package of Maven without a group", () => {
        const maven = matcherOf(from("maven"));
        assert.ok(maven !== undefined);
        const held = {
            name: "log4j-core",
            version: "2.14.1",
            source: "",
            otherVersion: "",
            versionKind: "maven",
            places: [],
        };
        assert.equal(
            notComparable(maven, held),
            "it tells no group, and advisories name packages by group and name",
        );
        assert.equal(notComparable(maven, { ...held, name: "org.apache:log4j-core" }), undefined);
    });
});
