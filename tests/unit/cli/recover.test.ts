import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { isEngineInDoubt } from "../../../cli/recover";
import { openOperations, openOperationsOf } from "../../../cli/recover/events";
import { compareObjects, parseObjects } from "../../../cli/recover/objects";
import {
    dockerUrns,
    mended,
    pendingOperations,
    stateSchema,
    withoutEngine,
    type State,
} from "../../../cli/recover/state";

const urnOf = (type: string, name: string): string => `urn:pulumi:dev::portcullis::${type}::${name}`;
const command = "command:remote:Command";
const container = "docker:index/container:Container";
const network = "docker:index/network:Network";

function event(kind: string, op: string, type: string, name: string, planning = false): string {
    return JSON.stringify({
        sequence: 1,
        [kind]: { metadata: { op, urn: urnOf(type, name), type }, planning },
    });
}

const stepLine = "/usr/local/lib/portcullis/run.sh sealed place-file.sh /a # 123";

function state(change: Record<string, unknown> = {}): State {
    return stateSchema.parse({
        version: 3,
        deployment: {
            secrets_providers: { type: "passphrase" },
            resources: [
                { urn: urnOf("pulumi:pulumi:Stack", "dev"), type: "pulumi:pulumi:Stack" },
                {
                    urn: urnOf(command, "file"),
                    type: command,
                    id: "1",
                    inputs: { create: stepLine, kept: 1 },
                },
                {
                    urn: urnOf(command, "other"),
                    type: command,
                    id: "2",
                    inputs: { create: "bin/portcullis gate" },
                },
                { urn: urnOf(container, "web"), type: container, id: "aaa", inputs: {} },
                { urn: urnOf(network, "net"), type: network, id: "bbb" },
            ],
            ...change,
        },
    });
}

describe("a stack whose host has no engine any more", () => {
    const provider = "pulumi:providers:docker";
    const step = { urn: urnOf(command, "step"), type: command, id: "7", inputs: { create: stepLine } };

    it("keeps all but the engine's objects, and all that is said of them goes", () => {
        const before = state({
            pending_operations: [
                { resource: { urn: urnOf(container, "web"), type: container }, type: "deleting" },
                { resource: { urn: urnOf(command, "file"), type: command }, type: "creating" },
            ],
            resources: [
                { urn: urnOf(provider, "docker"), type: provider, id: "p" },
                { urn: urnOf(container, "web"), type: container, id: "aaa", inputs: {} },
                {
                    ...step,
                    dependencies: [urnOf(container, "web"), urnOf(command, "file")],
                    propertyDependencies: {
                        create: [urnOf(command, "file"), urnOf(container, "web")],
                        stdin: null,
                    },
                    deletedWith: urnOf(container, "web"),
                },
                { urn: urnOf(command, "file"), type: command, id: "1", deletedWith: step.urn },
            ],
        });
        const rest = withoutEngine(before);
        assert.deepEqual(rest?.names, ["web"]);
        assert.deepEqual(rest.state, {
            version: 3,
            deployment: {
                secrets_providers: { type: "passphrase" },
                resources: [
                    {
                        ...step,
                        dependencies: [urnOf(command, "file")],
                        propertyDependencies: { create: [urnOf(command, "file")], stdin: [] },
                    },
                    { urn: urnOf(command, "file"), type: command, id: "1", deletedWith: step.urn },
                ],
                pending_operations: [
                    { resource: { urn: urnOf(command, "file"), type: command }, type: "creating" },
                ],
            },
        });
    });

    it("is left as it is where it has no object of an engine", () => {
        assert.equal(withoutEngine(state({ resources: [step] })), undefined);
        assert.equal(withoutEngine(state({ resources: undefined })), undefined);
    });
});

