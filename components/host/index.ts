import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { AuditSettings } from "../../audit/settings";
import type { Archive } from "../../config/archives";
import type { EngineSettings } from "../../config/schema";
import { AuditBaseline } from "../audit";
import { dockerHostUrl, sshOptions } from "../../transport/connection";
import type { Connection } from "../../config/connection";
import { declaredTogether, type DeclaredItems } from "../declared";
import type { Engine } from "../engine";
import type { Presence } from "../presence";
import { Toolkit, type Step } from "../toolkit";
import { renderAuditRules } from "./audit-rules";
import { dataRoot, declaredAuthorization } from "./authorization";
import { renderDaemonJson } from "./daemon";
import { declaredHost } from "./declare";
import { daemonStepName, hostType } from "../../declaration/resources";
import {
    auditRuleFactsSchema,
    authorizationFactsSchema,
    engineFactsSchema,
    usernsProofSchema,
    type HostFacts,
    type UsernsProof,
} from "../../outputs/host";
import { parseOutput } from "../../outputs/parse";

interface HardenedHostArgs {
    readonly connection: Connection;
    readonly presence: Presence;
    /** What tells the stack's state from that of another stack of the same name. */
    readonly stateId: pulumi.Input<string>;
    readonly engine: EngineSettings;
    /** The program of the authorization plugin, on the machine that runs Pulumi. @default none */
    readonly authorizationPlugin?: Archive | undefined;
    /** Settings of the audit before the first hardening. */
    readonly audit: AuditSettings;
    /** Any text whose change makes the proof run again. @default "" */
    readonly rerun?: string | undefined;
}

/** The texts that the settings become on the host. */
interface RenderedHost {
    readonly daemonJson: string;
    readonly auditRules: string;
}

/** A host with a hardened engine that remaps user namespaces, and the proof of the remapping. */
export class HardenedHost extends pulumi.ComponentResource {
    /** The engine, for the other components. */
    readonly engine: Engine;
    /** `ssh://user@address:port`; the value is known once the engine is installed. */
    readonly dockerHost: pulumi.Output<string>;
    readonly facts: pulumi.Output<HostFacts>;
    readonly usernsProof: pulumi.Output<UsernsProof>;
    /** The audit before the first hardening: JSON text in Docker Bench's shape. */
    readonly auditBaseline: pulumi.Output<string>;
    readonly declared: DeclaredItems;

    constructor(name: string, args: HardenedHostArgs, opts?: pulumi.ComponentResourceOptions) {
        super(hostType, name, {}, opts);
        const rendered: RenderedHost = {
            daemonJson: renderDaemonJson(args.engine),
            auditRules: renderAuditRules(dataRoot(args.engine)),
        };
        const toolkit = new Toolkit(`${name}-toolkit`, args, { parent: this });
        const installed = this.install(name, toolkit, args.engine);
        const baseline = new AuditBaseline(
            `${name}-baseline`,
            {
                connection: args.connection,
                machine: args.presence.machine,
                toolkit,
                settings: args.audit,
                after: [installed.resource],
            },
            { parent: this },
        );
        const plugin = this.authorize(name, toolkit, args, baseline.kept);
        const configured = this.configure(name, toolkit, args.engine, rendered, [
            baseline.kept,
            ...(plugin === undefined ? [] : [plugin.resource]),
        ]);
        const auditRules = this.loadAuditRules(name, toolkit, args.engine, rendered, configured);
        const proof = this.prove(name, toolkit, configured, [
            configured.output,
            rendered.daemonJson,
            plugin?.output ?? "",
            args.rerun ?? "",
        ]);
        // An unknown host blurs every Docker resource in a preview, and Pulumi cannot tell then what a replacement needs.
        const url = dockerHostUrl(args.connection);
        this.dockerHost = args.presence.hasEngine ? pulumi.output(url) : installed.output.apply(() => url);
        this.auditBaseline = baseline.report;
        this.facts = pulumi.all([configured.output, auditRules.output]).apply(([engine, rules]) => ({
            ...parseOutput(engineFactsSchema, "configure-engine.sh", engine),
            auditRules: parseOutput(auditRuleFactsSchema, "load-audit-rules.sh", rules),
        }));
        this.engine = {
            provider: this.provider(name, args.connection),
            toolkit,
            connection: args.connection,
            presence: args.presence,
            dataRoot: dataRoot(args.engine),
            remap: this.facts.apply(({ remap }) => remap),
            ready: [configured.resource, proof.resource],
        };
        this.declared = declaredTogether(
            toolkit.declared,
            this.declare(rendered, configured, auditRules),
            plugin === undefined ? [] : this.declarePlugin(plugin),
        );
        this.usernsProof = proof.output.apply((text) =>
            parseOutput(usernsProofSchema, "prove-userns.sh", text),
        );
        this.registerOutputs({
            dockerHost: this.dockerHost,
            facts: this.facts,
            usernsProof: this.usernsProof,
        });
    }

