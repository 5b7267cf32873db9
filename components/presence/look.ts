/** The results of the look at the host, and the things of a stack's steps that still hold there. */
import { z } from "zod";

/** The owner of a host. */
const ownerSchema = z.object({
    project: z.string(),
    stack: z.string(),
    id: z.string(),
    generation: z.string(),
});

type Owner = Readonly<z.infer<typeof ownerSchema>>;

/** The receipt of a step: the things that the step left on the host when it ran last. */
interface Receipt {
    readonly generation: string;
    /** The state of each thing at that run. */
    readonly found: ReadonlyMap<string, string>;
}

/** Bytes on the host's disk where Clair's spool is or would be. */
export interface Room {
    readonly free: number;
    /** Taken by the spool's file; 0 where there is none. */
    readonly taken: number;
}

/** A host, as it was when the program started. */
export interface Look {
    /** The host's clock, in seconds since 1970. */
    readonly time: number;
    /** systemd's id of the machine; empty where the machine has none. */
    readonly machine: string;
    /** Version of the engine; empty where none answers. */
    readonly engine: string;
    readonly owner: Owner | undefined;
    /** Bytes on the disk of Clair's spool: those that are free, and those that the spool takes already. */
    readonly room: Room;
    /** Our scripts: SHA-256 of all of them, when they were installed, and now. */
    readonly toolkit: { readonly generation: string; readonly installed: string; readonly now: string };
    /** The receipts, by the step's name. */
    readonly receipts: ReadonlyMap<string, Receipt>;
    /** The present state of each thing of all receipts; a thing that is gone is missing here. */
    readonly now: ReadonlyMap<string, string>;
}

/**
 * Reads the output of look.sh.
 * @throws Error where the text is cut off, or has another form.
 */
export function parseLook(text: string): Look {
    const lines = text.split("\n").map((line) => line.split("\t"));
    const last = (word: string): readonly string[] | undefined => lines.findLast(([first]) => first === word);
    const toolkit = last("toolkit")?.[1]?.split(" ") ?? [];
    const [generation = "", installed = "", now = ""] = toolkit.length === 3 ? toolkit : [];
    const time = Number(/^[0-9]+$/.exec(last("time")?.[1] ?? "")?.[0]);
    const [, free, taken] = /^([0-9]+) ([0-9]+)$/.exec(last("room")?.[1] ?? "") ?? [];
    if (last("end") === undefined || Number.isNaN(time) || free === undefined) {
        throw new Error(
            `what came back is no answer (${JSON.stringify(text.slice(0, 200))}); a shell start-up file that prints something, or a connection that was cut, may be the cause`,
        );
    }
    return {
        time,
        machine: last("machine")?.[1] ?? "",
        engine: last("engine")?.[1] ?? "",
        owner: parseOwner(last("owner")?.[1] ?? ""),
        room: { free: Number(free), taken: Number(taken) },
        toolkit: { generation, installed, now },
        receipts: parseReceipts(lines.filter(([word]) => word === "receipt").map((line) => line.slice(1))),
        now: pairs(lines.filter(([word]) => word === "now").map((line) => line.slice(1))),
    };
}

function parseOwner(text: string): Owner | undefined {
    return text === "" ? undefined : ownerSchema.parse(JSON.parse(text));
}

/** @param lines the step's name, and then the words of one line of its receipt */
function parseReceipts(lines: readonly (readonly string[])[]): Map<string, Receipt> {
    const steps = new Set(lines.map(([step = ""]) => step));
    return new Map(
        [...steps].map((step) => {
            const own = lines.filter(([name]) => name === step).map((line) => line.slice(1));
            const generation = own.find(([word]) => word === "generation")?.[1] ?? "";
            const found = pairs(own.filter(([word]) => word === "found").map((line) => line.slice(1)));
            return [step, { generation, found }];
        }),
    );
}

function pairs(lines: readonly (readonly string[])[]): Map<string, string> {
    return new Map(lines.map(([key = "", value = ""]) => [key, value]));
}

/** The things of a step that are gone, or are other things now; e.g. `container dev-registry`. */
export function lostOf({ receipts, now }: Look, step: string): string[] {
    const { found } = receipts.get(step) ?? { found: new Map<string, string>() };
    return [...found].filter(([thing, then]) => now.get(thing) !== then).map(([thing]) => thing);
}

/** The loss of a thing in words. A time limit is a thing too, gone when the time has passed. */
function lossText(thing: string, now: ReadonlyMap<string, string>): string {
    const [, limit] = /^until ([0-9]+)$/.exec(thing) ?? [];
    if (limit !== undefined) {
        return `a proof that held until ${new Date(Number(limit) * 1000).toISOString().slice(0, 10)} (expired)`;
    }
    return `${thing} (${now.has(thing) ? "changed" : "gone"})`;
}

/** Word before a reference that is followed, and of which its registry told nothing, in the evidence of tags.sh. */
const unanswered = "unanswered ";

/** The references of which no digest was told, with the words of their registries or of the engine. */
export function unansweredTags({ now }: Look): ReadonlyMap<string, string> {
    return new Map(
        [...now].flatMap(([key, words]): [string, string][] =>
            key.startsWith(unanswered) ? [[key.slice(unanswered.length), words]] : [],
        ),
    );
}

/** A tag that names another image than the one that a step pulled. */
interface MovedTag {
    readonly reference: string;
    readonly before: string;
    readonly now: string;
}

const pulledTag = /^tag (\S+) (sha256:[0-9a-f]{64})$/;

/** All tags that moved since their image was pulled, each once. */
export function movedTags(look: Look): MovedTag[] {
    const lost = new Set([...look.receipts.keys()].flatMap((step) => lostOf(look, step)));
    return [...lost].flatMap((thing) => {
        const [, reference, before] = pulledTag.exec(thing) ?? [];
        const now = look.now.get(thing);
        return reference === undefined || before === undefined || now === undefined
            ? []
            : [{ reference, before, now }];
    });
}

/** All things of all steps that are gone or changed, each named once, with its loss; a tag that moved is no loss. */
export function losses(look: Look): string[] {
    const lost = [...look.receipts.keys()].flatMap((step) => lostOf(look, step));
    const { installed, now } = look.toolkit;
    return [
        ...(installed === now ? [] : ["the scripts in /usr/local/lib/portcullis (changed)"]),
        ...[...new Set(lost)]
            .filter((thing) => !pulledTag.test(thing))
            .map((thing) => lossText(thing, look.now)),
    ];
}

/**
 * The generation of a step: as long as what the step left is there and is the same, that of its receipt, and else a new one,
 * by which the step runs again.
 */
export function generationOf(look: Look, step: string, fresh: string): string {
    const receipt = look.receipts.get(step);
    return receipt === undefined || receipt.generation === "" || lostOf(look, step).length > 0
        ? fresh
        : receipt.generation;
}
