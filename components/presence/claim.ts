import { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { Connection } from "../../config/connection";
import { commandConnection } from "../connection";
import { localScript } from "../toolkit/scripts";
import type { Presence } from ".";

interface ClaimArgs {
    readonly connection: Connection;
    readonly presence: Presence;
    /** What tells the stack's state from that of another stack of the same name. */
    readonly stateId: pulumi.Input<string>;
}

/**
 * Makes the host this stack's own, before anything else is changed on it, and gives it back last of all.
 *
 * The step fails where the host belongs to another stack, or to a state of the same stack that is not this one.
 */
export function claimHost(name: string, args: ClaimArgs, parent: pulumi.Resource): pulumi.Resource {
    const script = pulumi
        .all([args.stateId, args.presence.claim()])
        .apply(([id, generation]) =>
            Object.entries({
                project: pulumi.getProject(),
                stack: pulumi.getStack(),
                id,
                generation,
            }).reduce(
                (text, [key, value]) => text.replaceAll(`@${key.toUpperCase()}@`, () => value),
                localScript("presence", "claim.sh"),
            ),
        );
    const call = (word: string) => pulumi.interpolate`${script}${word}\n`;
    return new remote.Command(
        name,
        {
            connection: commandConnection(args.connection),
            create: "sh -s claim",
            delete: "sh -s release",
            stdin: call('"$1"'),
            logging: remote.Logging.None,
            addPreviousOutputInEnv: false,
        },
        { parent },
    );
}
