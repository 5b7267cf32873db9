/** Plans of the real components, which run with Pulumi's mocks as in the preview of a stack never deployed. */
import * as pulumi from "@pulumi/pulumi";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { HardenedContainer } from "../../../components/container";
import { containerName, processLimitStepName } from "../../../declaration/resources";
import { HardenedHost } from "../../../components/host";
import { daemonStepName } from "../../../declaration/resources";
import { EngineImage } from "../../../components/image";
import { sealed, unsealed } from "../../../transport/seal";
import { inputsOf, nameOf, type Planned } from "../../../policy/prediction/planned";
import { someReach, someSettings } from "../../support/host";
import { archive, wholeStack } from "../../support/parts";
import { record, type Registered } from "../../support/program";

/** How a preview's JSON, and the protocol, write a text that is not known yet. */
export const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

type Wire = Record<string, JavaScriptValue>;

/** A resource of a plan, and its inputs as the engine sends them to a policy pack. */
export interface Sample extends Planned {
    readonly wire: Wire;
}

/** Three hosts; on the first of them the containers web and db; and the rest of a stack, on an engine without a host. */
function program(): void {
    const settings = someSettings({ engine: { authorizationPlugin: "some/portcullis-authorization" } });
    const [host] = ["host", "a", "b"].map(
        (name) =>
            new HardenedHost(name, {
                ...someReach(),
                engine: settings.engine,
                audit: settings.audit,
                authorizationPlugin: { file: "some/portcullis-authorization", sha256: "a".repeat(64) },
            }),
    );
    if (host === undefined) {
        return;
    }
    const { engine } = host;
    const image = new EngineImage("web-image", { engine, origin: { archive } });
    for (const name of ["web", "db"]) {
        new HardenedContainer(name, {
            engine,
            containerName: name,
            image: image.imageId,
            uid: 1000,
            role: name,
            limits: { memoryMegabytes: 256, cpus: 1, pids: 64 },
            healthCheck: { test: { shell: "true" } },
            networks: [{ name: image.imageId, aliases: [name] }],
            mounts: [{ type: "volume", source: image.imageId, target: "/data", readOnly: false }],
            configDigests: [image.imageId],
        });
    }
    wholeStack();
}

/** A value as it goes over the wire; undefined members are left out. */
function wireOf(value: unknown): JavaScriptValue {
    if (pulumi.isUnknown(value)) {
        return unknownText;
    }
    if (Array.isArray(value)) {
        return value.map(wireOf);
    }
    if (typeof value === "object" && value !== null) {
        return wireOfAll(value);
    }
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
        ? value
        : null;
}

function wireOfAll(values: object): Wire {
    const told = Object.entries(values).filter(([, value]) => value !== undefined);
    return Object.fromEntries(told.map(([key, value]) => [key, wireOf(value)]));
}

function sampleOf(urn: string, type: string, parent: string | undefined, inputs: object): Sample {
    const wire = wireOfAll(inputs);
    return { urn, type, name: nameOf(urn), parent, wire, inputs: inputsOf(wire) };
}

let recorded: readonly Registered[] = [];

/** Runs the components, once; to be called before a test takes a sample. */
export async function prepareSamples(): Promise<void> {
    if (recorded.length === 0) {
        recorded = (
            await record(
                () => {
                    program();
                    return true;
                },
                () => ({}),
                true,
            )
        ).resources;
    }
}

/** The stack as it comes: the first host and all that belongs to it, and the parts of the stack. */
export function stackSamples(): Sample[] {
    return recorded
        .filter(({ name }) => !/^(a|b|web|db)(-|$)/.test(name))
        .map(({ urn, type, parentUrn, inputs }) => sampleOf(urn, type, parentUrn, inputs));
}

/** One resource, with changes to its inputs; `undefined` takes an input away. */
function sample(name: string, change: Record<string, unknown> = {}): Sample {
    const found = recorded.find((one) => one.name === name);
    if (found === undefined) {
        throw new Error(`the components make no resource ${name}`);
    }
    return sampleOf(found.urn, found.type, found.parentUrn, { ...found.inputs, ...change });
}

/** A resource with other inputs. */
export function withInputs({ urn, type, parent, wire }: Sample, change: Record<string, unknown>): Sample {
    return sampleOf(urn, type, parent, { ...wire, ...change });
}

/** A resource, or what is below it, as if it had other names or types. */
export function renamed<T extends Planned>(resource: T, from: string, to: string): T {
    const { urn, type, name, parent } = resource;
    return {
        ...resource,
        urn: urn.replaceAll(from, to),
        type: type.replaceAll(from, to),
        name: name.replaceAll(from, to),
        parent: parent?.replaceAll(from, to),
    };
}

/** A resource that no component of ours makes. */
export function planned(type: string, name: string, inputs: Record<string, unknown>): Sample {
    return sampleOf(`urn:pulumi:test::portcullis::${type}::${name}`, type, undefined, inputs);
}

/** daemon.json as the program writes it, with changes; `undefined` takes a key away. */
export function daemonJson(change: Record<string, unknown> = {}): string {
    const { stdin } = sample(daemonStepName("host")).wire;
    const config: unknown = JSON.parse(unsealed(typeof stdin === "string" ? stdin : ""));
    return JSON.stringify({ ...(typeof config === "object" ? config : {}), ...change });
}

/** The component of a host. */
export function hostComponent(host = "host"): Sample {
    return sample(host);
}

/** The step that puts the engine under a daemon.json. */
export function daemonStep(config: string, host = "host"): Sample {
    return sample(daemonStepName(host), { stdin: config === unknownText ? unknownText : sealed(config) });
}

/** A container that passes all checks, with changes; `undefined` takes an input away. */
export function container(change: Record<string, unknown> = {}, name = "web"): Sample {
    // HardenedContainer restarts without an end, which 5.15 warns of: the samples begin without a warning.
    return sample(containerName(name), { restart: "on-failure", maxRetryCount: 5, ...change });
}

/** The step that limits a container's processes. */
export function pidsStep(name = "web"): Sample {
    return sample(processLimitStepName(name));
}
