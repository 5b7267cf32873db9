/** The form of the cases in which the program prints a command as a remedy. */
import type { Ended } from "../stack";
import type { RemedyStack } from "./stack";

/** What is done before a remedy is printed: shell lines on the host, as root, or something else. */
type State = string | ((stack: RemedyStack) => Promise<void> | void);

interface Common {
    readonly name: string;
    readonly state: State;
    /** The commands that are printed, in their order; each is run as it was printed. */
    readonly commands: readonly RegExp[];
    /** Placeholders of the commands, and what a reader puts there. @default none */
    readonly filled?: Readonly<Record<string, string>>;
    /** Removes what the state left beside the stack. Shell lines on the host. @default nothing */
    readonly after?: string;
}

/** A difference between the host and the declaration, as `bin/portcullis audit` prints it. */
export interface DriftCase extends Common {
    /** Cases of one round do not touch the same things: their states come together, and so an `up` that they share is run once. */
    readonly round: number;
    /** Name of the thing, as the finding has it. */
    readonly subject: string;
    /** Part of the thing. @default any */
    readonly key?: string;
    /** Seconds that the clock of the audit is ahead. @default 0 */
    readonly ahead?: number;
}

/** Checks of the audit that are no PASS, as `bin/portcullis audit` prints them. */
export interface CheckCase extends Omit<Common, "commands" | "filled"> {
    /** By the check's id. */
    readonly checks: Readonly<Record<string, CheckRemedy>>;
}

/** The command that a check names. */
interface CheckRemedy {
    readonly command: RegExp;
    /** Placeholders of the command, and what a reader puts there; FILE is the file that the check names. @default none */
    readonly filled?: Readonly<Record<string, string>>;
    /** Whether the check says the same afterwards, as only a person can judge it. @default false */
    readonly stays?: boolean;
}

/** A message of a command that fails, or warns. */
export interface MessageCase extends Common {
    /** The command that prints the message. */
    readonly printing: (stack: RemedyStack) => Promise<Ended>;
    /** Part of the message. */
    readonly said: RegExp;
    /** Whether the commands are for the host, or for the machine that runs Pulumi. `./pulumiw` is always for the latter. */
    readonly where?: "host" | "here";
    /** Which of the commands are run, one after the other; a message may name several ways. @default all */
    readonly ways?: readonly (readonly number[])[];
    /** What has to hold after each way. @default the host is whole */
    readonly mended?: (stack: RemedyStack) => Promise<void>;
}

/** A command that is printed, and that no case runs. */
export interface NotRun {
    readonly command: RegExp;
    readonly why: string;
}
