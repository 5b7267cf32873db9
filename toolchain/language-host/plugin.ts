/** `RunPlugin`: a policy pack or another plugin that is written for Node. */
import { type ServerWritableStream } from "@grpc/grpc-js";
import { RunPluginResponse, type RunPluginRequest } from "@pulumi/pulumi/proto/language_pb";
import type { AnalyzerStackConfigureRequest } from "@pulumi/pulumi/proto/analyzer_pb";
import { run } from "./children";
import { compiledPolicyPack } from "./compiled";
import { locate } from "./modules";
import { optionVariables, parseOptions } from "./options";
import { PolicyProxy } from "./policy-proxy";
import { describe, programOf, withoutDebugger } from "./run";

export type PluginStream = ServerWritableStream<RunPluginRequest, RunPluginResponse>;

/**
 * Runs a plugin until it ends or the engine cancels.
 * @throws Error when the plugin cannot be started or ends with another code than 0
 */
export async function runPlugin(stream: PluginStream, signal: AbortSignal): Promise<void> {
    const request = stream.request;
    withoutDebugger(request);
    const info = programOf(request.getInfo());
    const folder = info.getProgramDirectory();
    const options = parseOptions(info.getOptions()?.toJavaScript());
    const isPolicy = request.getKind() === "analyzer";
    // The engine gives the whole environment; nothing of this process's own is added.
    const env: NodeJS.ProcessEnv = { ...pairs(request.getEnvList()), ...optionVariables(options) };
    const compiled = isPolicy ? compiledPolicyPack(folder, options, env) : undefined;
    const runner = compiled ?? [
        locate(
            isPolicy
                ? "@pulumi/pulumi/cmd/run-policy-pack"
                : (process.env["PULUMI_LANGUAGE_NODEJS_RUN_PATH"] ?? "@pulumi/pulumi/cmd/run-plugin"),
            folder,
            `npm install in ${folder}`,
        ),
    ];
    const command = {
        file: process.execPath,
        env,
        stdout: (chunk: Buffer) => {
            stream.write(output(chunk, undefined));
        },
        stderr: (chunk: Buffer) => {
            stream.write(output(undefined, chunk));
        },
        signal,
    };
    const args = [...options.nodeArguments, ...runner];
    const ended = isPolicy
        ? await runPolicyPack({ ...command, args: [...args, ...request.getArgsList(), folder], cwd: folder })
        : await run({ ...command, args: [...args, folder, ...request.getArgsList()], cwd: request.getPwd() });
    const problem = describe(ended, false);
    if (problem !== "" && !signal.aborted) {
        throw new Error(problem);
    }
}

async function runPolicyPack(command: Parameters<typeof run>[0]): ReturnType<typeof run> {
    const proxy = new PolicyProxy();
    const port = await proxy.listen();
    command.signal.addEventListener("abort", () => {
        proxy.close("the engine cancelled the policy pack");
    });
    command.stdout(Buffer.from(`${port}\n`));
    try {
        const configuration = await proxy.configuration();
        const attach = onFirstLine(command.stdout, (line) => {
            proxy.attach(Number(line)).catch((error: unknown) => {
                proxy.close(`the policy pack did not take its configuration: ${String(error)}`);
            });
        });
        return await run({
            ...command,
            stdout: attach,
            env: { ...command.env, ...stackVariables(configuration) },
        });
    } finally {
        proxy.close("the policy pack has ended");
    }
}

/** Takes the first line out of a stream of chunks; the rest goes on. */
export function onFirstLine(
    rest: (chunk: Buffer) => void,
    take: (line: string) => void,
): (chunk: Buffer) => void {
    let head: Buffer | undefined = Buffer.alloc(0);
    return (chunk) => {
        if (head === undefined) {
            rest(chunk);
            return;
        }
        head = Buffer.concat([head, chunk]);
        const end = head.indexOf("\n");
        if (end >= 0) {
            const tail = head.subarray(end + 1);
            take(head.subarray(0, end).toString());
            head = undefined;
            if (tail.length > 0) {
                rest(tail);
            }
        }
    };
}

function stackVariables(configuration: AnalyzerStackConfigureRequest | undefined): Record<string, string> {
    if (configuration === undefined) {
        return {};
    }
    const variables = {
        PULUMI_NODEJS_ORGANIZATION: configuration.getOrganization(),
        PULUMI_NODEJS_PROJECT: configuration.getProject(),
        PULUMI_NODEJS_STACK: configuration.getStack(),
        PULUMI_NODEJS_DRY_RUN: String(configuration.getDryRun()),
        PULUMI_CONFIG: JSON.stringify(Object.fromEntries(configuration.getConfigMap().entries())),
    };
    return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ""));
}

/** ["NAME=value", …] as an object. */
function pairs(list: string[]): Record<string, string> {
    return Object.fromEntries(
        list.map((entry) => {
            const at = entry.indexOf("=");
            return [entry.slice(0, at), entry.slice(at + 1)];
        }),
    );
}

function output(stdout: Buffer | undefined, stderr: Buffer | undefined): RunPluginResponse {
    const response = new RunPluginResponse();
    if (stdout !== undefined) {
        response.setStdout(stdout);
    }
    if (stderr !== undefined) {
        response.setStderr(stderr);
    }
    return response;
}
