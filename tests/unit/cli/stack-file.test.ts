import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { readStackFile } from "../../../cli/stack-file";

describe("the settings of a stack, read without Pulumi", () => {
    let folder: string;

    before(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "portcullis-stack-"));
    });
    after(() => {
        fs.rmSync(folder, { recursive: true });
    });

    function put(name: string, content: string): void {
        fs.writeFileSync(path.join(folder, name), content);
    }

    it("takes a section of its file that was left empty as not given, and says where it is no YAML", () => {
        const host = "config:\n  portcullis:host: { address: a, privateKeyFile: k, hostKey: h }\n";
        put("Pulumi.empty.yaml", `${host}  portcullis:audit:\n  portcullis:scan:\n`);
        assert.equal(readStackFile("empty", folder).audit.minimumScore, undefined);
        put("Pulumi.broken.yaml", `${host}  portcullis:audit: [\n`);
        assert.throws(
            () => readStackFile("broken", folder),
            /Pulumi\.broken\.yaml is no YAML: [\s\S]*line 4/,
        );
    });

    it("says that there is no host where the host's key is not there", () => {
        const host = (file: string): string =>
            `config:\n  portcullis:host: { address: a, privateKeyFile: k, hostKeyFile: ${file} }\n`;
        put("Pulumi.gone.yaml", host(".portcullis/hosts/dev/host_key.pub"));
        assert.throws(
            () => readStackFile("gone", folder),
            /^Error: there is no disposable host: run `make up` \(/,
        );
        put("Pulumi.other.yaml", host("keys/host.pub"));
        assert.throws(
            () => readStackFile("other", folder),
            /^Error: correct portcullis:host\.hostKeyFile \(.*ENOENT/,
        );
    });

    it("says which key of its file is wrong", () => {
        put(
            "Pulumi.bad.yaml",
            "config:\n  portcullis:host: { address: a, privateKeyFile: k, hostKey: h }\n  portcullis:audit: { minimumScore: low }\n",
        );
        assert.throws(() => readStackFile("bad", folder), /Pulumi\.bad\.yaml[\s\S]*minimumScore/);
    });
});