    private install(name: string, toolkit: Toolkit, settings: EngineSettings): Step {
        return toolkit.step(
            `${name}-engine`,
            {
                script: "install-engine.sh",
                args: [yesNo(settings.install), settings.auditRules, yesNo(settings.acceptHiddenImages)],
            },
            { parent: this },
        );
    }

    /** The plugin answers before daemon.json names it, and is removed after daemon.json no longer names it. */
    private authorize(
        name: string,
        toolkit: Toolkit,
        { authorizationPlugin: program, engine }: HardenedHostArgs,
        baseline: pulumi.Resource,
    ): Step | undefined {
        if (program === undefined) {
            return undefined;
        }
        return toolkit.stream(
            `${name}-authorization`,
            {
                script: "install-authorization.sh",
                args: [dataRoot(engine), program.sha256, JSON.stringify(engine.authorizationExceptions)],
                ...program,
                undo: { script: "remove-authorization.sh" },
            },
            { parent: this, dependsOn: [baseline] },
        );
    }

    private configure(
        name: string,
        toolkit: Toolkit,
        settings: EngineSettings,
        { daemonJson }: RenderedHost,
        after: readonly pulumi.Resource[],
    ): Step {
        return toolkit.step(
            daemonStepName(name),
            {
                script: "configure-engine.sh",
                args: [yesNo(settings.replaceExisting), yesNo(settings.acceptHiddenImages)],
                stdin: daemonJson,
                undo: { script: "restore-engine.sh" },
            },
            { parent: this, dependsOn: [...after] },
        );
    }

    private loadAuditRules(
        name: string,
        toolkit: Toolkit,
        settings: EngineSettings,
        { auditRules }: RenderedHost,
        configured: Step,
    ): Step {
        return toolkit.step(
            `${name}-audit-rules`,
            {
                script: "load-audit-rules.sh",
                args: [settings.auditRules],
                stdin: auditRules,
                undo: { script: "remove-audit-rules.sh" },
            },
            { parent: this, dependsOn: [configured.resource] },
        );
    }

    /** @param rerunOn the engine's settings; each change of them makes the proof run again */
    private prove(
        name: string,
        toolkit: Toolkit,
        configured: Step,
        rerunOn: readonly pulumi.Input<string>[],
    ): Step {
        return toolkit.step(
            `${name}-userns-proof`,
            { script: "prove-userns.sh", rerunOn },
            { parent: this, dependsOn: [configured.resource] },
        );
    }

    private declare(rendered: RenderedHost, configured: Step, auditRules: Step): DeclaredItems {
        return pulumi
            .all([configured.resource.urn, auditRules.resource.urn, this.facts])
            .apply(([daemon, rules, facts]) =>
                declaredHost({ daemon, auditRules: rules }, { ...rendered, facts }),
            );
    }

    private declarePlugin({ resource, output }: Step): DeclaredItems {
        return pulumi
            .all([resource.urn, output])
            .apply(([urn, text]) =>
                declaredAuthorization(
                    urn,
                    parseOutput(authorizationFactsSchema, "install-authorization.sh", text),
                ),
            );
    }

    private provider(name: string, connection: Connection): docker.Provider {
        return new docker.Provider(
            `${name}-docker`,
            { host: this.dockerHost, sshOpts: sshOptions(connection) },
            { parent: this },
        );
    }
}

function yesNo(value: boolean): string {
    return value ? "yes" : "no";
}
