import * as pulumi from "@pulumi/pulumi";
import type { Declared } from "../../declaration";
import type { DeclaredItems } from "../declared";
import { onHost, type Engine } from "../engine";
import type { Step } from "../toolkit";
import { declaredFile } from "./declare";

/** A file on the host. */
export interface PlacedFile {
    readonly path: string;
    /** SHA-256 of the file as it lies on the host. */
    readonly digest: pulumi.Output<string>;
    readonly step: Step;
    /** The required state of the file, for the comparison with the host. */
    readonly declared: pulumi.Output<Declared<"file">>;
}

interface FileContent {
    readonly path: string;
    /** Octal, e.g. `0400`. */
    readonly mode: string;
    /** `root`, or a uid inside containers. */
    readonly owner: string;
    /**
     * The content's SHA-256 is public: the stack's state and its declaration hold the digest. So a secret content must
     * hold at least 128 bits that nobody can guess, beside whatever a person chose.
     */
    readonly content: pulumi.Input<string>;
}

/** Puts a file on the host, its content by standard input; `destroy` puts back the file that was there before. */
export function placeFile(
    name: string,
    engine: Engine,
    file: FileContent,
    parent: pulumi.Resource,
): PlacedFile {
    const step = engine.toolkit.step(
        name,
        {
            script: "place-file.sh",
            args: [file.path, file.mode, file.owner],
            stdin: file.content,
            undo: { script: "remove-file.sh", args: [file.path] },
        },
        onHost(engine, { parent }),
    );
    const declared = pulumi.unsecret(
        pulumi
            .all([step.resource.urn, file.content, engine.remap])
            .apply(([urn, content, remap]) => declaredFile(urn, { ...file, content }, remap)),
    );
    return { path: file.path, digest: step.output, step, declared };
}

/** Files, and a folder that holds declared files and nothing else. */
export function declaredFiles(files: readonly [PlacedFile, ...PlacedFile[]], folder: string): DeclaredItems {
    return pulumi
        .all(files.map((file) => file.declared))
        .apply((items) => [
            ...items,
            ...items.slice(0, 1).map(({ resource }) => ({ kind: "folder" as const, resource, path: folder })),
        ]);
}
