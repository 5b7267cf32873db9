/** The parts of a provider: the interface between a plugin and the server that speaks the protocol for it. */
import type { Props } from "./values";

export type { Props } from "./values";
export { unknownValue, Unknown, containsUnknown, isObject, isUnknown } from "./values";

/** The reason to refuse an input. `property` is a path such as `subject.commonName`, or "" for the resource as a whole. */
export interface CheckFailure {
    property: string;
    reason: string;
}

/** The change of one property; the `-replace` kinds make the engine replace the resource. */
export type DiffKind = "add" | "add-replace" | "delete" | "delete-replace" | "update" | "update-replace";

/** The effect of changed inputs on a resource. */
export interface Diff {
    changes: boolean;
    /** Top-level names of the properties that force a replacement. */
    replaces: string[];
    deleteBeforeReplace: boolean;
    /** Property path to kind; absent: the engine makes up the detail from `diffs` and its own comparison. */
    detailed?: Record<string, DiffKind>;
    /** The paths of `detailed` that compare old inputs with new inputs (default: old state with new inputs). */
    inputDiffs?: string[];
    /** Top-level names of outputs that an update does not change. */
    stables?: string[];
    /** Top-level names of all properties that differ (default: derived from `detailed`). */
    diffs?: string[];
}

/** The severity of a message to the engine. */
export type Severity = "debug" | "info" | "warning" | "error";

/** The context of every operation. */
export interface ResourceContext<C> {
    config: C;
    /** The resource's unique name in the stack. */
    urn: string;
    /** The last part of the URN: the name that the program gave. */
    name: string;
    /** Writes a message that stays in the engine's output. Messages arrive in order, before the operation's answer. */
    log(severity: Severity, message: string): void;
    /** Writes a message that only shows while the operation runs (the official plugins' status messages). */
    status(severity: Severity, message: string): void;
    /** Resolves when all messages so far have arrived: await the promise between many, so that they do not pile up. */
    flush(): Promise<void>;
    /** Aborted when the engine cancels, or when the operation's custom timeout has passed. */
    signal: AbortSignal;
}

/** The life of one resource type. An error that a method throws is the engine's error message, word for word. */
export interface Resource<C> {
    /** Validates the inputs and fills in defaults. An input that the type does not have is a failure that names it. */
    check(
        ctx: ResourceContext<C>,
        olds: Props,
        news: Props,
    ): Promise<{ inputs: Props; failures: CheckFailure[] }>;
    diff(
        ctx: ResourceContext<C>,
        id: string,
        oldOutputs: Props,
        oldInputs: Props,
        newInputs: Props,
        ignoreChanges: string[],
    ): Promise<Diff>;
    /** In a preview nothing may be made; the id may then be empty, and outputs to come are `UNKNOWN`. */
    create(ctx: ResourceContext<C>, inputs: Props, preview: boolean): Promise<{ id: string; outputs: Props }>;
    /** Reads the live state; undefined when the resource is gone. `inputs` is empty when importing. */
    read(
        ctx: ResourceContext<C>,
        id: string,
        inputs: Props,
        state: Props,
    ): Promise<{ id: string; inputs: Props; outputs: Props } | undefined>;
    update(
        ctx: ResourceContext<C>,
        id: string,
        oldOutputs: Props,
        oldInputs: Props,
        newInputs: Props,
        preview: boolean,
        ignoreChanges: string[],
    ): Promise<Props>;
    delete(ctx: ResourceContext<C>, id: string, inputs: Props, outputs: Props): Promise<void>;
}

/** A function that programs call (`invoke`), by token; the context's `urn` and `name` are empty. */
type ProviderFunction<C> = (
    ctx: ResourceContext<C>,
    args: Props,
) => Promise<{ result: Props; failures: CheckFailure[] }>;

/** A provider: its name, its configuration and its resource types. */
export interface ProviderDefinition<C> {
    name: string;
    /** The version of the official plugin that the provider stands for; the engine compares it with the SDK's. */
    version: string;
    /**
     * True: inputs arrive with {@link Secret} marks, and outputs are as secret as the provider says.
     * False (default): the engine takes the marks off, and puts them back on outputs named as a secret input.
     */
    acceptSecrets?: boolean;
    /** True: resource references arrive as tagged objects; false (default): as the resource's id or URN. */
    acceptResources?: boolean;
    /** Validates the provider's own inputs (explicit provider or stack configuration); absent: UNIMPLEMENTED, and the
     * engine takes them as they are. */
    checkConfig?(inputs: Props): { inputs: Props; failures: CheckFailure[] };
    /** Turns the provider's inputs into its configuration; throws on an unknown key or a bad value. */
    parseConfig(raw: Props): C;
    /** The effect of changed provider inputs; absent: UNIMPLEMENTED, and the engine compares the inputs itself. */
    diffConfig?(olds: Props, news: Props): Diff;
    resources: Record<string, Resource<C>>;
    functions?: Record<string, ProviderFunction<C>>;
}
