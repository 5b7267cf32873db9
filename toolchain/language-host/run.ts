/** `Run`: a Pulumi program in a Node process of its own, by the SDK's own runner. */
import type { ProgramInfo, RunRequest } from "@pulumi/pulumi/proto/language_pb";
import { RunResponse } from "@pulumi/pulumi/proto/language_pb";
import { type Ended, run } from "./children";
import { compiledProgram } from "./compiled";
import { environment, locate } from "./modules";
import { optionVariables, parseOptions } from "./options";
import { reasonOf } from "../../text/reason";

/** The exit code of the SDK's runner when the runner has already told the user what is wrong. */
const toldTheUser = 32;

/** Node prints this text when Node dies for want of memory. */
const outOfMemoryMessage = "<--- Last few GCs --->";

/** The parts that every request must hold; the engine has always sent them since 3.100. */
export function programOf(info: ProgramInfo | undefined): ProgramInfo {
    if (info === undefined) {
        throw new Error("the engine sent no program information: use a Pulumi CLI of version 3.100 or later");
    }
    return info;
}

/** @throws Error when a debugger is to be attached, which needs the official host */
export function withoutDebugger(request: { getAttachDebugger(): boolean }): void {
    if (request.getAttachDebugger()) {
        throw new Error(
            "this language host attaches no debugger: leave --attach-debugger out, or use the official Pulumi release",
        );
    }
}

/**
 * Runs a program to its end.
 * @param engineAddress host:port of the engine, for log messages
 * @param signal aborted when the engine cancels
 */
export async function runProgram(
    request: RunRequest,
    engineAddress: string,
    signal: AbortSignal,
): Promise<RunResponse> {
    const response = new RunResponse();
    let outOfMemory = false;
    try {
        withoutDebugger(request);
        const info = programOf(request.getInfo());
        const options = parseOptions(info.getOptions()?.toJavaScript());
        const compiled = compiledProgram(info, options, process.env);
        const runner = compiled ?? [
            locate(
                process.env["PULUMI_LANGUAGE_NODEJS_RUN_PATH"] ?? "@pulumi/pulumi/cmd/run",
                info.getProgramDirectory(),
                "pulumi install",
            ),
        ];
        const ended = await run({
            file: process.execPath,
            args: [...options.nodeArguments, ...runner, ...runnerArguments(request, info, engineAddress)],
            env: environment({
                ...optionVariables(compiled === undefined ? options : { ...options, typescript: false }),
                PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().entries())),
                PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
            }),
            // The engine reads this process's output and shows it as the program's.
            stdout: (chunk) => process.stdout.write(chunk),
            stderr: (chunk) => {
                outOfMemory ||= chunk.includes(outOfMemoryMessage);
                process.stderr.write(chunk);
            },
            signal,
        });
        if (ended.code === toldTheUser) {
            response.setBail(true);
        } else {
            response.setError(describe(ended, outOfMemory));
        }
    } catch (error) {
        response.setError(reasonOf(error));
    }
    return response;
}

/** The official host's words for how a program ended; empty for success. */
export function describe(ended: Ended, outOfMemory: boolean): string {
    if (ended.code === 0) {
        return "";
    }
    const how =
        ended.code === null
            ? `Program exited with non-zero exit code: -1 (${String(ended.signal)})`
            : `Program exited with non-zero exit code: ${ended.code}`;
    return outOfMemory
        ? `${how}. It may have run out of memory: set the runtime option nodeargs in Pulumi.yaml to ` +
              "--max-old-space-size=MEGABYTES"
        : how;
}

function runnerArguments(request: RunRequest, info: ProgramInfo, engineAddress: string): string[] {
    const flags = {
        monitor: request.getMonitorAddress(),
        engine: engineAddress,
        organization: request.getOrganization(),
        project: request.getProject(),
        "root-directory": info.getRootDirectory(),
        stack: request.getStack(),
        pwd: info.getProgramDirectory(),
        parallel: String(request.getParallel()),
    };
    return [
        ...Object.entries(flags).flatMap(([name, value]) => (value === "" ? [] : [`--${name}`, value])),
        ...(request.getDryrun() ? ["--dry-run"] : []),
        info.getEntryPoint(),
        ...request.getArgsList(),
    ];
}
