/** The messages that name a command, and the states in which they are printed. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import { assertDone, root } from "../stack";
import { assertWhole } from "../losses/suite";
import type { MessageCase, NotRun } from "./case";
import type { RemedyStack } from "./stack";

const up = /^\.\/pulumiw up --stack \S+$/;
const destroy = /^\.\/pulumiw destroy --stack \S+$/;
const forget = /^\.\/pulumiw stack rm --force --preserve-config --yes \S+$/;
const daemon = "/etc/docker/daemon.json";
const owner = "/var/lib/portcullis/owner.json";
const run = "/usr/local/lib/portcullis/run.sh";

/** A script of ours on the host, called by hand; its message is that of a step. */
function script(words: string): MessageCase["printing"] {
    return ({ stack, name }) => stack.shell(`lab/lab ssh ${name} '${words}'`);
}

const audit: MessageCase["printing"] = ({ stack, name }) =>
    stack.shell(`bin/portcullis audit --stack ${name} --format json`);

const noDeclaration = [
    /^mkdir -p \S+ && \.\/pulumiw stack output declared --stack \S+ --json --show-secrets >\S+$/,
    up,
];

/** The stack is not up yet, and the command that is printed for that is the one that brings it up. */
export const firstCase: MessageCase = {
    name: "the stack is not up yet",
    state: "true",
    printing: audit,
    said: /cannot read what the stack declared/,
    commands: noDeclaration,
    ways: [[1]],
};

/** A preview that finds nothing to do. */
async function assertNothingToDo({ stack }: RemedyStack): Promise<void> {
    assertDone(await stack.preview("--expect-no-changes"));
}

