/** Runs this checkout's policy pack by the SDK's own runner, both from their compiled form (see program.ts). */
import "./preload-policy-pack";
import "@pulumi/pulumi/cmd/run-policy-pack";
