/** This checkout's own program and policy pack run from their compiled form; all others from their sources. */
import * as fs from "node:fs";
import * as path from "node:path";
import type { ProgramInfo } from "@pulumi/pulumi/proto/language_pb";
import type { RuntimeOptions } from "./options";

const root = path.join(__dirname, "..", "..");
const starter = path.join(root, "toolchain", "compile", "start.cjs");

/** The options that decide how a program is started. */
type Started = Pick<RuntimeOptions, "typescript" | "tsconfig">;

/**
 * The words by which Node runs the program from its compiled form, with the SDK's runner in front of it.
 * @param environment the program's environment variables
 * @returns undefined for a program of somebody else, and where an option needs the sources
 */
export function compiledProgram(
    info: Pick<ProgramInfo, "getProgramDirectory" | "getEntryPoint">,
    options: Started,
    environment: NodeJS.ProcessEnv,
): string[] | undefined {
    const isOwn =
        info.getEntryPoint() === "." &&
        isFolder(info.getProgramDirectory(), root) &&
        allows(options, environment);
    return isOwn ? [starter, "toolchain/language-host/program.ts"] : undefined;
}

/** The words by which Node runs a policy pack from its compiled form; undefined as for a program. */
export function compiledPolicyPack(
    folder: string,
    options: Started,
    environment: NodeJS.ProcessEnv,
): string[] | undefined {
    const isOwn = isFolder(folder, path.join(root, "policy")) && allows(options, environment);
    return isOwn ? [starter, "toolchain/language-host/policy-pack.ts"] : undefined;
}

function isFolder(name: string, wanted: string): boolean {
    const [one, other] = [name, wanted].map((folder) => fs.statSync(folder, { throwIfNoEntry: false }));
    return one !== undefined && one.ino === other?.ino && one.dev === other.dev;
}

/** A trace of the run changes modules while they are loaded, so each module has to be a file of its own. */
function allows(options: Started, environment: NodeJS.ProcessEnv): boolean {
    return (
        options.typescript &&
        options.tsconfig === undefined &&
        (environment["PULUMI_LANGUAGE_NODEJS_RUN_PATH"] ?? "") === "" &&
        (environment["TRACEPARENT"] ?? "") === ""
    );
}
