/** Runs a provider as the engine expects: a gRPC server on the loopback, its port as the first line of output. */
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type { ProviderDefinition } from "./resource";
import { createService } from "./service";

/** The engine itself allows messages of 400 MB; the plugin sets no limit of its own. */
const unlimited = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

/**
 * Serves a provider until the engine stops the process, or is gone itself.
 * The engine's address is the first argument that is no flag.
 * Prints the port on standard output; everything else that is printed goes to standard error.
 */
export function serve<C>(definition: ProviderDefinition<C>): void {
    const engineAddress = process.argv.slice(2).find((arg) => !arg.startsWith("-"));
    const server = new Server(unlimited);
    const service = createService(
        definition,
        {
            attached: (engine) => {
                engine.whenGone(() => process.exit(0));
            },
        },
        engineAddress,
    );
    server.addService(ResourceProviderService, service);
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
        if (error) {
            console.error(
                `the ${definition.name} plugin cannot listen on 127.0.0.1: ${error.message}; ` +
                    "check that the loopback interface is up",
            );
            process.exit(1);
        }
        process.stdout.write(`${String(port)}\n`);
    });
}
