import * as pulumi from "@pulumi/pulumi";
import type { PolicyResource, ResourceValidationArgs } from "@pulumi/policy";
import { auditSettingsSchema } from "../audit/settings";
import { findingText, judgeWarnings, planGate, type GateInput } from "../audit/verdict";
import type { CheckResult } from "../audit/model";
import { settingsSchema } from "../config/schema";
import { inputsOf, type Planned } from "./prediction/planned";

/**
 * What the settings (`portcullis:audit`) of the stack that is previewed allow and except.
 * @throws ZodError where they are none
 */
export function previewedGate(): GateInput {
    const config = new pulumi.Config("portcullis");
    const settings = auditSettingsSchema.parse(config.getObject<unknown>("audit") ?? {});
    return planGate(settings, settingsSchema.shape.name.parse(config.get("name")));
}

/** A resource of a finished plan. */
export function plannedResource({ urn, type, name, props, opts }: PolicyResource): Planned {
    return { urn, type, name, parent: opts.parent, inputs: inputsOf(props) };
}

/**
 * What the pack's policies share: the settings, and what this run has seen so far. The engine tells of a resource
 * after all that it depends on, so an engine's settings are known before the containers that are put on it.
 */
export class PackContext {
    private readonly seen = new Map<string, Planned>();

    constructor(readonly gate: GateInput) {}

    get plan(): Planned[] {
        return [...this.seen.values()];
    }

    /** Whether a resource's own inputs were taken in: a policy of single resources has judged it. */
    hasSeen(urn: string): boolean {
        return this.seen.has(urn);
    }

    /** Takes a resource in, with the inputs that its provider has just checked. */
    see({ urn, type, name, props, opts }: ResourceValidationArgs): Planned {
        const planned = { urn, type, name, parent: opts.parent, inputs: inputsOf(props) };
        this.seen.set(urn, planned);
        return planned;
    }

    /** The WARNs that nobody has accepted, as violations; exceptions by container and by image hold here too. */
    violations(warnings: readonly CheckResult[], images?: ReadonlyMap<string, readonly string[]>): string[] {
        return judgeWarnings(warnings, { ...this.gate, images }).findings.map(findingText);
    }
}
