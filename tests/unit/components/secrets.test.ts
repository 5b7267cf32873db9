import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as bcrypt from "bcryptjs";
import fc from "fast-check";
import { GeneratedSecrets } from "../../../components/secrets";
import {
    deriveBcryptHash,
    deriveBytes,
    derivePassword,
    derivePreSharedKey,
} from "../../../components/secrets/derive";
import { hostOutputs } from "../../support/host";
import { record, valueOf } from "../../support/program";

describe("derived secrets", () => {
    it("are the same for the same seed and purpose, and differ with either", () => {
        assert.equal(derivePassword("seed", "a"), derivePassword("seed", "a"));
        assert.notEqual(derivePassword("seed", "a"), derivePassword("seed", "b"));
        assert.notEqual(derivePassword("seed", "a"), derivePassword("other", "a"));
    });

    it("are those of HKDF-SHA-256, as another implementation computes them", () => {
        // openssl kdf -keylen 16 -kdfopt digest:SHA256 -kdfopt key:seed -kdfopt salt:portcullis -kdfopt info:test HKDF
        assert.equal(deriveBytes("seed", "test", 16).toString("hex"), "f3b07fd3834df8e5298e469ba163a5ed");
    });

    it("fit where they go: a connection string, a URL, a shell word, SQL", () => {
        fc.assert(
            fc.property(fc.string({ minLength: 1 }), fc.string(), (seed, purpose) => {
                assert.match(derivePassword(seed, purpose), /^[A-Za-z0-9_-]{32}$/);
                assert.equal(Buffer.from(derivePreSharedKey(seed, purpose), "base64").length, 32);
            }),
        );
    });

    it("hash with bcrypt so that the password, and no other, matches", () => {
        const hash = deriveBcryptHash("seed", "htpasswd", "correct horse");
        assert.match(hash, /^\$2b\$10\$/);
        assert.ok(bcrypt.compareSync("correct horse", hash));
        assert.ok(!bcrypt.compareSync("correct horsf", hash));
        assert.equal(hash, deriveBcryptHash("seed", "htpasswd", "correct horse"));
        assert.notEqual(hash.slice(7, 29), deriveBcryptHash("seed", "htpasswd", "another").slice(7, 29));
    });
});

describe("GeneratedSecrets", () => {
    it("is one key, and all that comes of it is secret", async () => {
        const program = await record(() => new GeneratedSecrets("secrets"), hostOutputs);
        assert.deepEqual(program.children("secrets"), ["tls:index/privateKey:PrivateKey secrets-seed"]);
        const { result } = program;
        const all = [
            result.seed,
            result.registryPassword,
            result.scannerPassword,
            result.superuserPassword,
            result.databasePassword,
            result.clairKey,
        ];
        for (const output of all) {
            assert.equal(await pulumi.isSecret(output), true);
        }
        assert.equal(new Set(await Promise.all(all.map((output) => valueOf(output)))).size, all.length);
    });

    it("takes the user's own registry password", async () => {
        const { result } = await record(
            () => new GeneratedSecrets("secrets", { registryPassword: pulumi.secret("my own password") }),
            hostOutputs,
        );
        assert.equal(await valueOf(result.registryPassword), "my own password");
        assert.equal(await pulumi.isSecret(result.registryPassword), true);
    });
});
