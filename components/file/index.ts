import type * as pulumi from "@pulumi/pulumi";
import { onHost, type Engine } from "../engine";
import type { Step } from "../toolkit";

/** A file on the host. */
export interface PlacedFile {
    readonly path: string;
    /** SHA-256 of the file as it lies on the host. */
    readonly digest: pulumi.Output<string>;
    readonly step: Step;
}

export interface FileContent {
    readonly path: string;
    /** Octal, e.g. `0400`. */
    readonly mode: string;
    /** `root`, or a uid inside containers. */
    readonly owner: string;
    readonly content: pulumi.Input<string>;
}

/** Puts a file on the host, its content by standard input; `destroy` puts back what was there before. */
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
    return { path: file.path, digest: step.output, step };
}
