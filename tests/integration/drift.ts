import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import { parseDeclaration } from "../../declaration";
import type { Deployment } from "../support/deployment";
import { otherCa } from "../support/probes";
import { commandsIn } from "../support/remedies/commands";
import { assertDone, root } from "../support/stack";

const reportSchema = z.object({
    tests: z.array(z.object({ results: z.array(z.object({ id: z.string(), result: z.string() })) })),
    drift: z.object({
        findings: z.array(
            z.object({
                problem: z.string(),
                subject: z.string(),
                key: z.string(),
                resource: z.string().optional(),
                remedy: z.string(),
            }),
        ),
    }),
});

/** Something done to the host by hand, what is found of it, and how it is undone. */
interface Change {
    readonly what: string;
    readonly change: string;
    readonly undo: string;
    /** `problem subject key resource` of each finding. */
    readonly found: readonly string[];
}

const daemon = "/etc/docker/daemon.json";
const tls = "/etc/portcullis/registry/tls";
const unit = "/etc/systemd/system/portcullis-authorization.service";
const script = "/usr/local/lib/portcullis/common.sh";

/** A change of a file: a copy is put back. */
function ofFile(what: string, file: string, change: string, found: readonly string[]): Change {
    const copy = "/root/before-the-change";
    return {
        what,
        change: `cp -p ${file} ${copy}; ${change}`,
        undo: `cp -p ${copy} ${file}; rm ${copy}`,
        found,
    };
}

const changes: readonly Change[] = [
    ofFile(
        "a key of daemon.json, and one more",
        daemon,
        `sed -i 's/"icc": false/"icc": true, "debug": true/' ${daemon}`,
        [`changed ${daemon} icc host-daemon`, `unexpected ${daemon} debug host-daemon`],
    ),
    ofFile("the mode of a certificate", `${tls}/server.crt`, `chmod 0644 ${tls}/server.crt`, [
        `changed ${tls}/server.crt mode registry-certificates-server-certificate`,
    ]),
    ofFile("another certificate", `${tls}/server.crt`, `cat > ${tls}/server.crt <<'EOF'\n${otherCa()}EOF\n`, [
        `changed ${tls}/server.crt certificate registry-certificates-server-certificate`,
    ]),
    ofFile(
        "a user more in the registry's password file",
        "/etc/portcullis/registry/htpasswd",
        "echo 'eve:$2b$10$x' >> /etc/portcullis/registry/htpasswd",
        ["changed /etc/portcullis/registry/htpasswd sha256 registry-htpasswd"],
    ),
    ofFile(
        "the range of subordinate ids",
        "/etc/subuid",
        "sed -i 's/^dockremap:[0-9]*/dockremap:500000/' /etc/subuid",
        ["changed /etc/subuid dockremap host-daemon"],
    ),
    ofFile("a script of ours", script, `echo : >> ${script}`, [
        `changed ${script} sha256 host-toolkit-scripts`,
    ]),
    ofFile(
        "the confinement of the authorization plugin",
        unit,
        `sed -i 's/^NoNewPrivileges=.*/NoNewPrivileges=no/' ${unit}`,
        [`changed ${unit} sha256 host-authorization`],
    ),
    ofFile(
        "a file that is gone",
        "/etc/portcullis/clair/empty-mapping.json",
        "rm /etc/portcullis/clair/empty-mapping.json",
        ["missing /etc/portcullis/clair/empty-mapping.json  scanner-clair-mapping"],
    ),
    {
        what: "a change of the authorization plugin's unit beside it",
        change: `mkdir ${unit}.d && echo '[Service]' > ${unit}.d/more.conf`,
        undo: `rm -r ${unit}.d`,
        found: [`unexpected ${unit}.d  host-authorization`],
    },
    {
        what: "who may write where our scripts are",
        change: `chmod 0757 ${path.dirname(script)}`,
        undo: `chmod 0755 ${path.dirname(script)}`,
        found: [`changed ${path.dirname(script)} mode host-toolkit-scripts`],
    },
    {
        what: "a certificate that nobody declared",
        change: `cp ${tls}/ca.crt ${tls}/more.crt`,
        undo: `rm ${tls}/more.crt`,
        found: [`unexpected ${tls}/more.crt  registry-config`],
    },
    {
        what: "a container's memory",
        change: "docker update --memory 200m --memory-swap 200m portcullis-registry",
        undo: "docker update --memory 256m --memory-swap 256m portcullis-registry",
        found: ["memory", "memorySwap"].map(
            (key) => `changed container portcullis-registry ${key} registry-service-container`,
        ),
    },
    {
        what: "a container's limit of processes",
        change: "docker update --pids-limit 99 portcullis-clair",
        undo: "docker update --pids-limit 256 portcullis-clair",
        found: ["changed container portcullis-clair pidsLimit scanner-clair-pids"],
    },
    {
        what: "a container that was stopped",
        change: "docker stop portcullis-clair",
        undo: "docker start portcullis-clair",
        found: ["changed container portcullis-clair state scanner-clair-container"],
    },
    {
        what: "a container with our prefix, in a network of ours",
        change: "docker create --name portcullis-more --network portcullis-scan $(docker images -q portcullis.local/registry-image)",
        undo: "docker rm -v portcullis-more",
        found: ["unexpected container portcullis-more  "],
    },
];

