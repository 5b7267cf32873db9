/** The protocol's messages in plain JSON, as tests compare them. */
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { z } from "zod";

export type Wire = Record<string, unknown>;
/** An answer in plain JSON: either what the plugin said, or its error. */
export type Answer = { ok: Wire } | { error: { code: number; message: string } };

/** A message of the protocol. */
export interface Message {
    toObject(): object;
}

/** Takes the answer's content, or fails with its error. */
export function ok(answer: Answer): Wire {
    if ("error" in answer) {
        throw new Error(`the plugin answered with error ${answer.error.code}: ${answer.error.message}`);
    }
    return answer.ok;
}

/** Takes the error's message, or fails when there is none. */
export function failure(answer: Answer): string {
    if ("ok" in answer) {
        throw new Error(`the plugin did not fail: ${JSON.stringify(answer.ok)}`);
    }
    return answer.error.message;
}

/** An object inside an answer. */
export function part(wire: Wire, key: string): Wire {
    const value = wire[key];
    if (typeof value !== "object" || value === null) {
        throw new Error(`no object ${key} in ${JSON.stringify(wire)}`);
    }
    return { ...value };
}

/** A message of the protocol in plain JSON. */
export function toPlain(message: Message): Wire {
    if (message instanceof proto.CheckResponse) {
        const failures = message.getFailuresList().map((item) => item.toObject());
        return { inputs: plainStruct(message.getInputs()), failures };
    }
    if (message instanceof proto.CreateResponse) {
        return { id: message.getId(), properties: plainStruct(message.getProperties()) };
    }
    if (message instanceof proto.ReadResponse) {
        const inputs = plainStruct(message.getInputs());
        return { id: message.getId(), inputs, properties: plainStruct(message.getProperties()) };
    }
    if (message instanceof proto.UpdateResponse) {
        return { properties: plainStruct(message.getProperties()) };
    }
    if (message instanceof proto.DiffResponse) {
        return plainDiff(message);
    }
    return { ...message.toObject() };
}

function plainDiff(message: proto.DiffResponse): Wire {
    const detailed: [string, Wire][] = [];
    message.getDetaileddiffMap().forEach((value, key) => {
        detailed.push([key, { kind: value.getKind(), inputDiff: value.getInputdiff() }]);
    });
    return {
        changes: message.getChanges(),
        replaces: message.getReplacesList().sort(),
        stables: message.getStablesList().sort(),
        diffs: message.getDiffsList().sort(),
        deleteBeforeReplace: message.getDeletebeforereplace(),
        hasDetailedDiff: message.getHasdetaileddiff(),
        detailed: Object.fromEntries(detailed.sort(([a], [b]) => (a < b ? -1 : 1))),
    };
}

function plainStruct(value: Struct | undefined): Wire | undefined {
    return value?.toJavaScript();
}

/** Plain JSON as the protocol has it. */
export function struct(value: Wire): Struct {
    const plain = z.record(z.string(), z.json()).parse(value);
    return Struct.fromJavaScript(Object.fromEntries(Object.entries(plain)));
}
