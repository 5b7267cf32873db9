/** The words by which `portcullis scan` is told of images. */
import * as fs from "node:fs";
import { referencePattern, registryOf } from "../../text/reference";

/** An image, or a file or folder with images. */
export type Target =
    | {
          readonly kind: "reference";
          /** As the engine takes it: `redis:7`, `registry.example.org/team/app@sha256:…`. */
          readonly reference: string;
      }
    | {
          readonly kind: "engine";
          /** Name, reference or id in the host's engine. */
          readonly name: string;
      }
    | { readonly kind: "archive"; readonly file: string }
    | { readonly kind: "layout"; readonly folder: string };

const forms =
    "a reference (registry.example.org/team/app:1.4), engine:NAME for an image that the host's engine has, " +
    "archive:FILE of `docker save`, or layout:FOLDER of an OCI image layout";

/** An image id of an engine, whole or its beginning. */
const imageId = /^(sha256:)?[0-9a-f]{12,64}$/;

function reference(text: string, word: string): Target {
    if (!referencePattern.test(text)) {
        throw new Error(`${word} is no image reference, and no such file or folder is here; give ${forms}`);
    }
    return { kind: "reference", reference: text };
}

function atPath(path: string, word: string, wanted?: "archive" | "layout"): Target {
    const stat = fs.statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) {
        throw new Error(`${word}: there is no ${path}; give ${forms}`);
    }
    const kind = stat.isDirectory() ? "layout" : "archive";
    if (wanted !== undefined && wanted !== kind) {
        throw new Error(
            `${word}: ${path} is a ${kind === "layout" ? "folder" : "file"}; give ${kind}:${path}, or another path`,
        );
    }
    return kind === "layout" ? { kind, folder: path } : { kind, file: path };
}

/**
 * What a word stands for. A path that is there comes before a reference; `reference:NAME` is a reference whatever lies here.
 *
 * @throws Error for a word that is none of these
 */
export function parseTarget(word: string): Target {
    const [, prefix, rest = ""] = /^(reference|engine|archive|layout):(.+)$/s.exec(word) ?? [];
    switch (prefix) {
        case "reference":
            return reference(rest, word);
        case "engine":
            if (!referencePattern.test(rest) && !imageId.test(rest)) {
                throw new Error(`${word}: '${rest}' is no name and no id of an image; give ${forms}`);
            }
            return { kind: "engine", name: rest };
        case "archive":
        case "layout":
            return atPath(rest, word, prefix);
        case undefined:
        default:
            break;
    }
    if (fs.existsSync(word) || /^(\/|\.{1,2}\/)/.test(word)) {
        return atPath(word, word);
    }
    return reference(word, word);
}

/** A reference, taken apart. */
interface ReferenceParts {
    /** `registry.example.org:5000`; `docker.io` where the reference names none. */
    readonly server: string;
    /** All before tag and digest, as it was written. */
    readonly repository: string;
    readonly digest: string | undefined;
}

/** Takes a reference apart as Docker's clients do. @param reference one that is valid */
export function partsOf(reference: string): ReferenceParts {
    const [named = "", digest] = reference.split("@");
    const repository = named.replace(/:[^:/]*$/, "");
    return { server: registryOf(repository), repository, digest };
}

/**
 * The name by which exceptions know the image of a reference: of one in the stack's registry its repository there, of any other one
 * its repository with the registry, so that it is not taken for the stack's: `docker.io/team/app`.
 *
 * @param server of the stack's registry
 */
export function nameOf(reference: string, server: string): string {
    const { server: own, repository } = partsOf(reference);
    if (own === server) {
        return repository.slice(server.length + 1);
    }
    return own === "docker.io" ? `${own}/${repository.replace(/^(index\.)?docker\.io\//, "")}` : repository;
}