/** What is claimed of drift, on the host of a stack that is up. */
export function driftClaims(deployment: Deployment): void {
    const { host, stack } = deployment;
    const file = `reports/${host.name}/declared.json`;

    /** The command line, with nothing of Pulumi within its reach. */
    function audit(...more: string[]) {
        return spawnSync("bin/portcullis", [...host.auditWords(file), ...more], {
            cwd: root,
            encoding: "utf8",
            env: { PATH: "/usr/bin:/bin", HOME: process.env["HOME"] },
        });
    }

    function read() {
        const ended = audit("--format", "json");
        assert.ok(ended.status === 0 || ended.status === 1, ended.stderr);
        return reportSchema.parse(JSON.parse(ended.stdout));
    }

    function found(): string[] {
        return read().drift.findings.map(({ problem, subject, key, resource = "" }) =>
            [problem, subject, key, resource.replace(/^.*::/, "")].join(" "),
        );
    }

    it("is as the stack declared, which is written down without a secret, for its owner alone", () => {
        assert.notEqual(
            spawnSync("sh", ["-c", "command -v pulumi"], { env: { PATH: "/usr/bin:/bin" } }).status,
            0,
        );
        const { tests, drift } = read();
        assert.deepEqual(drift.findings, []);
        const warned = tests.flatMap(({ results }) => results.filter(({ result }) => result === "WARN"));
        const clean = audit("--allow", warned.map(({ id }) => id).join(","));
        assert.equal(clean.status, 0, clean.stdout);
        assert.match(clean.stdout, /Drift {4}none: the host is as declared/);
        assert.equal(fs.statSync(path.join(root, file)).mode & 0o777, 0o600);
        const text = fs.readFileSync(path.join(root, file), "utf8");
        assert.deepEqual(deployment.outputs.declared, parseDeclaration(text, file));
        for (const secret of [
            deployment.outputs.registryPassword,
            host.read("cat /etc/portcullis/postgres/password"),
            ...host.read("cat /etc/portcullis/clair/config.yaml").matchAll(/(?:password=|key: )(\S+)/g),
            ...host.read("cat /etc/portcullis/registry/config.yml").matchAll(/secret: (\S+)/g),
        ]) {
            const value = typeof secret === "string" ? secret : (secret[1] ?? "");
            assert.ok(value.length >= 20);
            assert.ok(!text.includes(value), "a secret is declared");
        }
    });

    for (const { what, change, undo, found: expected } of changes) {
        it(`names what was changed by hand, and nothing else: ${what}`, () => {
            host.read(`{\n${change}\n} >/dev/null`);
            try {
                assert.deepEqual(found(), expected);
            } finally {
                host.read(`{\n${undo}\n} >/dev/null`);
            }
        });
    }

    it("names each setting of a container that was made anew in another way", () => {
        host.read(`docker rename portcullis-clair parked
            docker run -d --name portcullis-clair --network none --entrypoint sleep $(docker images -q portcullis.local/registry-image) 1000`);
        try {
            const findings = found();
            for (const key of [
                "image",
                "user",
                "readOnly",
                "capabilities.drops",
                "securityOpts",
                "memory",
                "entrypoints",
                "networksAdvanced.portcullis-scan",
            ]) {
                assert.ok(
                    findings.some((one) =>
                        one.includes(` container portcullis-clair ${key} scanner-clair-container`),
                    ),
                    `${key}\n${findings.join("\n")}`,
                );
            }
            assert.ok(findings.includes("unexpected container parked  "));
        } finally {
            host.read("docker rm -f -v portcullis-clair >/dev/null; docker rename parked portcullis-clair");
        }
        assert.deepEqual(found(), []);
    });

    it("cannot tell anything of a host that cannot be read", () => {
        host.read(`cp ${daemon} /root/daemon.json; echo '{' > ${daemon}`);
        const ended = audit();
        host.read(`mv /root/daemon.json ${daemon}`);
        assert.equal(ended.status, 2, ended.stdout);
        assert.equal(ended.stdout, "");
    });

    it("fails an up where no step can mend it, and says what to do", async () => {
        const setting = stack.example("audit");
        const extra = "/etc/portcullis/clair/extra.yaml";
        host.read(`echo more > ${extra}`);
        stack.change({ audit: { ...setting, allowedWarnings: ["4.5"], enforce: false } });
        const ended = await stack.up();
        assert.notEqual(ended.status, 0);
        assert.match(ended.output, /the host is not as declared:/);
        assert.match(
            ended.output,
            /clair\/extra\.yaml .*is unexpected\. Remedy: look at it, and remove it on the host /,
        );
        host.read(`rm ${extra}`);
        assertDone(await stack.up());
        assert.deepEqual(found(), []);
        stack.change({ audit: setting });
        assertDone(await stack.up());
    });

    it("is mended by the command that the audit names, the next up", async () => {
        host.read(`docker update --memory 200m --memory-swap 200m portcullis-registry
            rm /etc/portcullis/clair/empty-mapping.json; chmod 0666 ${daemon}`);
        const { findings } = read().drift;
        assert.equal(findings.length, 4);
        const commands = new Set(findings.flatMap(({ remedy }) => commandsIn(remedy)));
        assert.deepEqual([...commands], [`./pulumiw up --stack ${host.name}`]);
        const ended = await stack.up();
        assertDone(ended);
        assert.match(ended.output, /container portcullis-registry \(changed\)/);
        assert.match(ended.output, /file \/etc\/portcullis\/clair\/empty-mapping\.json \(gone\)/);
        assert.deepEqual(found(), []);
    });
}
