/**
 * Runs this checkout's program by the SDK's own runner, both from their compiled form. The runner loads the program by
 * the name of its file, from the sources, as the official language host has it do; here it finds it loaded.
 */
import "./preload-program";
import "@pulumi/pulumi/cmd/run";
