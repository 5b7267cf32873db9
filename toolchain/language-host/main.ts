/**
 * `pulumi-language-nodejs`: runs Pulumi programs for Node, where the official language host can't be had. The engine
 * starts this program with the engine's address, reads the port from the first line of standard output, and speaks
 * gRPC to that port (pulumirpc.LanguageRuntime).
 */
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import { version } from "@pulumi/pulumi/version";
import { Engine } from "../plugins/lib/engine";
import { createService } from "./service";

/** The engine itself allows messages of 400 MB; the language host sets no limit of its own. */
const unlimited = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

function main(args: string[]): void {
    if (args.includes("-version") || args.includes("--version")) {
        console.log(version);
        return;
    }
    const server = new Server(unlimited);
    const attached = (address: string) => {
        // Nobody is left to report to: the engine ends the running program with this process's group, or the program
        // notices by itself that its monitor is gone.
        new Engine(address).whenGone(() => process.exit(0));
    };
    // Flags may come before the address, some with a value.
    const engineAddress = args.findLast((arg) => !arg.startsWith("-"));
    server.addService(LanguageRuntimeService, createService({ attached }, engineAddress));
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
        if (error) {
            console.error(
                `the language host cannot listen on 127.0.0.1: ${error.message}; check that the loopback interface is up`,
            );
            process.exit(1);
        }
        process.stdout.write(`${port}\n`);
    });
    process.on("SIGINT", () => process.exit(130));
}

main(process.argv.slice(2));
