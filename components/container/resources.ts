/**
 * How the resources of a hardened container are told apart in a plan. HardenedContainer makes them by these names, and
 * the policy pack finds them by the same ones. Nothing of Pulumi is loaded by this file.
 */

/** Type token of HardenedContainer. */
export const containerType = "portcullis:container:HardenedContainer";

/** Name of the Docker container itself. */
export function containerName(component: string): string {
    return `${component}-container`;
}

/** Name of the step that limits the container's processes; docker.Container has no such input. */
export function processLimitStepName(component: string): string {
    return `${component}-pids`;
}
