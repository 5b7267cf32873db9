/**
 * The language host's gRPC service. The methods of code generation (GenerateProgram, GenerateProject, GeneratePackage,
 * Pack, Link) are not here and answer UNIMPLEMENTED: they are no part of running a program.
 */
import {
    type ServerWritableStream,
    type UntypedServiceImplementation,
    type handleUnaryCall,
    status,
} from "@grpc/grpc-js";
import {
    type AboutRequest,
    type AboutResponse,
    DependencyInfo,
    type GetProgramDependenciesRequest,
    GetProgramDependenciesResponse,
    type GetRequiredPackagesRequest,
    GetRequiredPackagesResponse,
    type LanguageHandshakeRequest,
    LanguageHandshakeResponse,
    type RunRequest,
    type RunResponse,
    type RuntimeOptionsRequest,
    RuntimeOptionsResponse,
    type TemplateRequest,
    TemplateResponse,
} from "@pulumi/pulumi/proto/language_pb";
import { PackageDependency, PackageParameterization, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { version } from "@pulumi/pulumi/version";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type InstallStream, about, installDependencies } from "./install";
import { type RequiredPackage, programDependencies, requiredPackages } from "./packages";
import { type PluginStream, runPlugin } from "./plugin";
import { programOf, runProgram } from "./run";
import { reasonOf } from "../../text/reason";

/** The news from the service for the process around it. */
export interface Hooks {
    /** Called with the engine's address (host:port) when the engine has told it. */
    attached(engineAddress: string): void;
}

/**
 * The service's methods.
 * @param engineAddress host:port when it is known from the command line; else the engine's handshake brings it
 */
export function createService(hooks: Hooks, engineAddress = ""): UntypedServiceImplementation {
    const cancelled = new AbortController();
    let engine = engineAddress;
    if (engine !== "") {
        hooks.attached(engine);
    }
    return {
        handshake: unary((request: LanguageHandshakeRequest) => {
            engine = request.getEngineAddress();
            hooks.attached(engine);
            return new LanguageHandshakeResponse();
        }),
        getPluginInfo: unary<Empty, PluginInfo>(() => {
            const info = new PluginInfo();
            info.setVersion(version);
            return info;
        }),
        getRequiredPackages: unary((request: GetRequiredPackagesRequest) => {
            const { packages, problems } = requiredPackages(
                programOf(request.getInfo()).getProgramDirectory(),
            );
            problems.forEach((problem) => {
                console.error(`while looking for plugins: ${problem}`);
            });
            const response = new GetRequiredPackagesResponse();
            response.setPackagesList(packages.map(dependency));
            return response;
        }),
        getProgramDependencies: unary((request: GetProgramDependenciesRequest) => {
            const folder = programOf(request.getInfo()).getProgramDirectory();
            const response = new GetProgramDependenciesResponse();
            response.setDependenciesList(
                programDependencies(folder, request.getTransitivedependencies()).map((found) => {
                    const info = new DependencyInfo();
                    info.setName(found.name);
                    info.setVersion(found.version);
                    return info;
                }),
            );
            return response;
        }),
        about: unary((request: AboutRequest): AboutResponse => about(request)),
        // npm is the only package manager here, so there is nothing to ask.
        runtimeOptionsPrompts: unary<RuntimeOptionsRequest, RuntimeOptionsResponse>(
            () => new RuntimeOptionsResponse(),
        ),
        template: unary<TemplateRequest, TemplateResponse>(() => new TemplateResponse()),
        run: unary(
            (request: RunRequest, signal: AbortSignal): Promise<RunResponse> =>
                runProgram(request, engine, signal),
            cancelled.signal,
        ),
        runPlugin: streaming((call: PluginStream, signal) => runPlugin(call, signal), cancelled.signal),
        installDependencies: streaming(
            (call: InstallStream, signal) => installDependencies(call, signal),
            cancelled.signal,
        ),
        cancel: unary<Empty, Empty>(() => {
            cancelled.abort();
            return new Empty();
        }),
    };
}

function dependency(found: RequiredPackage): PackageDependency {
    const result = new PackageDependency();
    result.setName(found.name);
    result.setKind("resource");
    result.setVersion(found.version);
    result.setServer(found.server);
    if (found.parameterization !== undefined) {
        const { name, version: parameterVersion, value } = found.parameterization;
        const parameters = new PackageParameterization();
        parameters.setName(name);
        parameters.setVersion(parameterVersion);
        parameters.setValue(value);
        result.setParameterization(parameters);
    }
    return result;
}

/** A call with one answer; the signal is aborted when the engine drops the call or cancels everything. */
function unary<Q, A>(
    answer: (request: Q, signal: AbortSignal) => A | Promise<A>,
    cancelled?: AbortSignal,
): handleUnaryCall<Q, A> {
    return (call, callback) => {
        const dropped = new AbortController();
        call.on("cancelled", () => {
            dropped.abort();
        });
        const signal = AbortSignal.any([dropped.signal, ...(cancelled === undefined ? [] : [cancelled])]);
        Promise.resolve()
            .then(() => answer(call.request, signal))
            .then(
                (response) => {
                    callback(null, response);
                },
                (error: unknown) => {
                    callback({ code: status.UNKNOWN, details: reasonOf(error) });
                },
            );
    };
}

/** A call that answers with a stream, which ends when the work ends. */
function streaming<Q, A>(
    work: (call: ServerWritableStream<Q, A>, signal: AbortSignal) => Promise<void>,
    cancelled: AbortSignal,
): (call: ServerWritableStream<Q, A>) => void {
    return (call) => {
        const dropped = new AbortController();
        call.on("cancelled", () => {
            dropped.abort();
        });
        work(call, AbortSignal.any([dropped.signal, cancelled])).then(
            () => {
                call.end();
            },
            (error: unknown) => {
                call.emit("error", { code: status.UNKNOWN, details: reasonOf(error) });
            },
        );
    };
}
