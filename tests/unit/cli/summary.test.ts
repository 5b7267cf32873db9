import assert from "node:assert/strict";
import { renderSummary } from "../../../cli/summary";

describe("portcullis summary", () => {
    const section = { title: "t", before: 0, after: 0 };
    const text = renderSummary("prod", {
        dockerHost: "ssh://root@192.0.2.9",
        engine: { rootDir: "/var/lib/docker/1.1", auditRules: { rules: 0, reason: "the kernel has none" } },
        usernsProof: { containerRootHostUid: 100000, deleteWithRemap: "refused" },
        registryUrl: "https://192.0.2.9:5000",
        registryUsername: "portcullis",
        scanner: {
            advisories: 1,
            updaters: [{ date: "2026-11-01T10:00:00Z" }, { date: "" }, { date: "2026-08-21T10:00:00Z" }],
        },
        scans: [
            {
                image: "192.0.2.9:5000/redis@sha256:abc",
                digest: "sha256:abc",
                source: "docker.io/library/redis@sha256:def",
                verdict: "pass",
                judged: "2026-11-27T12:03:04.000Z",
                counts: { Low: 2, High: 0 },
                packages: 113,
                coverage: [
                    {
                        what: "debian:13",
                        title: "Debian 13",
                        packages: 113,
                        advisories: 5243,
                        date: "2026-08-21",
                    },
                    { what: "go", title: "Go", packages: 0, advisories: 1, date: "2026-08-20" },
                ],
                accepted: ["go (1 package), which nobody judged, is accepted by me until 2027-01-31: x"],
                notes: ["take it out", "take it out"],
                report: "/srv/audits/prod/redis.json",
            },
        ],
        audit: {
            score: { before: 5, after: 38 },
            sections: [
                { ...section, section: 1, best: 18 },
                { ...section, section: 2, best: 15 },
            ],
            newWarnings: [],
            fixedWarnings: [{ id: "2.2", title: "t", items: [] }],
            audited: "2026-11-27T12:04:05.000Z",
            report: "/srv/audits/prod/audit.html",
        },
    });

    it("names the folder that the reports are in", () => {
        assert.match(text, /^ {2}reports {5}\/srv\/audits\/prod\/$/m);
        assert.match(text, /^ {2}page {8}\/srv\/audits\/prod\/audit\.html$/m);
    });

    it("says what an image was pulled as", () => {
        assert.match(text, /redis {2}.*\n {11}pulled as docker\.io\/library\/redis@sha256:def$/m);
    });

    it("says as of when each thing was looked at", () => {
        assert.match(text, /1 advisory of 3 updaters, the oldest of 2026-08-21$/m);
        assert.match(
            text,
            /^ {2}pass {5}192\.0\.2\.9:5000\/redis {2}low 2 in 113 packages \(Debian 13: 5,243 advisories of 2026-08-21; Go: 1 advisory of 2026-08-20\)$/m,
        );
        assert.match(
            text,
            /^ {11}go \(1 package\), which nobody judged, is accepted by me until 2027-01-31: x$/m,
        );
        assert.equal(text.match(/^ {2}note {8}take it out$/gm)?.length, 1);
        assert.match(text, /^ {2}judged {6}2026-11-27 12:03 UTC, on the images' digests$/m);
        assert.match(text, /^ {2}looked at {3}2026-11-27 12:04 UTC$/m);
    });

    it("says the score with its maximum, and numbers as a person would", () => {
        assert.match(text, /score 38 of 33, 5 before; 1 WARN fixed, 0 new/);
    });

    it("prints next steps for a bare Debian, which has no sudo", () => {
        assert.doesNotMatch(text, /sudo/);
        assert.match(text, /as root: mkdir -p \/etc\/docker\/certs\.d\/192\.0\.2\.9:5000$/m);
    });

    it("names make only for the stack that make is about", () => {
        assert.doesNotMatch(text, /make /);
        assert.match(text, /bin\/portcullis ssh --stack prod -- docker ps/);
        assert.match(text, /\.\/pulumiw destroy --stack prod/);
    });
});
