/** The look at the host when the program starts, and the meaning of the look for the steps of a stack. */
import * as crypto from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { followedTags, type LoadedSettings } from "../../config";
import type { Connection } from "../../config/connection";
import type { FollowedTag } from "../../config/upstream";
import { counted } from "../../text/count";
import { reasonOf } from "../../text/reason";
import { run } from "../../transport/run";
import { commandOn, targetOfConnection } from "../../transport/target";
import { engineLogin } from "../image/login";
import { localScript } from "../toolkit/scripts";
import { generationOf, losses, movedTags, parseLook, type Look } from "./look";
import { forgetCommand, refuse, refuseSpool, refuseUnasked, type Remembered } from "./refuse";

/** The time within which a host has to answer; a slower host counts as one that cannot be reached (ms). */
const lookMs = 60_000;
/** The largest difference of two machines' clocks: above it, certificates and log lines mislead (seconds). */
const mostClockDifference = 60;

/** The part of the last look that a stack's outputs keep, for a preview that cannot reach the host. */
const rememberedSchema = z.object({
    address: z.string(),
    machine: z.string(),
    generations: z.record(z.string(), z.string()),
});

/** The stack's outputs of the last `up`, as far as the look needs them; secrets in plain. */
const lastOutputsSchema = z.object({
    presence: rememberedSchema,
    registryUrl: z.string(),
    registryUsername: z.string(),
    registryPassword: z.string(),
});

type LastOutputs = Readonly<z.infer<typeof lastOutputsSchema>>;

/** The look's result for a program: the generation of each step, which changes where the step has to run again. */
interface Seen {
    readonly machine: string;
    readonly generation: (step: string) => string;
    /** Whether an engine answers already. */
    readonly hasEngine: boolean;
    readonly claim: string;
    readonly toolkit: (digest: string) => string;
}

/**
 * What is there of a stack on its host. Each step on the host has a generation, a word in its inputs: as long as all that the
 * step left is there and is the same the generation stays, and else the step gets a new one, by which Pulumi runs it again.
 */
export class Presence {
    private readonly asked = new Set<string>();
    private scriptsDigest = "";

    /** @param seen the result of the look */
    constructor(
        private readonly address: string,
        private readonly seen: Seen,
    ) {}

    /** The host's machine id. */
    get machine(): string {
        return this.seen.machine;
    }

    /** Whether an engine answers before any step has run. */
    get hasEngine(): boolean {
        return this.seen.hasEngine;
    }

    /** The generation of a step, by the name of the step's resource. */
    generation(step: string): string {
        this.asked.add(step);
        return this.seen.generation(step);
    }

    /** The generation of the stack's claim on the host. */
    get claim(): string {
        return this.seen.claim;
    }

    /**
     * The generation of the scripts on the host.
     * @param digest SHA-256 of all of the scripts, as they have to be
     */
    toolkit(digest: string): string {
        this.scriptsDigest = digest;
        return this.seen.toolkit(digest);
    }

    /** The record that the stack's outputs are to keep; called after all steps were made. */
    remembered(): Remembered {
        const { machine, generation, claim, toolkit } = this.seen;
        return {
            address: this.address,
            machine,
            generations: Object.fromEntries([
                ...[...this.asked].map((step): [string, string] => [step, generation(step)]),
                [claimStep, claim],
                [toolkitStep, toolkit(this.scriptsDigest)],
            ]),
        };
    }
}

/** Names under which the outputs keep the generations of the claim and the scripts, which belong to no step. */
const claimStep = "(claim)";
const toolkitStep = "(toolkit)";

/**
 * Looks at the host, by one command over one connection, which changes nothing.
 *
 * A host that cannot be reached fails an `up`. A preview then takes the generations of the last `up`, and says so. The same
 * where a registry does not say what a tag names that is followed.
 *
 * @param loaded the settings: the tags that they follow, and the size of Clair's spool, for which the host's disk has to have room
 * @throws pulumi.RunError for a host that is another stack's, that is not the stack's host any more because
 *     the address was changed, or that cannot be reached; and for a tag of which its registry tells nothing
 */
export async function lookAt({
    connection,
    settings,
}: Pick<LoadedSettings, "connection" | "settings">): Promise<Presence> {
    const { spoolGigabytes } = settings.scanner;
    return new Presence(connection.address, await see(connection, followedTags(settings), spoolGigabytes));
}

