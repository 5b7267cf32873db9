/** `InstallDependencies` and `About`: the methods that concern npm. */
import * as fs from "node:fs";
import * as path from "node:path";
import type { ServerWritableStream } from "@grpc/grpc-js";
import {
    AboutResponse,
    type AboutRequest,
    InstallDependenciesResponse,
    type InstallDependenciesRequest,
} from "@pulumi/pulumi/proto/language_pb";
import { z } from "zod";
import { run } from "./children";
import { environment, locate } from "./modules";
import { type RuntimeOptions, parseOptions } from "./options";
import { describe, programOf } from "./run";

const packageVersion = z.object({ version: z.string() });

export type InstallStream = ServerWritableStream<InstallDependenciesRequest, InstallDependenciesResponse>;

/**
 * Installs a program's packages with npm, its output streamed to the engine.
 * @throws Error when another package manager is asked for, or npm fails
 */
export async function installDependencies(stream: InstallStream, signal: AbortSignal): Promise<void> {
    const info = programOf(stream.request.getInfo());
    const folder = info.getProgramDirectory();
    const options = parseOptions(info.getOptions()?.toJavaScript());
    onlyNpm(options);
    const say = (text: string | Buffer) => {
        const response = new InstallDependenciesResponse();
        response.setStdout(Buffer.from(text));
        stream.write(response);
    };
    const complain = (chunk: Buffer) => {
        const response = new InstallDependenciesResponse();
        response.setStderr(chunk);
        stream.write(response);
    };
    say("Installing dependencies...\n\n");
    const ended = await run({
        file: "npm",
        args: ["install", "--loglevel=error", ...(options.production ? ["--omit=dev"] : [])],
        cwd: folder,
        env: environment({}),
        stdout: say,
        stderr: complain,
        signal,
    });
    const problem = describe(ended, false);
    if (problem !== "") {
        throw new Error(`npm install failed in ${folder}: ${problem}; its own message is above`);
    }
    if (!fs.existsSync(path.join(folder, "node_modules"))) {
        throw new Error(`npm install reported success, but there is no node_modules in ${folder}`);
    }
    say("Finished installing dependencies\n\n");
}

function onlyNpm(options: RuntimeOptions): void {
    if (options.packagemanager !== "auto" && options.packagemanager !== "npm") {
        throw new Error(
            `this language host installs with npm only, not ${options.packagemanager} (packagemanager in Pulumi.yaml): ` +
                `run "${options.packagemanager} install" yourself, or use the official Pulumi release`,
        );
    }
}

/** The answer to `pulumi about` on the runtime; a version that cannot be found is left out. */
export function about(request: AboutRequest): AboutResponse {
    const response = new AboutResponse();
    response.setExecutable(process.execPath);
    response.setVersion(process.version);
    const metadata = response.getMetadataMap();
    metadata.set("packagemanager", "npm");
    metadata.set("packagemanagerVersion", npmVersion() ?? "");
    const version = typescriptVersion(request.getInfo()?.getProgramDirectory() ?? process.cwd());
    if (version !== undefined) {
        metadata.set("typescriptVersion", version);
    }
    return response;
}

/** npm's version, from the package of the npm on PATH: the engine asks at each run, and starting npm takes long. */
function npmVersion(): string | undefined {
    const folder = (process.env["PATH"] ?? "")
        .split(path.delimiter)
        .find((name) => name !== "" && fs.existsSync(path.join(name, "npm")));
    if (folder === undefined) {
        return undefined;
    }
    try {
        const program = fs.realpathSync(path.join(folder, "npm"));
        const file = path.join(path.dirname(program), "..", "package.json");
        return packageVersion.parse(JSON.parse(fs.readFileSync(file, "utf8"))).version;
    } catch {
        return undefined;
    }
}

/** The version of the compiler that the program would load; a JavaScript program has none. */
function typescriptVersion(folder: string): string | undefined {
    try {
        const path = locate("typescript/package.json", folder, "npm install");
        return packageVersion.parse(JSON.parse(fs.readFileSync(path, "utf8"))).version;
    } catch {
        return undefined;
    }
}
