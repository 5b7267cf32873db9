import * as pulumi from "@pulumi/pulumi";

/** A resource as the engine would have been asked to make it. */
export interface Registered {
    readonly type: string;
    readonly name: string;
    /** The type as the engine makes it: with the types of all parents. */
    readonly urn: string;
    /** Resolved inputs; secrets as plain values (see `secretInputs`). */
    readonly inputs: Readonly<Record<string, unknown>>;
    /** Names of the inputs that are secret, in whole or in part. */
    readonly secretInputs: readonly string[];
    /** Name of the parent, if it is not the stack. */
    readonly parent: string | undefined;
    /** URN of the parent, if it is not the stack. */
    readonly parentUrn: string | undefined;
    readonly options: pulumi.ResourceOptions;
    /** Names of the resources that the resource depends on explicitly. */
    readonly dependsOn: readonly string[];
}

/** Output properties that the mocked provider adds to a resource's inputs. */
export type MockOutputs = (resource: {
    type: string;
    name: string;
    inputs: Readonly<Record<string, unknown>>;
}) => Record<string, unknown>;

/** The resources and outputs of a program. */
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
    readonly urn: string;
    readonly parent: string | undefined;
    readonly parentUrn: string | undefined;
    readonly options: pulumi.ResourceOptions;
    readonly dependsOn: readonly string[];
}

const seen = new Map<string, Seen>();
const names = new WeakMap<pulumi.Resource, string>();
const urns = new WeakMap<pulumi.Resource, string>();

/** The value within a secret as the mocks hand it over, at any depth. */
function reveal(value: unknown): unknown {
    const plain: unknown = pulumi.runtime.isRpcSecret(value) ? pulumi.runtime.unwrapRpcSecret(value) : value;
    if (Array.isArray(plain)) {
        return plain.map(reveal);
    }
    if (!isRecord(plain) || pulumi.isUnknown(plain)) {
        return plain;
    }
    return revealAll(plain);
}

function revealAll(values: Record<string, unknown>): Record<string, unknown> {
    return Object.fromEntries(Object.entries(values).map(([key, inner]) => [key, reveal(inner)]));
}

/** Whether a value is, or holds, a secret. */
function holdsSecret(value: unknown): boolean {
    return pulumi.runtime.isRpcSecret(value) || (isRecord(value) && Object.values(value).some(holdsSecret));
}

/** The mocks do not show parents and options: a transform sees both. */
function hookTransform(): void {
    pulumi.runtime.registerStackTransformation((args) => {
        names.set(args.resource, args.name);
        const parentUrn = args.opts.parent && urns.get(args.opts.parent);
        const parentTypes = parentUrn === undefined ? "" : `${parentUrn.split("::")[2] ?? ""}$`;
        const urn = `urn:pulumi:test::portcullis::${parentTypes}${args.type}::${args.name}`;
        urns.set(args.resource, urn);
        const after = [args.opts.dependsOn ?? []].flat();
        seen.set(`${args.type} ${args.name}`, {
            name: args.name,
            urn,
            parent: args.opts.parent && names.get(args.opts.parent),
            parentUrn,
            options: args.opts,
            dependsOn: after
                .flatMap((resource) =>
                    pulumi.Resource.isInstance(resource) ? [names.get(resource) ?? ""] : [],
                )
                .sort(),
        });
        return undefined;
    });
}

function isRecord(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null;
}

/**
 * Runs a piece of program with Pulumi's mocks, and waits until every resource was registered.
 *
 * @param outputs the mocked provider's outputs beside the inputs
 */
export async function record<T>(
    build: () => T,
    outputs: MockOutputs = () => ({}),
    preview = false,
): Promise<Recorded<T>> {
    const inputsOf = new Map<string, { inputs: Record<string, unknown>; secretInputs: string[] }>();
    seen.clear();
    await pulumi.runtime.setMocks(
        {
            newResource: (args) => {
                const wrapped: Record<string, unknown> = isRecord(args.inputs) ? args.inputs : {};
                const inputs = revealAll(wrapped);
                const secretInputs = Object.keys(wrapped).filter((key) => holdsSecret(wrapped[key]));
                inputsOf.set(`${args.type} ${args.name}`, { inputs, secretInputs });
                const answer = outputs({ type: args.type, name: args.name, inputs });
                return { id: `${args.name}-id`, state: { ...wrapped, ...answer } };
            },
            call: () => ({}),
        },
        "portcullis",
        "test",
        preview,
    );
    const built: T[] = [];
    await pulumi.runtime.runInPulumiStack(() => {
        hookTransform();
        built.push(build());
        return Promise.resolve(undefined);
    });
    await pulumi.runtime.disconnect();
    const result = built[0];
    if (result === undefined) {
        throw new Error("the program gave nothing back");
    }
    const resources = [...inputsOf].flatMap(([key, told]) => {
        const entry = seen.get(key);
        return entry === undefined ? [] : [{ type: key.slice(0, key.indexOf(" ")), ...told, ...entry }];
    });
    return {
        result,
        resources,
        get(name) {
            const found = resources.find((resource) => resource.name === name);
            if (found === undefined) {
                throw new Error(
                    `no resource ${name}; there are: ${resources.map((one) => one.name).join(", ")}`,
                );
            }
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

/** Every value of the program's inputs that is a string, with where it stands, unless it is within a secret. */
export function plainStrings(program: Recorded<unknown>): string[] {
    return program.resources.flatMap(({ name, inputs, secretInputs }) =>
        Object.entries(inputs).flatMap(([key, value]) =>
            secretInputs.includes(key) ? [] : [`${name}.${key}=${JSON.stringify(value)}`],
        ),
    );
}
