import * as pulumi from "@pulumi/pulumi";
import type { DeclaredItem } from "../declaration";

/**
 * A component's declaration of the host, for the comparison after the deploy and at any later time. The declaration and
 * the resources are rendered from the same arguments, so that the two cannot come apart.
 */
export type DeclaredItems = pulumi.Output<DeclaredItem[]>;

/** The items of several parts. */
export function declaredTogether(...parts: readonly pulumi.Input<readonly DeclaredItem[]>[]): DeclaredItems {
    return pulumi.all([...parts]).apply((all) => all.flat());
}