async function see(
    connection: Connection,
    followed: readonly FollowedTag[],
    spoolGigabytes: number,
): Promise<Seen> {
    const last = await lastOutputs();
    const before = last?.presence;
    const looked = await look(connection, last, followed);
    const fresh = crypto.randomBytes(4).toString("hex");
    const where = `${connection.user}@${connection.address}:${connection.port}`;
    if ("problem" in looked) {
        return unseen(where, looked.problem, before, fresh);
    }
    refuse(where, looked, connection.address, before);
    refuseUnasked(where, looked, followed);
    const noRoom = refuseSpool(where, looked.room, spoolGigabytes);
    if (noRoom !== undefined) {
        throw new pulumi.RunError(noRoom);
    }
    tell(where, looked, before);
    return {
        machine: looked.machine,
        hasEngine: looked.engine !== "",
        generation: (step) => generationOf(looked, step, fresh),
        claim: looked.owner?.generation ?? fresh,
        toolkit: (digest) => (looked.toolkit.now === digest ? looked.toolkit.generation : fresh),
    };
}

async function look(
    connection: Connection,
    last: LastOutputs | undefined,
    followed: readonly FollowedTag[],
): Promise<Look | { problem: string }> {
    const what = "the look at the host";
    const login = Buffer.from(`${last?.registryUsername ?? ""}:${last?.registryPassword ?? ""}`);
    const script = localScript("presence", "look.sh")
        .replaceAll("@REGISTRY@", last === undefined ? "" : new URL(last.registryUrl).host)
        .replaceAll("@LOGIN@", login.toString("base64"))
        .replaceAll("@FOLLOWED@", questions(followed));
    try {
        const command = commandOn(targetOfConnection(connection), "sh -s");
        return parseLook(await run(command, { what, input: script, signal: AbortSignal.timeout(lookMs) }));
    } catch (error) {
        return { problem: reasonOf(error) };
    }
}

/** The tags to ask for, as tags.sh takes them: no reference and no login has a character that the shell would act upon. */
function questions(followed: readonly FollowedTag[]): string {
    return followed.map(({ reference, login }) => `${reference} ${engineLogin(login)}`).join("\n");
}

/** The stack's outputs on the last `up`; nothing before the first one. */
async function lastOutputs(): Promise<LastOutputs | undefined> {
    // StackReference reads the same outputs, but is a resource that each preview would show.
    const name = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
    const answer = await patiently(() => pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name }));
    return z.object({ outputs: lastOutputsSchema }).safeParse(answer).data?.outputs;
}

/** Pulumi writes a stack's state in a folder anew during the read: the text that is read may be cut off. */
async function patiently(read: () => Promise<unknown>, tries = 20): Promise<unknown> {
    try {
        return await read();
    } catch (error) {
        if (tries === 1) {
            throw error;
        }
        await sleep(50);
        return patiently(read, tries - 1);
    }
}

function unseen(where: string, problem: string, before: Remembered | undefined, fresh: string): Seen {
    if (!pulumi.runtime.isDryRun()) {
        throw new pulumi.RunError(
            `${where}: the host cannot be reached, and nothing was changed: ${problem}. Start the host, or correct portcullis:host. If the host is gone for good, forget it: \`${forgetCommand()}\``,
        );
    }
    void pulumi.log.warn(
        `${where}: the host cannot be reached, so this preview takes it to be as the last \`up\` left it: ${problem}`,
    );
    const generation = (step: string): string => before?.generations[step] ?? fresh;
    return {
        machine: before?.machine ?? fresh,
        hasEngine: before !== undefined,
        generation,
        claim: generation(claimStep),
        toolkit: () => generation(toolkitStep),
    };
}

function tell(where: string, looked: Look, before: Remembered | undefined): void {
    const off = Math.round(looked.time - Date.now() / 1000);
    if (Math.abs(off) > mostClockDifference) {
        void pulumi.log.warn(
            `${where}: the host's clock is ${counted(Math.abs(off), "second")} ${off > 0 ? "ahead of" : "behind"} this machine's: set both by NTP, or certificates and dates mislead`,
        );
    }
    if (before !== undefined && looked.receipts.size === 0) {
        void pulumi.log.warn(
            `${where}: the host has nothing of what the last \`up\` left on it: all is made anew`,
        );
    }
    for (const { reference, before: then, now } of movedTags(looked)) {
        void pulumi.log.info(
            `${where}: ${reference} names another image than on the last \`up\`, which is pulled, pushed and scanned: ${now} (before: ${then})`,
        );
    }
    const lost = losses(looked);
    if (lost.length > 0) {
        void pulumi.log.warn(`${where}: not as the last \`up\` left it, and made anew: ${lost.join(", ")}`);
    }
}
