/** The states of a host and of its registries in which nothing may be changed. */
import * as pulumi from "@pulumi/pulumi";
import type { FollowedTag } from "../../config/upstream";
import { clip } from "../../text/clip";
import { spoolFolder } from "../clair/spool";
import { unansweredTags, type Look, type Room } from "./look";

/** The longest answer of a registry that a message repeats. */
const mostWords = 300;

const gibibyte = 1024 ** 3;

/** What stays free on the host's disk beside Clair's spool (GiB). */
const reserve = 1;

/** The part of the last look that a stack's outputs keep. */
export interface Remembered {
    readonly address: string;
    readonly machine: string;
    readonly generations: Readonly<Record<string, string>>;
}

/** The command that forgets the stack, whose host is gone for good. */
export function forgetCommand(): string {
    return `./pulumiw stack rm --force --preserve-config --yes ${pulumi.getStack()}`;
}

/** Refuses a host that is not this stack's, before the first change, and in a preview too. */
export function refuse(
    where: string,
    { owner, machine }: Look,
    address: string,
    before: Remembered | undefined,
): void {
    const [project, stack] = [pulumi.getProject(), pulumi.getStack()];
    if (owner !== undefined && (owner.project !== project || owner.stack !== stack)) {
        throw new pulumi.RunError(
            `${where}: this host belongs to the stack ${owner.project}/${owner.stack} (id ${owner.id}), and not to ${project}/${stack}; nothing was changed. Give portcullis:host another host, or destroy that stack first`,
        );
    }
    if (before !== undefined && before.address !== address && before.machine !== machine) {
        throw new pulumi.RunError(
            `portcullis:host.address is ${address} now, but this stack stands on ${before.address}, another machine; nothing was changed. Set portcullis:host back, run \`./pulumiw destroy --stack ${stack}\`, and then give the new host. If the old host is gone for good, forget it: \`${forgetCommand()}\``,
        );
    }
}

/**
 * Refuses an `up` that would follow tags of which a registry tells nothing, before the first change. A preview takes the images
 * of the last `up`, and says so.
 *
 * An engine that gives no answer was asked for nothing: once it runs, the steps that pull ask it themselves.
 *
 * @param followed the tags that the settings follow
 */
export function refuseUnasked(where: string, looked: Look, followed: readonly FollowedTag[]): void {
    const words = unansweredTags(looked);
    const problems = followed.flatMap(({ key, reference, login }) => {
        const said = words.get(reference);
        const as = login === undefined ? "without a login" : `as ${login.username}`;
        return said === undefined ? [] : [`${key}: ${reference} (${as}): ${clip(said, mostWords)}`];
    });
    if (looked.engine === "" || problems.length === 0) {
        return;
    }
    const told = problems.join("; ");
    if (!pulumi.runtime.isDryRun()) {
        throw new pulumi.RunError(
            `${where}: it cannot be told what these images are now, as a registry does not answer the host's engine, and nothing was changed: ${told}. Have the registry mended, or correct the reference or portcullis:registryLogins; a reference with a digest (NAME@sha256:…) needs no answer while its image is on the host`,
        );
    }
    void pulumi.log.warn(
        `${where}: a registry does not answer the host's engine, so this preview takes the images of the last \`up\`; an \`up\` would end before the first change: ${told}`,
    );
}

/**
 * Why the host's disk cannot hold Clair's spool; undefined where the disk can.
 *
 * @param where the host, as `user@address:port`
 * @param gigabytes size of the spool, in GiB; what an earlier spool takes is free for the new one
 */
export function refuseSpool(where: string, { free, taken }: Room, gigabytes: number): string | undefined {
    const available = (free + taken) / gibibyte;
    // A few of its blocks may be holes, as the kernel writes zeros.
    if (taken >= 0.99 * gigabytes * gibibyte || available >= gigabytes + reserve) {
        return undefined;
    }
    return `portcullis:scanner.spoolGigabytes is ${gigabytes}, and on ${where} the disk of ${spoolFolder} has ${available.toFixed(1)} GiB for it: ${gigabytes + reserve} GiB are needed, ${reserve} of which stays free; nothing was changed. Make room there, or set a smaller size: an image is scanned only where its layers fit, unpacked`;
}
