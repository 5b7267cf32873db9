import { local, remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { quote } from "shell-quote";
import type { DeclaredItems } from "../declared";
import { sshArguments } from "../../transport/connection";
import type { Connection } from "../../config/connection";
import { commandConnection } from "../connection";
import {
    declaredScripts,
    hostScripts,
    renderToolkit,
    scriptLine,
    shortDigest,
    toolkitDigest,
    toolkitFolder,
    undoLine,
    type Script,
    type ScriptInput,
} from "./scripts";
import { claimHost } from "../presence/claim";
import type { Presence } from "../presence";
import { sealed } from "../../transport/seal";

/** Scripts that run where Pulumi runs; relative to the project's root, so that state names no machine's paths. */
const localScripts = "components/toolkit/scripts/local";

/** A call of one of the host's scripts. */
interface ScriptCall {
    /** File name of the script, e.g. `place-file.sh`. */
    readonly script: string;
    /** The script's arguments; never a secret. @default none */
    readonly args?: readonly pulumi.Input<string>[];
}

/** A step on the host: a script that does, and a script that undoes. */
interface StepArgs extends ScriptCall {
    /** What `destroy` runs. @default nothing */
    readonly undo?: ScriptCall;
    /** Data for the script's standard input; the place for secrets. @default none */
    readonly stdin?: pulumi.Input<string>;
    /** Values whose change runs the step again; so does a change of its arguments or input. @default none */
    readonly rerunOn?: readonly pulumi.Input<string>[];
}

/** A step whose standard input is a file of the machine that runs Pulumi. */
interface StreamArgs extends ScriptCall {
    readonly file: string;
    /** SHA-256 of the file, in hex; another content is refused before it is sent. */
    readonly sha256: string;
    /** What `destroy` runs. @default nothing */
    readonly undo?: ScriptCall;
    /** Values whose change runs the step again; so does a change of its arguments or file. @default none */
    readonly rerunOn?: readonly pulumi.Input<string>[];
}

/** A step that was taken, and what its script printed. */
export interface Step {
    readonly resource: pulumi.Resource;
    /**
     * Standard output as plain text: scripts print no secrets. The connection's key is a secret input, and Pulumi would
     * make each output of a remote command a secret too.
     */
    readonly output: pulumi.Output<string>;
}

interface ToolkitArgs {
    readonly connection: Connection;
    readonly presence: Presence;
    /** What tells the stack's state from that of another stack of the same name. */
    readonly stateId: pulumi.Input<string>;
}

/** Our scripts on the host. A script runs in one way only: one short command line, with data on standard input. */
export class Toolkit extends pulumi.ComponentResource {
    readonly connection: Connection;
    readonly installed: pulumi.Resource;
    readonly declared: DeclaredItems;
    private readonly scripts: ReadonlyMap<string, Script>;
    private readonly presence: Presence;
    private readonly stack = `${pulumi.getProject()}/${pulumi.getStack()}`;

    constructor(name: string, args: ToolkitArgs, opts?: pulumi.ComponentResourceOptions) {
        super("portcullis:host:Toolkit", name, {}, opts);
        const scripts = hostScripts();
        this.connection = args.connection;
        this.presence = args.presence;
        this.scripts = new Map(scripts.map((script) => [script.name, script]));
        const claim = claimHost(`${name}-claim`, args, this);
        this.installed = new remote.Command(
            `${name}-scripts`,
            {
                connection: commandConnection(args.connection),
                create: "sh -s",
                // The scripts may be gone: an earlier `destroy` removed them, but was cut off before it said so.
                delete: `test ! -e ${toolkitFolder}/run.sh || exec ${toolkitFolder}/run.sh nothing remove-toolkit.sh`,
                stdin: renderToolkit(scripts, args.presence.toolkit(toolkitDigest(scripts))),
                logging: remote.Logging.None,
                addPreviousOutputInEnv: false,
            },
            // The deletion of the old resource would take the new scripts away.
            { parent: this, deleteBeforeReplace: true, dependsOn: [claim] },
        );
        this.declared = this.installed.urn.apply((resource) => declaredScripts(resource, scripts));
        this.registerOutputs({ folder: toolkitFolder });
    }

    /** Runs a script on the host when the resource is created or changed, and its counterpart when it is deleted. */
    step(name: string, args: StepArgs, opts: pulumi.CustomResourceOptions): Step {
        const command = new remote.Command(
            name,
            {
                connection: commandConnection(this.connection),
                create: this.line(name, args, args.stdin === undefined ? "nothing" : "sealed"),
                delete: args.undo && this.undoLine(name, args.undo),
                stdin: args.stdin && pulumi.output(args.stdin).apply(sealed),
                logging: args.stdin === undefined ? remote.Logging.Stderr : remote.Logging.None,
                addPreviousOutputInEnv: false,
            },
            this.options(opts, args.undo),
        );
        return { resource: command, output: pulumi.unsecret(command.stdout) };
    }

    /** Like `step`, with a local file on the script's standard input. No copy of the file stays behind on the way. */
    stream(name: string, args: StreamArgs, opts: pulumi.CustomResourceOptions): Step {
        const command = new local.Command(
            name,
            {
                create: this.line(name, args, "stream").apply((line) =>
                    quote(["sh", `${localScripts}/send.sh`, args.file, args.sha256, line]),
                ),
                delete:
                    args.undo &&
                    this.undoLine(name, args.undo).apply((line) =>
                        quote(["sh", `${localScripts}/call.sh`, line]),
                    ),
                // The arguments are not in the command line: they are long, and an error repeats the command line.
                environment: { PORTCULLIS_SSH: quote(sshArguments(this.connection)) },
                logging: local.Logging.Stderr,
                addPreviousOutputInEnv: false,
            },
            this.options(opts, args.undo),
        );
        return { resource: command, output: pulumi.unsecret(command.stdout) };
    }

    private line(step: string, args: StepArgs | StreamArgs, input: ScriptInput): pulumi.Output<string> {
        const script = this.script(args);
        const generation = this.presence.generation(step);
        const { args: words = [], rerunOn = [], undo } = args;
        return pulumi
            .all([pulumi.all([...words]), pulumi.all([...rerunOn]), pulumi.all([...(undo?.args ?? [])])])
            .apply(([known, versions, undoWords]) => {
                const undone = undo && [undo.script, ...undoWords];
                const caller = { stack: this.stack, step, generation, undo: undone };
                const line = scriptLine(script, input, known, caller);
                return versions.length === 0 ? line : `${line} ${shortDigest(...versions)}`;
            });
    }

    private undoLine(step: string, undo: ScriptCall): pulumi.Output<string> {
        const script = this.script(undo);
        return pulumi
            .all([...(undo.args ?? [])])
            .apply((words) => undoLine(script, words, { stack: this.stack, step }));
    }

    private script({ script: name }: ScriptCall): Script {
        const script = this.scripts.get(name);
        if (script === undefined) {
            throw new Error(`there is no host script ${name} under components/*/scripts`);
        }
        return script;
    }

    private options(
        opts: pulumi.CustomResourceOptions,
        undo: ScriptCall | undefined,
    ): pulumi.CustomResourceOptions {
        // What a step made under another path or name goes before the new one is made.
        const replaceOnChanges = undo?.args === undefined ? [] : ["delete"];
        const own = { deleteBeforeReplace: true, dependsOn: [this.installed], replaceOnChanges };
        return pulumi.mergeOptions(own, opts);
    }
}
