/** Commands that mend a difference. */
import { quote } from "shell-quote";

/** The command that makes a resource anew. Pulumi cannot read back the things that a script has put on the host. */
export function replaceCommand(stack: string, resource: string): string {
    // A URN can have a $, which the shell would expand outside single quotes.
    return `./pulumiw up --stack ${quote([stack])} --replace '${resource.replaceAll("'", "")}'`;
}

/** The command that reads the Docker resources back, and changes those that are not as declared. */
export function refreshCommand(stack: string): string {
    return `./pulumiw up --stack ${quote([stack])} --refresh`;
}
