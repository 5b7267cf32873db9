import * as pulumi from "@pulumi/pulumi";
import type { DeclaredItem } from "../declaration";

/**
 * What a component declares of the host, for the comparison after the deploy and at any later time. It is rendered from
 * the same arguments as the resources, so that the two cannot come apart.
 */
export type DeclaredItems = pulumi.Output<DeclaredItem[]>;

/** The items of several parts. */
export function declaredTogether(...parts: readonly pulumi.Input<readonly DeclaredItem[]>[]): DeclaredItems {
    return pulumi.all([...parts]).apply((all) => all.flat());
}
