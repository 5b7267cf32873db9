import assert from "node:assert/strict";
import { checks } from "../../audit/checks";
import { compareDrift } from "../../audit/drift/compare";
import type { LiveHost } from "../../audit/drift/live";
import { itemsOf } from "../../declaration";
import { settingsSections } from "../../cli/settings";
import { bareCheckCases, checkCases, checksNotRun } from "../support/remedies/checks";
import { commandsIn } from "../support/remedies/commands";
import { driftCases } from "../support/remedies/drift";
import { firstCase, lastCases, messageCases, messagesNotRun, prose } from "../support/remedies/messages";
import { printableTexts } from "../support/remedies/sources";
import { changes } from "./audit/drift/cases";
import { certificatePath, declaration, live, withPath } from "./audit/drift/sample";
import { certificateFacts } from "../../audit/drift/compare/certificate";
import { sampleCertificate } from "../support/host";

const cases = Object.values(driftCases).flat();
const ofChecks = [...checkCases, ...bareCheckCases].flatMap((one) =>
    Object.entries(one.checks).map(([id, { command }]) => ({ id, command })),
);
const ofMessages = [firstCase, ...messageCases, ...lastCases].flatMap(({ commands }) => commands);
const notRun = [...checksNotRun, ...messagesNotRun];

/** All patterns of commands, of those that a case runs and of those that none runs. */
const known = [
    ...cases.flatMap(({ commands }) => commands),
    ...ofChecks.map(({ command }) => command),
    ...ofMessages,
    ...notRun.map(({ command }) => command),
];

function withVolume(name: string, driver: string): LiveHost {
    return { ...live, engine: { ...live.engine, volumes: [{ name, driver, options: {} }] } };
}

/** The remedies of drift, from hosts that differ from the sample declaration in all known ways. */
function driftRemedies(): string[] {
    const { notAfter } = certificateFacts(sampleCertificate);
    const late = new Date(Date.parse(notAfter) - 1000);
    const hosts = [
        ...changes.map(([, host]) => host),
        withPath("/etc/p", { type: "file" }),
        withPath(certificatePath, { type: "directory" }),
        withVolume("p-data", "nfs"),
        withVolume("p-more", "local"),
    ];
    return [
        ...hosts.flatMap((host) => compareDrift(declaration, host, new Date("2027-01-15T10:00:00Z"))),
        ...compareDrift(declaration, live, late),
    ].flatMap(({ remedy }) =>
        // By the names that the two certificates of a stack have.
        ["server", "ca"].map((name) => remedy.replaceAll("::leaf'", `::registry-certificates-${name}'`)),
    );
}

describe("remedies that are printed", () => {
    it("are run by a case, each command of the program's texts, or named with the reason why not", () => {
        const texts = printableTexts();
        assert.ok(texts.length > 1000, "the texts of the program are not found");
        const commands = texts.flatMap(({ file, text }) =>
            commandsIn(text).map((command) => ({ file, command })),
        );
        const unknown = commands.filter(
            ({ command }) => ![...known, ...prose].some((pattern) => pattern.test(asPrinted(command))),
        );
        assert.deepEqual(unknown, []);
        const all = [
            ...commands.map(({ command }) => asPrinted(command)),
            ...checks.flatMap(({ remediation }) => commandsIn(remediation)),
            ...driftRemedies().flatMap(commandsIn),
        ];
        const stale = [...known, ...prose].filter((pattern) => !all.some((command) => pattern.test(command)));
        assert.deepEqual(stale, [], "no text of the program has these any more");
    });

    it("are those of the checks, by the check's id", () => {
        const left = checks.flatMap(({ id, remediation }) => {
            const own = ofChecks.filter((one) => one.id === id).map(({ command }) => command);
            const patterns = [...own, ...checksNotRun.map(({ command }) => command)];
            const same = ofChecks.map(({ command }) => command);
            // The files of the engine's TLS are named by settings that the stack refuses: the same command mends other files.
            const isSame = /tls(cacert|cert|key)\)/.test(remediation);
            return commandsIn(remediation)
                .filter((command) => !(isSame ? same : patterns).some((pattern) => pattern.test(command)))
                .map((command) => `${id}: ${command}`);
        });
        assert.deepEqual(left, []);
        assert.equal(new Set(ofChecks.map(({ id }) => id)).size, ofChecks.length, "a check is in two cases");
    });

    it("are those of drift, for each kind of declared thing and for what nobody declared", () => {
        const patterns = cases.flatMap(({ commands }) => commands);
        const commands = driftRemedies().flatMap(commandsIn);
        assert.ok(commands.length > 40);
        assert.deepEqual(
            commands.filter((command) => !patterns.some((pattern) => pattern.test(command))),
            [],
        );
        const kinds = [...new Set(declaration.items.map(({ kind }) => kind))];
        assert.deepEqual(
            kinds.filter((kind) => driftCases[kind].length === 0),
            // The kernel takes audit rules from no container; `make test-vm` loads them.
            ["auditRules"],
        );
        assert.equal(itemsOf(declaration, "auditRules").length, 1);
    });

    it("name settings that there are", () => {
        const keys = settingsSections().flatMap(({ rows }) => rows.map(({ key }) => `portcullis:${key}`));
        const named = printableTexts().flatMap(({ file, text }) =>
            [...text.matchAll(/portcullis:[a-z][A-Za-z]*(?:\.[a-z][A-Za-z]*)*(?!\w*:)/g)].map(([key]) => ({
                file,
                key,
            })),
        );
        assert.ok(named.length > 30);
        assert.deepEqual(
            named.filter(({ key }) => !keys.some((one) => one === key || one.startsWith(`${key}.`))),
            [],
        );
    });
});

/** A command of a source as it is printed, with some value in each of its places. */
function asPrinted(command: string): string {
    return command.replaceAll("@STACK@", "X");
}

describe("a command in a text", () => {
    for (const [text, ...commands] of [
        ["put it back: ./pulumiw up --stack dev", "./pulumiw up --stack dev"],
        [
            "mend it: rm -r -- '/a; b' && true; then run ./pulumiw up.",
            "rm -r -- '/a; b' && true",
            "./pulumiw up",
        ],
        ["chown root:root FILE, where FILE is a file", "chown root:root FILE"],
        ["see 'docker logs it' on the host", "docker logs it"],
        ['it goes (docker rm "a)b"), and `rm x` too', 'docker rm "a)b"', "rm x"],
        ["rm a\\; b; rest", "rm a\\; b"],
        ["docker swarm leave --force (all goes)", "docker swarm leave --force"],
        ["put the archive there, make it anew, docker is a word: docker"],
    ] as const) {
        it(`is found: ${text}`, () => {
            assert.deepEqual(commandsIn(text), commands);
        });
    }
});
