import { local } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { quote } from "shell-quote";
import type { Settings } from "../../config/schema";
import type { Connection } from "../connection";
import { parseFacts } from "../host/facts";
import type { Step, Toolkit } from "../toolkit";
import { auditOutputSchema, type AuditOutput, type BaselineInput, type StepInput } from "./step";

/** What of a connection the audit needs: the key's file, not the key. */
function reach({ address, port, user, privateKeyFile, hostKey }: Connection): BaselineInput["connection"] {
    return { address, port, user, privateKeyFile, hostKey };
}

export interface AuditBaselineArgs {
    readonly connection: Connection;
    readonly toolkit: Toolkit;
    readonly settings: Settings["audit"];
    /** What must be there: an engine that answers. */
    readonly after: readonly pulumi.Resource[];
}

/** The audit of the time before the first hardening, kept on the host. */
export class AuditBaseline extends pulumi.ComponentResource {
    /** JSON text in Docker Bench's shape. */
    readonly report: pulumi.Output<string>;
    /** Done when it is kept. */
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
                create: "bin/portcullis audit-baseline",
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

/** What the audit needs of a hardened host. */
export interface AuditedHost {
    readonly engine: { readonly connection: Connection };
    readonly facts: pulumi.Output<unknown>;
    readonly auditBaseline: pulumi.Output<string>;
}

export interface HostAuditArgs {
    readonly host: AuditedHost;
    readonly settings: Settings["audit"];
    /** Folder for the report. */
    readonly reportFolder: string;
    /** What has containers on the host; with others of them the host is audited again. */
    readonly parts: readonly { readonly containerIds: readonly pulumi.Input<string>[] }[];
    /** The last that `up` does before; with other results the host is audited again. */
    readonly after: { readonly results: pulumi.Output<unknown>; readonly passed: pulumi.Resource };
}

/** The audit after the deploy, set beside the baseline; over its gate it fails. */
export class HostAudit extends pulumi.ComponentResource {
    readonly result: pulumi.Output<AuditOutput>;

    constructor(name: string, args: HostAuditArgs, opts?: pulumi.ComponentResourceOptions) {
        super("portcullis:audit:HostAudit", name, {}, opts);
        const { host, settings } = args;
        const input = pulumi
            .all([
                host.auditBaseline,
                host.facts,
                pulumi.all(args.parts.flatMap((part) => part.containerIds)),
                args.after.results,
            ])
            .apply(([baseline, facts, containers, results]): StepInput => ({
                connection: reach(host.engine.connection),
                settings,
                baseline,
                stack: JSON.stringify([facts, containers, results]),
            }));
        const audited = new local.Command(
            `${name}-after`,
            {
                create: quote(["bin/portcullis", "audit-step", "--reports", args.reportFolder]),
                stdin: input.apply((value) => JSON.stringify(value)),
                logging: local.Logging.None,
                addPreviousOutputInEnv: false,
            },
            { parent: this, dependsOn: [args.after.passed] },
        );
        this.result = audited.stdout.apply((text) =>
            parseFacts(auditOutputSchema, "bin/portcullis audit-step", text),
        );
        this.registerOutputs({ result: this.result });
    }
}