describe("recovery of an interrupted run", () => {
    it("knows the operations that began and did not end well", () => {
        const text = [
            event("resourcePreEvent", "create", command, "previewed", true),
            event("resourcePreEvent", "same", command, "same"),
            event("resourcePreEvent", "refresh", container, "looked-at"),
            event("resourcePreEvent", "create", "portcullis:host:HardenedHost", "host"),
            event("resourcePreEvent", "delete", "pulumi:pulumi:Stack", "dev"),
            event("resourcePreEvent", "create", command, "done"),
            event("resourcePreEvent", "delete", command, "cut"),
            event("resOutputsEvent", "create", command, "done"),
            event("resourcePreEvent", "update", command, "failed"),
            event("resOpFailedEvent", "update", command, "failed"),
            JSON.stringify({ sequence: 9, summaryEvent: {} }),
            event("resourcePreEvent", "create", container, "late").slice(0, -5),
        ].join("\n");
        assert.deepEqual(
            openOperations(text).map(({ op, urn, failed }) => [op, urn, failed]),
            [
                ["delete", urnOf(command, "cut"), false],
                ["update", urnOf(command, "failed"), true],
            ],
        );
        assert.deepEqual(openOperations(""), []);
    });

    it("takes no log for empty that it cannot read", () => {
        const known = event("resourcePreEvent", "create", command, "done");
        for (const line of [
            "no JSON",
            "{}",
            "[]",
            "null",
            "",
            JSON.stringify({ step: { op: "create", urn: urnOf(command, "file") } }),
            JSON.stringify({ sequence: 1, resourcePreEvent: { op: "create" } }),
        ]) {
            assert.throws(() => openOperations(`${known}\n${line}\n${known}\n`), /line 2 is no event/, line);
            assert.throws(() => openOperations(`${line}\n`), /line 1 is no event/, line);
        }
        const note = fs.mkdtempSync(path.join(os.tmpdir(), "portcullis-note-"));
        try {
            assert.deepEqual(openOperationsOf(note, "dev"), []);
            fs.writeFileSync(path.join(note, "events"), "{}\n");
            assert.throws(
                () => openOperationsOf(note, "dev"),
                /events: line 1 .*: look at the host \(bin\/portcullis audit --stack dev\), forget the note \(rm -r .*\), and bring the stack up: \.\/pulumiw up --stack dev --refresh$/,
            );
        } finally {
            fs.rmSync(note, { recursive: true });
        }
    });

    it("has a step taken again whose change or removal is in doubt, and touches nothing else", () => {
        const open = (op: string, name: string) => [
            { op, urn: urnOf(command, name), type: command, failed: true },
        ];
        for (const op of ["delete", "update", "delete-replaced", "create-replacement"]) {
            const better = mended(state(), open(op, "file"));
            const [, step, ...others] = better?.deployment.resources ?? [];
            assert.deepEqual(step?.inputs, { create: `${stepLine} # interrupted`, kept: 1 }, op);
            assert.deepEqual(others, state().deployment.resources?.slice(2));
            assert.equal(better?.["version"], 3);
        }
        // The scripts, which are installed by another command than a step's.
        const folder = "/usr/local/lib/portcullis";
        const toolkit = {
            urn: urnOf(command, "scripts"),
            type: command,
            inputs: {
                create: "sh -s",
                delete: `test ! -e ${folder}/run.sh || exec ${folder}/run.sh nothing remove-toolkit.sh`,
            },
        };
        const again = mended(state({ resources: [toolkit] }), open("delete", "scripts"));
        assert.equal(again?.deployment.resources?.[0]?.inputs?.["create"], "sh -s # interrupted");
        // What was never made is made anyway; a command that is no step of the host's is not ours to repeat.
        assert.equal(mended(state(), open("create", "file")), undefined);
        assert.equal(mended(state(), open("update", "other")), undefined);
        assert.equal(mended(state(), open("delete", "gone")), undefined);
    });

    it("drops operations that Pulumi thinks are under way, after they were looked at", () => {
        const pending = [
            { type: "creating", resource: { urn: urnOf(container, "new"), type: container } },
            { type: "deleting", resource: { urn: urnOf(command, "file"), type: command } },
        ];
        const open = pendingOperations(state({ pending_operations: pending }));
        assert.deepEqual(
            open.map(({ op }) => op),
            ["create", "delete"],
        );
        const better = mended(state({ pending_operations: pending }), open);
        assert.equal(JSON.stringify(better).includes("pending_operations"), false);
        assert.match(String(better?.deployment.resources?.[1]?.inputs?.["create"]), /# interrupted$/);
    });

    it("tells leftovers, stopped containers and missing ones apart", () => {
        const objects = parseObjects(
            "container aaa web exited\ncontainer ccc half created\nnetwork ddd lost\nnetwork bbb net\n",
        );
        assert.ok(objects !== undefined);
        const { leftovers, stopped, missing } = compareObjects(objects, state());
        assert.deepEqual(
            leftovers.map(({ name }) => name),
            ["half", "lost"],
        );
        assert.deepEqual(
            stopped.map(({ name }) => name),
            ["web"],
        );
        assert.deepEqual(missing, []);
        assert.deepEqual(compareObjects([], state()).missing, [
            urnOf(container, "web"),
            urnOf(network, "net"),
        ]);
        // An id of one kind is none of the other.
        assert.equal(compareObjects(parseObjects("network aaa net") ?? [], state()).leftovers.length, 1);
        assert.equal(parseObjects("none\n"), undefined);
        for (const line of ["volume a b", "container", "error", "none", "none\nnone\n"]) {
            assert.throws(() => parseObjects(line), /should not/);
        }
    });

    it("asks the engine where the run was cut short, or failed at an object of the engine, and else leaves it alone", () => {
        const open = (type: string, failed: boolean) => ({
            op: "create",
            urn: urnOf(type, "x"),
            type,
            failed,
        });
        assert.equal(isEngineInDoubt([]), false);
        assert.equal(isEngineInDoubt([open(command, true)]), false);
        assert.equal(isEngineInDoubt([open(command, true), open(command, false)]), true);
        assert.equal(isEngineInDoubt([open(command, true), open(container, true)]), true);
    });

    it("reads Docker resources again whose operation is open", () => {
        const open = ["web", "new"].map((name) => ({
            op: "delete",
            urn: urnOf(container, name),
            type: container,
            failed: false,
        }));
        assert.deepEqual(dockerUrns(state(), open), [urnOf(container, "web")]);
    });
});
