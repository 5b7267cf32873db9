import { local } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { quote } from "shell-quote";
import type { Settings } from "../../config/schema";
import type { Declaration } from "../../declaration";
import type { Connection } from "../../config/connection";
import { declaredTogether, type DeclaredItems } from "../declared";
import { parseOutput } from "../../outputs/parse";
import { versionOf } from "../version";
import type { Presence } from "../presence";
import type { Step, Toolkit } from "../toolkit";
import { auditOutputSchema, type AuditOutput } from "../../outputs/audit";
import { stepSettings, type BaselineInput, type StepInput } from "../../audit/step-input";

/** The part of a connection that the audit needs: the key's file, not the key. */
function reach({ address, port, user, privateKeyFile, hostKey }: Connection): BaselineInput["connection"] {
    return { address, port, user, privateKeyFile, hostKey };
}

interface AuditBaselineArgs {
    readonly connection: Connection;
    readonly toolkit: Toolkit;
    /** The host's machine id: another machine is audited anew. */
    readonly machine: string;
    readonly settings: Settings["audit"];
    /** The resources to wait for: they bring an engine that answers. */
    readonly after: readonly pulumi.Resource[];
}

/** The audit of the time before the first hardening, kept on the host. */
export class AuditBaseline extends pulumi.ComponentResource {
    /** JSON text in Docker Bench's shape. */
    readonly report: pulumi.Output<string>;
    /** The resource that is done once the host keeps the report. */
    readonly kept: pulumi.Resource;

    constructor(name: string, args: AuditBaselineArgs, opts?: pulumi.ComponentResourceOptions) {
        super("portcullis:audit:AuditBaseline", name, {}, opts);
        const { trustedUsers, dockerBench } = args.settings;
        const input: BaselineInput = {
            connection: reach(args.connection),
            settings: { trustedUsers, dockerBench },
        };
        const taken = new local.Command(
            `${name}-taken`,
            {
                create: `bin/portcullis audit-baseline # ${args.machine}`,
                stdin: JSON.stringify(input),
                logging: local.Logging.None,
                addPreviousOutputInEnv: false,
            },
            { parent: this, dependsOn: [...args.after] },
        );
        const kept: Step = args.toolkit.step(
            `${name}-kept`,
            { script: "keep-baseline.sh", stdin: taken.stdout, undo: { script: "forget-baseline.sh" } },
            { parent: this },
        );
        this.report = kept.output;
        this.kept = kept.resource;
        this.registerOutputs({});
    }
}

/** The facts of a hardened host that the audit needs. */
interface AuditedHost {
    readonly engine: { readonly connection: Connection; readonly presence: Presence };
    readonly facts: pulumi.Output<unknown>;
    readonly auditBaseline: pulumi.Output<string>;
    readonly declared: DeclaredItems;
}

/** A part of the stack that has containers and files on the host. */
interface AuditedPart {
    readonly containerIds: readonly pulumi.Input<string>[];
    readonly declared: DeclaredItems;
}

interface HostAuditArgs {
    readonly host: AuditedHost;
    /** Text put before the names of the stack's containers, networks and volumes. */
    readonly prefix: string;
    readonly settings: Settings["audit"];
    /** Folder for the report. */
    readonly reportFolder: string;
    /** The parts of the stack: with other containers, or another declaration, the host is audited again. */
    readonly parts: readonly AuditedPart[];
    /** The last step of `up` before the audit; with other results of that step the host is audited again. */
    readonly after: { readonly results: pulumi.Output<unknown>; readonly passed: pulumi.Resource };
}

/**
 * The audit after the deploy, set beside the baseline, and the comparison of the host with its declaration. The audit
 * fails when it is over its gate, and always when the host is not as declared.
 */
export class HostAudit extends pulumi.ComponentResource {
    readonly result: pulumi.Output<AuditOutput>;
    /** The host's required state, without secrets. */
    readonly declaration: pulumi.Output<Declaration>;

    constructor(name: string, args: HostAuditArgs, opts?: pulumi.ComponentResourceOptions) {
        super("portcullis:audit:HostAudit", name, {}, opts);
        const { host, settings } = args;
        // An exception that has expired covers nothing any more, although no setting changed.
        const today = new Date().toISOString().slice(0, 10);
        const expired = settings.exceptions.filter(({ expires }) => expires < today);
        const { generations } = host.engine.presence.remembered();
        this.declaration = declaredTogether(
            host.declared,
            ...args.parts.map(({ declared }) => declared),
        ).apply((items): Declaration => ({
            format: 1,
            stack: pulumi.getStack(),
            prefix: args.prefix,
            items,
        }));
        const input = pulumi
            .all([
                host.auditBaseline,
                host.facts,
                this.declaration,
                pulumi.all(args.parts.flatMap((part) => part.containerIds)),
                args.after.results,
            ])
            .apply(([baseline, facts, declaration, containers, results]): StepInput => ({
                connection: reach(host.engine.connection),
                settings: stepSettings(settings),
                baseline,
                declaration,
                stack: JSON.stringify([facts, containers, results, generations, expired]),
            }));
        const audited = new local.Command(
            `${name}-after`,
            {
                create: `${quote(["bin/portcullis", "audit-step", "--reports", args.reportFolder])} # ${versionOf("audit", "cli/audit-step.ts")}`,
                stdin: input.apply((value) => JSON.stringify(value)),
                logging: local.Logging.None,
                addPreviousOutputInEnv: false,
            },
            { parent: this, dependsOn: [args.after.passed] },
        );
        this.result = audited.stdout.apply((text) =>
            parseOutput(auditOutputSchema, "bin/portcullis audit-step", text),
        );
        this.registerOutputs({ result: this.result });
    }
}
