/** Commands that mend a difference. */
import { quote } from "shell-quote";

/** Makes a resource anew that Pulumi cannot read back: what a script has put on the host. */
export function replaceCommand(stack: string, resource: string): string {
    // The $ of a component's URN is the shell's.
    return `./pulumiw up --stack ${quote([stack])} --replace '${resource.replaceAll("'", "")}'`;
}

/** Reads the Docker resources back, and changes what is not as declared. */
export function refreshCommand(stack: string): string {
    return `./pulumiw up --stack ${quote([stack])} --refresh`;
}
