import assert from "node:assert/strict";
import * as fs from "node:fs";
import { z } from "zod";
import { assertWhole } from "../losses/suite";
import { assertDone, type Ended, type TestHost } from "../stack";
import type { CheckCase, DriftCase, MessageCase } from "./case";
import { bareCheckCases, checkCases } from "./checks";
import { commandsIn } from "./commands";
import { driftCases } from "./drift";
import { firstCase, lastCases, messageCases } from "./messages";
import { remedyStack, type RemedyStack } from "./stack";

const findingSchema = z.object({
    problem: z.string(),
    subject: z.string(),
    key: z.string(),
    live: z.unknown().optional(),
    remedy: z.string(),
});

const checkSchema = z.object({
    id: z.string(),
    result: z.string(),
    details: z.string().optional(),
    items: z.array(z.string()).optional(),
    remediation: z.string().optional(),
});

const auditSchema = z.object({
    tests: z.array(z.object({ results: z.array(checkSchema) })),
    drift: z.object({ findings: z.array(findingSchema) }).optional(),
});

type Audit = z.infer<typeof auditSchema>;

/** A module that puts the clock of a Node program ahead. */
function clockAhead(seconds: number): string {
    const text = `const Real = Date; const ahead = ${seconds * 1000};
globalThis.Date = class extends Real {
    constructor(...given) { if (given.length === 0) super(Real.now() + ahead); else super(...given); }
    static now() { return Real.now() + ahead; }
};`;
    return `NODE_OPTIONS='--import data:text/javascript;base64,${Buffer.from(text).toString("base64")}' `;
}

/** Puts all that the program prints as a remedy to the test: the command is taken from what was printed. */
export function remedySuite(host: TestHost): void {
    const on = remedyStack(host);
    const { stack, deployment } = on;

    describe(`remedies on ${host.release}`, () => {
        before(() => deployment.prepare());

        after(() => {
            host.down();
            fs.rmSync(stack.settingsFile, { force: true });
        });

        for (const one of bareCheckCases) {
            it(`mend without a stack: ${one.name}`, () =>
                checkRemedies(
                    on,
                    one,
                    `--host ssh://root@${host.address} --identity ${host.folder}/id_ed25519 --host-key ${host.folder}/host_key.pub`,
                ));
        }

        it(`mend what a message tells: ${firstCase.name}`, () => messageRemedy(on, firstCase));

        for (const cases of rounds()) {
            it(`mend drift: ${cases.map(({ name }) => name).join(", and ")}`, () => driftRemedies(on, cases));
        }
        for (const one of checkCases) {
            it(`mend what a check finds: ${one.name}`, () => checkRemedies(on, one, `--stack ${host.name}`));
        }
        it("leave a host as it was declared where a check named them", async () => {
            assertDone(await stack.up());
            await assertWhole(deployment);
        });
        for (const one of [...messageCases, ...lastCases]) {
            it(`mend what a message tells: ${one.name}`, () => messageRemedy(on, one));
        }
    });
}

async function begin(on: RemedyStack, { state }: { readonly state: DriftCase["state"] }): Promise<void> {
    if (typeof state === "string") {
        on.host.read(`{\n${state.replaceAll("ADDRESS", on.host.address)}\n} >/dev/null`);
    } else {
        await state(on);
    }
}

function end({ host }: RemedyStack, { after = "" }: { readonly after?: string }): void {
    host.read(`{\n:\n${after}\n} >/dev/null 2>&1`);
}

async function auditOf({ stack }: RemedyStack, words: string, ahead = 0): Promise<Audit> {
    const clock = ahead === 0 ? "" : clockAhead(ahead);
    const ended = await stack.shell(`${clock}bin/portcullis audit ${words} --format json`);
    assert.ok(ended.status === 0 || ended.status === 1, ended.stderr);
    return auditSchema.parse(JSON.parse(ended.stdout));
}

/** The commands of a printed text, each as the case has it. */
function printed(
    text: string,
    expected: readonly RegExp[],
    filled: Readonly<Record<string, string>> = {},
): string[] {
    const commands = commandsIn(text);
    assert.equal(commands.length, expected.length, `${text}\n${commands.join("\n")}`);
    return commands.map((command, at) => {
        assert.match(command, expected[at] ?? /^$/);
        return Object.entries(filled).reduce(
            (line, [name, value]) => line.replaceAll(name, () => value),
            command,
        );
    });
}

