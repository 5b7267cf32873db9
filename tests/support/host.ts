import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Connection } from "../../config/connection";
import type { Engine } from "../../components/engine";
import { Presence } from "../../components/presence";
import { Toolkit } from "../../components/toolkit";
import { parseSettings } from "../../config/parse";
import type { Settings } from "../../config/schema";
import type { MockOutputs } from "./program";

/** A connection to nowhere, for programs that run with Pulumi's mocks. */
function someConnection(): Connection {
    return {
        address: "192.0.2.10",
        port: 22,
        user: "root",
        privateKeyFile: "keys/id",
        privateKey: pulumi.secret("the private key"),
        hostKey: "ssh-ed25519 AAAAC3Nza",
    };
}

/** A look at a host on which all steps left what they should. */
function somePresence(hasEngine: boolean): Presence {
    const generation = () => "g1";
    const seen = { machine: "m1", hasEngine, generation, claim: "g1", toolkit: generation };
    return new Presence("192.0.2.10", seen);
}

/**
 * The connection, the look and the state's mark that a hardened host takes.
 *
 * @param hasEngine whether an engine answers already
 */
export function someReach(hasEngine = true) {
    return { connection: someConnection(), presence: somePresence(hasEngine), stateId: "SHA256:state" };
}

/** Settings with their defaults, and the given ones on top. */
export function someSettings(change: Record<string, unknown> = {}): Settings {
    return parseSettings({
        host: { address: "192.0.2.10", privateKeyFile: "keys/id", hostKey: "ssh-ed25519 AAAAC3Nza" },
        ...change,
    });
}

/** An engine with a toolkit and a provider, and nothing else. */
export function someEngine(): Engine {
    const reach = someReach();
    const toolkit = new Toolkit("toolkit", reach);
    const { connection, presence } = reach;
    return {
        connection,
        presence,
        dataRoot: "/var/lib/docker",
        toolkit,
        provider: new docker.Provider("engine", { host: "ssh://root@192.0.2.10" }),
        remap: pulumi.output({ user: "dockremap", uid: 100000, gid: 100000, size: 65536 }),
        ready: [toolkit.installed],
    };
}

/** A self-signed certificate for `192.0.2.10` and `registry.example.org`, until 2126. */
export const sampleCertificate = `-----BEGIN CERTIFICATE-----
MIIBoDCCAUagAwIBAgIUKuX3NVNXm1p5in10Gqid40cbOokwCgYIKoZIzj0EAwIw
ETEPMA0GA1UEAwwGc2FtcGxlMCAXDTI2MTEyNDA0NDYzMFoYDzIxMjYxMDMxMDQ0
NjMwWjARMQ8wDQYDVQQDDAZzYW1wbGUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AARk5/GDf9plBpeDmgymz/l3WkdzLN9NyOjFj8I8qjfZQthu7wzkQbFj6m/EUYB3
t95KlzDuh+5ibr5VxwCC0rT7o3oweDAdBgNVHQ4EFgQU/4FOV2QDTO4/nitlH7Nb
tPx/M9UwHwYDVR0jBBgwFoAU/4FOV2QDTO4/nitlH7NbtPx/M9UwDwYDVR0TAQH/
BAUwAwEB/zAlBgNVHREEHjAchwTAAAIKghRyZWdpc3RyeS5leGFtcGxlLm9yZzAK
BggqhkjOPQQDAgNIADBFAiEAz5SDhYcv34/Zix1mIGBz//Q4YDffu29CCrah9sk3
APoCIBNw5JxzgN20CY0lDM8UnDCFnI1yGeOgvct77PpZTuzC
-----END CERTIFICATE-----
`;

const digest = `sha256:${"ab".repeat(32)}`;

/** The output of each host script, by the script's name. */
const printed: Readonly<Record<string, string>> = {
    "install-engine.sh": '{"version":"26.1.5"}',
    "configure-engine.sh":
        '{"rootDir":"/var/lib/docker/100000.100000","remap":{"user":"dockremap","uid":100000,"gid":100000,"size":65536}}',
    "install-authorization.sh": `{"/usr/local/lib/portcullis-authorization/plugin":"${"a".repeat(64)}","/etc/systemd/system/portcullis-authorization.socket":"${"b".repeat(64)}"}`,
    "load-audit-rules.sh": '{"rules":21}',
    "prove-userns.sh":
        '{"engineUser":"root","containerUser":"root","containerRootHostUid":100000,"deleteWithRemap":"Permission denied","deleteWithUsernsHost":"deleted"}',
    "pull-image.sh": `{"id":"${digest}","source":"name@${digest}"}`,
    "load-image.sh": `{"id":"${digest}","reference":"portcullis/sample:1"}`,
    "scan-canaries.sh": "[]",
    "push-image.sh": `{"digest":"${digest}"}`,
    "scan-image.sh": "cGFja2Vk",
    "place-file.sh": "f".repeat(64),
    "place-spool.sh": "0a6cb5f2-4c33-4b0e-9a53-0d5d4e9c7b11",
    "prove-advisories.sh":
        '{"updaters":[{"name":"debian/updater","advisories":30,"date":"2026-11-01T00:00:00Z","problem":""}],"advisories":30,' +
        '"coverage":[{"updater":"debian/updater","distribution":"debian","version":"13","repository":"","advisories":30,"canary":{"vulnerability":"CVE-2026-1","package":"openssl","version":"0"}}]}',
    "keep-baseline.sh": '{"score":5,"tests":[]}',
    "audit-step":
        '{"score":{"before":5,"after":40},"sections":[],"newWarnings":[],"fixedWarnings":[],"audited":"2026-11-27T12:00:00Z","report":"reports/test/audit.html"}',
    gate: `[{"image":"192.0.2.10:5000/redis@${digest}","digest":"${digest}","verdict":"pass","judged":"2026-11-27T12:00:00Z","counts":{"High":0},"packages":113,"coverage":[],"accepted":[],"notes":[],"report":"reports/test/redis.json"}]`,
};

/** Answers as the real providers would, for the scripts that print something. */
export const hostOutputs: MockOutputs = ({ type, inputs }) => {
    if (type.startsWith("command:")) {
        const create = typeof inputs["create"] === "string" ? inputs["create"] : "";
        const script = Object.keys(printed).find((name) => create.includes(name));
        return { stdout: (script === undefined ? undefined : printed[script]) ?? "", stderr: "" };
    }
    if (type === "tls:index/privateKey:PrivateKey") {
        return {
            privateKeyPem: `-----BEGIN PRIVATE KEY-----\n${JSON.stringify(inputs)}`,
            publicKeyPem: "public",
        };
    }
    if (type.startsWith("tls:")) {
        return { certPem: sampleCertificate, certRequestPem: "request" };
    }
    return {};
};
