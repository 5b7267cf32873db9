import assert from "node:assert/strict";
import { hasLogin, readCertificates } from "../../../config/updaters";
import { sampleCertificate, someSettings } from "../../support/host";

const day = (text: string) => new Date(`${text}T00:00:00Z`);
const now = day("2026-12-01");

describe("the updaters' proxy and CAs", () => {
    it("know a login in the proxy's URL", () => {
        const has = (proxy?: string) => hasLogin(someSettings({ scanner: { proxy } }));
        assert.deepEqual(
            [undefined, "http://proxy:3128", "http://user@proxy:3128", "https://user:word@proxy"].map(has),
            [false, false, true, true],
        );
    });

    const read = (text: string, at = now) =>
        readCertificates(someSettings({ scanner: { caFile: "company.pem" } }), text, at);

    it("take each certificate of the file, and nothing else that stands there", () => {
        assert.equal(read(`A company's CA\n${sampleCertificate}more\n`), sampleCertificate);
        assert.equal(read(sampleCertificate + sampleCertificate), sampleCertificate + sampleCertificate);
    });

    for (const [what, text, at, message] of [
        [
            "no certificate",
            "nothing\n",
            now,
            /portcullis:scanner\.caFile: company\.pem: holds no certificate; give/,
        ],
        [
            "a private key",
            `${sampleCertificate}-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n`,
            now,
            /company\.pem: holds a PRIVATE KEY, which does not belong/,
        ],
        [
            "what is no certificate",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            now,
            /its certificate 1 cannot be read/,
        ],
        [
            "one that ended",
            sampleCertificate,
            day("2126-11-01"),
            /its certificate 1 \(CN=sample\) ended on 2126-10-31; give/,
        ],
        [
            "one that does not hold yet",
            sampleCertificate,
            day("2026-11-01"),
            /\(CN=sample\) begins on 2026-11-24; see/,
        ],
    ] as const) {
        it(`refuse a file with ${what}`, () => {
            assert.throws(() => read(text, at), message);
        });
    }
});
