import { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { Connection } from "../../config/connection";
import { commandConnection } from "../connection";
import { localScript } from "../toolkit/scripts";
import type { Presence } from ".";

interface ClaimArgs {
    readonly connection: Connection;
    readonly presence: Presence;
    /** The mark that tells the stack's state from that of another stack of the same name. */
    readonly stateId: pulumi.Input<string>;
}

/**
 * Makes the host this stack's own, before any other change of the host, and gives the host back last of all.
 *
 * The step fails where the host belongs to another stack, or to another state of the same stack.
 */
export function claimHost(name: string, args: ClaimArgs, parent: pulumi.Resource): pulumi.Resource {
    const [project, stack, generation] = [pulumi.getProject(), pulumi.getStack(), args.presence.claim];
    const script = pulumi
        .output(args.stateId)
        .apply((id) =>
            Object.entries({ project, stack, id, generation }).reduce(
                (text, [key, value]) => text.replaceAll(`@${key.toUpperCase()}@`, () => value),
                localScript("presence", "claim.sh"),
            ),
        );
    return new remote.Command(
        name,
        {
            connection: commandConnection(args.connection),
            create: "sh -s claim",
            delete: "sh -s release",
            // The first argument is the function that is called when the whole script has come.
            stdin: pulumi.interpolate`${script}"$1"\n`,
            logging: remote.Logging.None,
            addPreviousOutputInEnv: false,
        },
        { parent },
    );
}
