import { z } from "zod";
import type { OpenOperation } from "./events";

const resourceSchema = z.looseObject({
    urn: z.string(),
    type: z.string(),
    id: z.string().optional(),
    delete: z.boolean().optional(),
    inputs: z.record(z.string(), z.unknown()).optional(),
    dependencies: z.array(z.string()).optional(),
    propertyDependencies: z.record(z.string(), z.array(z.string()).nullable()).optional(),
    deletedWith: z.string().optional(),
});

/** The output of `pulumi stack export`, as far as a recovery reads it; all else is kept as it is. */
export const stateSchema = z.looseObject({
    deployment: z.looseObject({
        resources: z.array(resourceSchema).optional(),
        pending_operations: z.array(z.looseObject({ resource: resourceSchema, type: z.string() })).optional(),
    }),
});

export type State = z.infer<typeof stateSchema>;
type Resource = z.infer<typeof resourceSchema>;

/** A shell comment behind a step's command in the state, by which the next `up` takes the step again. */
const again = "# interrupted";

/** A step of the toolkit, in the words of components/toolkit: such a step is safe to take again. */
const stepLine = /\/run\.sh (nothing|sealed|stream) /;

function resourcesOf(state: State): Resource[] {
    return state.deployment.resources ?? [];
}

/** Ids of the stack's Docker containers and networks, by type. */
export function dockerIds(state: State, type: "container" | "network"): Map<string, string> {
    return new Map(
        resourcesOf(state).flatMap((resource): [string, string][] =>
            resource.type === `docker:index/${type}:${type === "container" ? "Container" : "Network"}` &&
            resource.id !== undefined
                ? [[resource.id, resource.urn]]
                : [],
        ),
    );
}

/** URNs of Docker resources of the state whose operation is open: these resources have to be read again. */
export function dockerUrns(state: State, open: readonly OpenOperation[]): string[] {
    const wanted = new Set(open.filter(({ type }) => type.startsWith("docker:")).map(({ urn }) => urn));
    return resourcesOf(state).flatMap(({ urn, type }) =>
        wanted.has(urn) && type.startsWith("docker:") ? [urn] : [],
    );
}

/**
 * The state without the objects of the engine, and without what other resources say of them; and the names of the
 * containers, networks and volumes. Undefined where the state has no such object.
 */
export function withoutEngine(state: State): { readonly state: State; readonly names: string[] } | undefined {
    const isEngines = ({ type }: Resource): boolean =>
        type.startsWith("docker:") || type === "pulumi:providers:docker";
    const gone = resourcesOf(state).filter(isEngines);
    if (gone.length === 0) {
        return undefined;
    }
    const urns = new Set(gone.map(({ urn }) => urn));
    const resources = resourcesOf(state)
        .filter((resource) => !isEngines(resource))
        .map((resource) => released(resource, urns));
    const pending = state.deployment.pending_operations?.filter(({ resource }) => !isEngines(resource));
    return {
        state: { ...state, deployment: { ...state.deployment, resources, pending_operations: pending } },
        names: gone.flatMap(({ type, urn }) =>
            type.startsWith("docker:") ? [urn.slice(urn.lastIndexOf("::") + 2)] : [],
        ),
    };
}

/** A resource that depends on none of the given ones. */
function released(resource: Resource, urns: ReadonlySet<string>): Resource {
    const kept = (list: readonly string[]): string[] => list.filter((urn) => !urns.has(urn));
    const { dependencies, propertyDependencies, deletedWith, ...rest } = resource;
    return {
        ...rest,
        ...(dependencies === undefined ? {} : { dependencies: kept(dependencies) }),
        ...(propertyDependencies === undefined
            ? {}
            : {
                  propertyDependencies: Object.fromEntries(
                      Object.entries(propertyDependencies).map(([property, list]) => [
                          property,
                          kept(list ?? []),
                      ]),
                  ),
              }),
        ...(deletedWith === undefined || urns.has(deletedWith) ? {} : { deletedWith }),
    };
}

/** Operations that Pulumi itself had noted as under way, e.g. when it was killed. */
export function pendingOperations(state: State): OpenOperation[] {
    const operations = state.deployment.pending_operations ?? [];
    return operations.map(({ resource, type }) => ({
        urn: resource.urn,
        type: resource.type,
        op: type === "deleting" ? "delete" : type === "updating" ? "update" : "create",
        failed: false,
    }));
}

/**
 * The state with all that an interrupted run left in doubt made certain: no operation is pending, and a step whose
 * change or removal may have happened is marked to be taken again. Undefined where the state is right as it is.
 */
export function mended(state: State, open: readonly OpenOperation[]): State | undefined {
    const doubtful = new Set(open.filter(({ op }) => op !== "create").map(({ urn }) => urn));
    const isPending = (state.deployment.pending_operations ?? []).length > 0;
    const isMarked = resourcesOf(state).some((resource) => doubtful.has(resource.urn) && isStep(resource));
    if (!isPending && !isMarked) {
        return undefined;
    }
    const resources = resourcesOf(state).map((resource) =>
        doubtful.has(resource.urn) && isStep(resource) ? marked(resource) : resource,
    );
    return { ...state, deployment: { ...state.deployment, resources, pending_operations: undefined } };
}

function isStep({ type, inputs }: Resource): boolean {
    // Another command installs the scripts themselves, and one of the scripts removes them.
    const lines = [inputs?.["create"], inputs?.["delete"]];
    return (
        type.startsWith("command:") &&
        typeof lines[0] === "string" &&
        lines.some((line) => typeof line === "string" && stepLine.test(line))
    );
}

function marked(resource: Resource): Resource {
    const create = String(resource.inputs?.["create"]);
    return { ...resource, inputs: { ...resource.inputs, create: `${create} ${again}` } };
}