export const messageCases: readonly MessageCase[] = [
    {
        name: "daemon.json is no JSON",
        state: `echo '{' > ${daemon}`,
        printing: audit,
        said: /it is no JSON object/,
        commands: [up],
    },
    {
        name: "the stack's declaration is gone from this machine",
        state: ({ reports }) => {
            fs.rmSync(path.join(root, reports), { recursive: true });
        },
        printing: audit,
        said: /cannot read what the stack declared/,
        commands: noDeclaration,
        where: "here",
        ways: [[0]],
        mended: async (on) => {
            const ended = await audit(on);
            assert.notEqual(ended.status, 2, ended.stderr);
        },
    },
    {
        name: "the note of an interrupted run is no note",
        state: ({ name }) => {
            const note = path.join(root, ".portcullis/runs", name);
            fs.mkdirSync(note, { recursive: true });
            fs.writeFileSync(path.join(note, "command"), "up\n");
            fs.writeFileSync(path.join(note, "began"), "1700000000\n");
            fs.writeFileSync(path.join(note, "events"), "nonsense\n");
        },
        printing: ({ stack }) => stack.up(),
        said: /what the interrupted run left open cannot be read/,
        commands: [
            /^bin\/portcullis audit --stack \S+$/,
            /^rm -r \S+$/,
            /^\.\/pulumiw up --stack \S+ --refresh$/,
        ],
        where: "here",
    },
    {
        name: "what is to be predicted from is no preview",
        state: "true",
        printing: ({ stack, name }) => stack.shell(`echo '{}' | bin/portcullis predict --stack ${name}`),
        said: /standard input is no preview/,
        commands: [/^\.\/pulumiw preview --stack \S+ --json --show-sames$/],
        mended: async ({ stack, name }) => {
            const ended = await stack.shell(
                `./pulumiw preview --stack ${name} --json --show-sames | bin/portcullis predict --stack ${name}`,
            );
            assertDone(ended);
        },
    },
    {
        name: "the registry's password is not encrypted in the settings",
        state: ({ stack }) => {
            stack.change({ registryPassword: "a password that anybody can read" });
        },
        printing: ({ stack, name }) => stack.shell(`./pulumiw preview --stack ${name}`),
        said: /registryPassword is stored in plain text/,
        commands: [
            /^\.\/pulumiw config set --stack \S+ --secret portcullis:registryPassword$/,
            /^\.\/pulumiw config rm --stack \S+ portcullis:registryPassword$/,
        ],
        ways: [[0, 1]],
        mended: async (on) => {
            await assertNothingToDo(on);
            on.stack.reset();
        },
    },
    {
        name: "the authorization plugin is to go while the engine asks it",
        state: "true",
        printing: script(`${run} nothing remove-authorization.sh`),
        said: /the engine still asks the authorization plugin/,
        commands: [/^systemctl restart docker$/],
        mended: async ({ host, stack, deployment }) => {
            // The first half of the remedy is an edit; by the second half the engine hears of it.
            const settings = z.record(z.string(), z.unknown()).parse(JSON.parse(host.read(`cat ${daemon}`)));
            const { "authorization-plugins": asked, ...others } = settings;
            assert.deepEqual(asked, ["portcullis-authorization"]);
            host.read(`cat > ${daemon} <<'EOF'\n${JSON.stringify(others)}\nEOF\nsystemctl restart docker
${run} nothing remove-authorization.sh`);
            assertDone(await stack.up());
            await assertWhole(deployment);
        },
    },
    {
        name: "a step needs ids that are gone",
        state: "sed -i '/^dockremap:/d' /etc/subuid",
        printing: script(`printf x | ${run} stream place-file.sh /root/never 0400 999`),
        said: /\/etc\/subuid has no range for dockremap/,
        commands: [/^\.\/pulumiw up$/],
    },
    {
        name: "the stack's state is lost",
        state: async ({ host, stack }) => {
            host.read("docker volume inspect portcullis-registry > /root/volume");
            fs.renameSync(path.join(stack.folder, "state"), path.join(stack.folder, "state.lost"));
            fs.mkdirSync(path.join(stack.folder, "state"));
            await stack.init();
        },
        printing: ({ stack }) => stack.up(),
        said: /this host belongs to the stack portcullis\/\S+ \(its state has the id/,
        commands: [
            /^docker ps --all --quiet --filter label=portcullis\.stack=(\S+) \| xargs -r docker rm --force; docker network ls --quiet --filter label=portcullis\.stack=\1 \| xargs -r docker network rm; rm \S+$/,
        ],
        mended: async ({ host, stack, deployment }) => {
            assertDone(await stack.up());
            await assertWhole(deployment);
            // The volumes are the same ones.
            host.read("docker volume inspect portcullis-registry | cmp - /root/volume && rm /root/volume");
        },
    },
    {
        name: "another machine is set",
        state: ({ host, stack }) => {
            host.read(
                `cp /etc/machine-id /root/machine-id; echo ${"0123456789abcdef".repeat(2)} > /etc/machine-id; ip address add ${other(host.address)}/29 dev "$(ip -o route show default | sed 's/.* dev \\([^ ]*\\).*/\\1/')"`,
            );
            stack.change({ host: { ...stack.example("host"), address: other(host.address) } });
        },
        printing: ({ stack }) => stack.up(),
        said: /but this stack stands on .*, another machine/,
        commands: [destroy, forget],
        ways: [],
        mended: async ({ host, stack, deployment }) => {
            host.read("mv /root/machine-id /etc/machine-id");
            stack.reset();
            await assertNothingToDo({ host, stack, deployment, name: host.name, reports: "" });
        },
    },
];

/** Another address of the same small network. */
function other(address: string): string {
    return address.replace(/\.(\d+)$/, (_, last: string) => `.${Number(last) + 1}`);
}

/** Cases that end the stack, in this order. */
export const lastCases: readonly MessageCase[] = [
    {
        name: "the engine is stopped, and the stack is destroyed",
        state: "systemctl stop docker.socket docker",
        printing: ({ stack }) => stack.destroy(),
        said: /the host's engine gives no answer, and nothing was destroyed/,
        commands: [/^journalctl -u docker$/, up, /^systemctl start docker$/],
        ways: [[1], [2]],
    },
    {
        name: "the scripts are gone, and the stack is destroyed",
        state: "rm -r /usr/local/lib/portcullis",
        printing: ({ stack }) => stack.destroy(),
        said: /these steps are not undone/,
        commands: [up, destroy],
        mended: ({ host }) => {
            assert.equal(
                host.read(
                    `ls -d ${owner} /etc/portcullis /usr/local/lib/portcullis* /etc/docker/daemon.json /var/lib/portcullis 2>/dev/null || true`,
                ),
                "",
            );
            assert.equal(host.read("docker ps --all --quiet; docker images --quiet"), "");
            assert.match(host.read("docker info --format '{{.SecurityOptions}}'"), /^(?!.*userns)/);
            return Promise.resolve();
        },
    },
    {
        name: "the host is gone for good",
        state: ({ host }) => {
            host.down();
        },
        printing: ({ stack }) => stack.up(),
        said: /the host cannot be reached, and nothing was changed/,
        commands: [forget],
        mended: async ({ stack, name }) => {
            assert.notEqual((await stack.pulumi("stack", "select", name)).status, 0);
        },
    },
];

/** Commands of messages that no case runs, each with the reason. */
export const messagesNotRun: readonly NotRun[] = [
    {
        command:
            /^(journalctl -u|docker logs|docker info|docker image inspect|docker images|systemctl (cat|status)|auditctl -[sl])\b/,
        why: "it shows what is wrong, and changes nothing",
    },
    {
        command: /^systemctl daemon-reload$/,
        why: "it is the second half of an edit of somebody's unit: tests/integration/host.test.ts does both",
    },
    {
        command: /^auditctl -e 1 switches it on$/,
        why: "the kernel takes no audit settings from a container: `make test-vm`",
    },
    {
        command: /^\.\/pulumiw destroy --yes --stack X$/,
        why: "its state has no engine, in which no later case could be tried: tests/integration/presence.test.ts runs it",
    },
    {
        command:
            /^\.\/pulumiw config (set --stack X --secret --path 'portcullis:registryLogins\["REGISTRY"\]\.password'|rm --stack X portcullis:registryLogins)$/,
        why: "it needs a registry of others: tests/integration/upstream.test.ts runs it",
    },
    {
        command: /^cd X && sha256sum -- \* >SHA256SUMS$/,
        why: "it needs no host: tests/unit/config/archives.test.ts runs it",
    },
    {
        command: /^make (authorization-plugin|up|host)$/,
        why: "it builds or boots what these tests need themselves before they begin",
    },
    {
        command:
            /^(npm ci in X|pulumi plugin install|sha256sum \*\.tar\.gz >SHA256SUMS|diff -u X X|cp X X|rm X)$/,
        why: "it mends a checkout, and no host: tests/unit/toolchain/ has these states",
    },
    {
        command: /^(docker save( \| gzip)?|clairctl export-updaters.*|bin\/portcullis mirror build)$/,
        why: "it makes an archive on another machine, which has the image or the internet",
    },
    {
        command: /^docker tag$/,
        why: "it names an image that is to be scanned: tests/unit/components/scan-once.test.ts has that state",
    },
    {
        command:
            /^bin\/portcullis (audit-baseline|audit-step|gate|audit|audit --print-allowed-warnings)( # X)?$/,
        why: "it is no remedy: the program runs it, or a setting is explained by it",
    },
    {
        command: /^pulumi (stack output --json|preview --json --show-sames)$/,
        why: "it is no remedy: the help says where the input comes from",
    },
    {
        command: /^\.\/pulumiw config set --stack X --secret --path portcullis:scanner\.proxy$/,
        why: "the stack of these tests has no updaters, for which a proxy would be: tests/integration/proxy.test.ts runs it",
    },
    {
        command: /^rm -rf X\/\* X\/\.\[!\.\]\*$/,
        why: "it is no remedy: the container of Clair begins with it",
    },
];

/** Sentences that begin with the name of a program. */
export const prose = [
    /^auditctl is not installed$/,
    /^apt-get (update failed|could not install)/,
    /^pulumi X: XX: mend /,
] as const;
