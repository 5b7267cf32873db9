import * as pulumi from "@pulumi/pulumi";
import type { PolicyResource, ResourceValidationArgs } from "@pulumi/policy";
import { auditSettingsSchema } from "../audit/settings";
import { findingText, judgeWarnings, planGate, type GateInput } from "../audit/verdict";
import type { CheckResult } from "../audit/model";
import { settingsSchema } from "../config/schema";
import { inputsOf, type Planned } from "./prediction/planned";

/**
 * The WARNs that the previewed stack's settings (`portcullis:audit`) allow and except.
 * @throws ZodError where the settings do not fit
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
 * The data that the pack's policies share: the settings, and the resources that this run has seen so far. Pulumi shows
 * a resource after its dependencies, so an engine's settings are known before its containers.
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
