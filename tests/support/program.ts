import * as pulumi from "@pulumi/pulumi";

/** A resource as the engine would have been asked to make it. */
export interface Registered {
    readonly type: string;
    readonly name: string;
    /** Resolved inputs; secrets as plain values (see `secretInputs`). */
    readonly inputs: Readonly<Record<string, unknown>>;
    /** Names of the inputs that are secret, in whole or in part. */
    readonly secretInputs: readonly string[];
    /** Name of the parent, if it is not the stack. */
    readonly parent: string | undefined;
    readonly options: pulumi.ResourceOptions;
    /** Names of what it depends on explicitly. */
    readonly dependsOn: readonly string[];
}

/** Output properties that the mocked provider adds to a resource's inputs. */
export type MockOutputs = (resource: {
    type: string;
    name: string;
    inputs: Readonly<Record<string, unknown>>;
}) => Record<string, unknown>;

/** What a program did. */
export interface Recorded<T> {
    readonly result: T;
    readonly resources: readonly Registered[];
    /** The one resource of that name. */
    get(name: string): Registered;
    /** `type name` of each resource below a parent, sorted. */
    children(parent: string | undefined): string[];
}

interface Seen {
    readonly name: string;
    readonly parent: string | undefined;
    readonly options: pulumi.ResourceOptions;
    readonly dependsOn: readonly string[];
    readonly secretInputs: readonly string[];
}

const seen = new Map<string, Seen>();
const names = new WeakMap<pulumi.Resource, string>();
let hooked = false;

async function secretNames(props: Readonly<Record<string, unknown>>): Promise<string[]> {
    const checked = await Promise.all(
        Object.entries(props).map(async ([key, value]) => ((await holdsSecret(value)) ? [key] : [])),
    );
    return checked.flat();
}

async function holdsSecret(value: unknown): Promise<boolean> {
    return pulumi.Output.isInstance(value) ? pulumi.isSecret(value) : pulumi.isSecret(pulumi.output(value));
}

/** The mocks do not show parents and options, and hand secrets over unwrapped: a transform sees both. */
function hookTransform(): void {
    if (hooked) return;
    hooked = true;
    pulumi.runtime.registerStackTransformation((args) => {
        names.set(args.resource, args.name);
        const after = [args.opts.dependsOn ?? []].flat();
        pending.push(
            (async () => {
                const entry: Seen = {
                    name: args.name,
                    parent: args.opts.parent && names.get(args.opts.parent),
                    options: args.opts,
                    dependsOn: after
                        .flatMap((resource) =>
                            pulumi.Resource.isInstance(resource) ? [names.get(resource) ?? ""] : [],
                        )
                        .sort(),
                    secretInputs: await secretNames(isRecord(args.props) ? args.props : {}),
                };
                seen.set(`${args.type} ${args.name}`, entry);
            })(),
        );
        return undefined;
    });
}

let pending: Promise<void>[] = [];

function isRecord(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null;
}

/**
 * Runs a piece of program with Pulumi's mocks, and waits until every resource was registered.
 *
 * @param outputs what the mocked provider answers beside the inputs
 */
export async function record<T>(
    build: () => T,
    outputs: MockOutputs = () => ({}),
    preview = false,
): Promise<Recorded<T>> {
    const inputsOf = new Map<string, Record<string, unknown>>();
    seen.clear();
    pending = [];
    await pulumi.runtime.setMocks(
        {
            newResource: (args) => {
                const inputs = isRecord(args.inputs) ? args.inputs : {};
                inputsOf.set(`${args.type} ${args.name}`, inputs);
                return {
                    id: `${args.name}-id`,
                    state: { ...inputs, ...outputs({ type: args.type, name: args.name, inputs }) },
                };
            },
            call: () => ({}),
        },
        "portcullis",
        "test",
        preview,
    );
    hookTransform();
    const result = build();
    await pulumi.runtime.disconnect();
    await Promise.all(pending);
    const resources = [...inputsOf].flatMap(([key, inputs]) => {
        const entry = seen.get(key);
        return entry === undefined ? [] : [{ type: key.slice(0, key.indexOf(" ")), inputs, ...entry }];
    });
    return {
        result,
        resources,
        get(name) {
            const found = resources.find((resource) => resource.name === name);
            if (found === undefined)
                throw new Error(
                    `no resource ${name}; there are: ${resources.map((one) => one.name).join(", ")}`,
                );
            return found;
        },
        children: (parent) =>
            resources
                .filter((resource) => resource.parent === parent)
                .map(({ type, name }) => `${type} ${name}`)
                .sort(),
    };
}

/** The value of an output. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
    return new Promise((resolve) => {
        output.apply(resolve);
    });
}