/** Runs a command where it belongs. A person answers the question of `up` and `destroy` with yes. */
async function obey(
    { host, stack }: RemedyStack,
    command: string,
    where: MessageCase["where"] = "host",
): Promise<void> {
    const isPulumi = command.startsWith("./pulumiw");
    if (!isPulumi && where === "host") {
        const ended = host.sh(`set -e\n${command}\n`);
        assert.equal(ended.status, 0, `${command}\n${ended.stdout}${ended.stderr}`);
        return;
    }
    const answered = /^\.\/pulumiw (up|destroy)\b/.test(command)
        ? `${command} --yes --skip-preview`
        : command;
    const asked = /config set .*--secret/.test(command)
        ? `echo a-password-of-a-test | ${answered}`
        : answered;
    const ended = await stack.shell(asked);
    const fine = command.startsWith("bin/portcullis audit") ? [0, 1] : [0];
    assert.ok(fine.includes(ended.status), `${command}\n${ended.output.slice(-4000)}`);
}

/** The cases of drift by their rounds. */
function rounds(): DriftCase[][] {
    const cases = Object.values(driftCases).flat();
    return [...new Set(cases.map(({ round }) => round))]
        .sort()
        .map((number) => cases.filter(({ round }) => round === number));
}

type Finding = z.infer<typeof findingSchema>;

/** The finding of each case, by audits with the clocks that the cases want. */
async function findingsOf(on: RemedyStack, cases: readonly DriftCase[]): Promise<Map<DriftCase, Finding>> {
    const found = new Map<DriftCase, Finding>();
    for (const ahead of new Set(cases.map((one) => one.ahead ?? 0))) {
        const { drift } = await auditOf(on, `--stack ${on.name}`, ahead);
        for (const one of cases.filter((other) => (other.ahead ?? 0) === ahead)) {
            const own = drift?.findings.find(
                ({ subject, key }) => subject === one.subject && (one.key === undefined || key === one.key),
            );
            assert.ok(own !== undefined, `${one.name}: ${JSON.stringify(drift?.findings, null, 1)}`);
            found.set(one, own);
        }
    }
    return found;
}

async function driftRemedies(on: RemedyStack, cases: readonly DriftCase[]): Promise<void> {
    for (const one of cases) {
        await begin(on, one);
    }
    const found = await findingsOf(on, cases);
    const commands = cases.flatMap((one) => printed(found.get(one)?.remedy ?? "", one.commands, one.filled));
    // What is to be done on the host comes first, in the remedies that have both.
    const isLast = (command: string): boolean => command.startsWith("./pulumiw");
    const once = [...new Set(commands)];
    for (const command of [...once.filter((line) => !isLast(line)), ...once.filter(isLast)]) {
        await obey(on, command);
    }
    const late = cases.filter(({ ahead }) => ahead !== undefined);
    // The clock of the certificate's maker was not ahead: the certificate ends as long after today as the one before it did.
    for (const [one, { live }] of await findingsOf(on, late)) {
        const before = found.get(one)?.live;
        assert.ok(typeof live === "string" && typeof before === "string" && live > before, one.name);
    }
    for (const one of cases) {
        end(on, one);
    }
    await assertWhole(on.deployment);
}

function findCheck({ tests }: Audit, id: string): z.infer<typeof checkSchema> {
    const found = tests.flatMap(({ results }) => results).find((one) => one.id === id);
    assert.ok(found !== undefined, id);
    return found;
}

async function checkRemedies(on: RemedyStack, one: CheckCase, words: string): Promise<void> {
    await begin(on, one);
    const before = await auditOf(on, words);
    for (const [id, { command, filled }] of Object.entries(one.checks)) {
        const { result, remediation = "", items = [] } = findCheck(before, id);
        assert.notEqual(result, "PASS", id);
        const [line = ""] = printed(remediation, [command], {
            ...filled,
            FILE: filled?.["FILE"] ?? items[0] ?? "",
        });
        await obey(on, line);
    }
    const after = await auditOf(on, words);
    for (const [id, { stays }] of Object.entries(one.checks)) {
        const [then, now] = [findCheck(before, id), findCheck(after, id)];
        assert.ok(
            now.result === "PASS" || stays === true || now.details !== then.details,
            `${id}: ${JSON.stringify(now)}`,
        );
    }
    end(on, one);
}

async function messageRemedy(on: RemedyStack, one: MessageCase): Promise<void> {
    const ways = one.ways ?? [one.commands.map((_, at) => at)];
    for (const way of ways.length === 0 ? [[]] : ways) {
        await begin(on, one);
        const ended: Ended = await one.printing(on);
        const line = ended.output.split("\n").find((text) => one.said.test(text));
        assert.ok(line !== undefined, ended.output.slice(-4000));
        const commands = printed(line, one.commands, one.filled);
        for (const at of way) {
            await obey(on, commands[at] ?? "", one.where);
        }
        if (one.mended === undefined) {
            await assertWhole(on.deployment);
        } else {
            await one.mended(on);
        }
    }
    if (one.after !== undefined) {
        end(on, one);
    }
}
