/** The engine's message types, filled from a provider's answers. */
import {
    CheckFailure as CheckFailureMessage,
    CheckResponse,
    DiffResponse,
    PropertyDiff,
} from "@pulumi/pulumi/proto/provider_pb";
import type { CheckFailure, Diff, DiffKind } from "./resource";
import { type Props, toStruct } from "./values";

const kinds: Record<DiffKind, PropertyDiff.Kind> = {
    add: PropertyDiff.Kind.ADD,
    "add-replace": PropertyDiff.Kind.ADD_REPLACE,
    delete: PropertyDiff.Kind.DELETE,
    "delete-replace": PropertyDiff.Kind.DELETE_REPLACE,
    update: PropertyDiff.Kind.UPDATE,
    "update-replace": PropertyDiff.Kind.UPDATE_REPLACE,
};

/** Check failures as messages. */
export function failureMessages(failures: CheckFailure[]): CheckFailureMessage[] {
    return failures.map((failure) => {
        const message = new CheckFailureMessage();
        message.setProperty(failure.property);
        message.setReason(failure.reason);
        return message;
    });
}

/** The answer to Check and CheckConfig. */
export function checkResponse(checked: { inputs: Props; failures: CheckFailure[] }): CheckResponse {
    const response = new CheckResponse();
    response.setInputs(toStruct(checked.inputs));
    response.setFailuresList(failureMessages(checked.failures));
    return response;
}

/** The answer to Diff and DiffConfig. */
export function diffResponse(diff: Diff): DiffResponse {
    const response = new DiffResponse();
    response.setChanges(
        diff.changes ? DiffResponse.DiffChanges.DIFF_SOME : DiffResponse.DiffChanges.DIFF_NONE,
    );
    response.setReplacesList(diff.replaces);
    response.setStablesList(diff.stables ?? []);
    response.setDeletebeforereplace(diff.deleteBeforeReplace);
    response.setDiffsList(diff.diffs ?? [...new Set(Object.keys(diff.detailed ?? {}).map(topLevelName))]);
    const detailed = response.getDetaileddiffMap();
    for (const [path, kind] of Object.entries(diff.detailed ?? {})) {
        const property = new PropertyDiff();
        property.setKind(kinds[kind]);
        property.setInputdiff(diff.inputDiffs?.includes(path) ?? false);
        detailed.set(path, property);
    }
    response.setHasdetaileddiff(diff.detailed !== undefined);
    return response;
}

/** The first element of a property path such as `subject.commonName`, `names[0]` or `["a.b"].c`. */
export function topLevelName(path: string): string {
    const quoted = /^\["((?:[^"\\]|\\.)*)"\]/.exec(path);
    return quoted?.[1]?.replace(/\\(.)/g, "$1") ?? /^[^.[]*/.exec(path)?.[0] ?? path;
}
