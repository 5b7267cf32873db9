import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { renderProxy } from "../../../components/clair/updaters";
import { unsealed } from "../../../transport/seal";
import { hostOutputs, sampleCertificate } from "../../support/host";
import { wholeStack } from "../../support/parts";
import { plainStrings, record } from "../../support/program";

const proxy = "http://user:pass%20word@proxy.example.org:3128";
const settings = { proxy, noProxy: [".example.org", "10.0.0.0/8"], caFile: sampleCertificate };

describe("the way of Clair's updaters to their sources", () => {
    it("is told to the shell that starts Clair, whatever signs it has", () => {
        const text = renderProxy(
            "http://u:a'b$(c)@proxy:1",
            ["registry.portcullis.internal", "a", "a"],
            "salt",
        );
        const { stdout, stderr } = spawnSync(
            "sh",
            ["-c", `${text}\nprintf '%s\\n' "$HTTP_PROXY" "$HTTPS_PROXY" "$NO_PROXY"`],
            { encoding: "utf8" },
        );
        assert.equal(stderr, "");
        assert.deepEqual(stdout.split("\n"), [
            ...["http://u:a'b$(c)@proxy:1", "http://u:a'b$(c)@proxy:1", "registry.portcullis.internal,a"],
            "",
        ]);
    });

    it("has a digest that tells nobody the login: another stack's is another one", () => {
        assert.notEqual(renderProxy(proxy, [], "salt"), renderProxy(proxy, [], "another"));
        assert.equal(renderProxy(proxy, [], "salt"), renderProxy(proxy, [], "salt"));
        assert.ok(!renderProxy(proxy, [], "the salt").includes("the salt"));
    });

    it("stands in files of Clair's alone, the proxy as a secret, with the registry reached without it", async () => {
        const program = await record(() => wholeStack({ scanner: settings }, false), hostOutputs);
        const placed = program.get("scanner-clair-proxy");
        assert.match(
            String(placed.inputs["create"]),
            /place-file\.sh \/etc\/portcullis\/clair\/proxy\.sh 0400 65534/,
        );
        assert.ok(placed.secretInputs.includes("stdin"));
        assert.match(
            unsealed(String(placed.inputs["stdin"])).replaceAll("\\", ""),
            /^export NO_PROXY=.*registry\.portcullis\.internal,\.example\.org,10\.0\.0\.0\/8/m,
        );
        const plain = plainStrings(program).join("\n");
        assert.ok(!plain.includes("pass%20word"));
        assert.ok(plain.includes("/etc/portcullis/clair/proxy.sh"));
        const { mounts, envs } = program.get("scanner-clair-container").inputs;
        assert.doesNotMatch(JSON.stringify(envs), /proxy/i);
        const targets = (mounts as { target: string; readOnly: boolean }[])
            .filter(({ readOnly }) => readOnly)
            .map(({ target }) => target);
        assert.ok(targets.includes("/config/proxy.sh"));
        assert.ok(targets.includes("/var/run/certs/company.crt"));
        assert.equal(
            unsealed(String(program.get("scanner-clair-company-ca").inputs["stdin"])),
            sampleCertificate,
        );
    });

    it("leaves no file where nothing is set", async () => {
        const program = await record(() => wholeStack({}, false), hostOutputs);
        assert.ok(!program.resources.some(({ name }) => /clair-(proxy|company-ca)/.test(name)));
        assert.doesNotMatch(
            JSON.stringify(program.get("scanner-clair-container").inputs["mounts"]),
            /proxy|company/,
        );
    });
});
