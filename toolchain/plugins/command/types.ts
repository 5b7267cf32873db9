/** The properties of the two resource types, and the values of them that a run of a command needs. */
import { z } from "zod";
import type { Field, Struct } from "./fields";

const official = "use the official command plugin for it";

const commandFields: Field[] = [
    { name: "triggers", type: "[]interface {}" },
    { name: "create", type: "string" },
    { name: "update", type: "string" },
    { name: "delete", type: "string" },
    { name: "stdin", type: "string" },
    { name: "logging", type: "string" },
];
const outputFields: Field[] = [
    { name: "stdout", type: "string", required: true },
    { name: "stderr", type: "string", required: true },
];
const localFields: Field[] = [
    ...commandFields,
    { name: "interpreter", type: "[]string" },
    { name: "dir", type: "string" },
    { name: "environment", type: "map[string]string" },
    {
        name: "assetPaths",
        type: "[]string",
        refused: `the offline command plugin does not collect files into assets (assetPaths): ${official}`,
    },
    {
        name: "archivePaths",
        type: "[]string",
        refused: `the offline command plugin does not collect files into an archive (archivePaths): ${official}`,
    },
    { name: "addPreviousOutputInEnv", type: "bool" },
];

const connection: Struct = {
    name: "remote.Connection",
    fields: [
        { name: "user", type: "string", default: "root" },
        { name: "password", type: "string", secret: true },
        { name: "host", type: "string", required: true },
        { name: "port", type: "float64", default: 22 },
        { name: "privateKey", type: "string", secret: true },
        { name: "privateKeyPassword", type: "string", secret: true },
        { name: "agentSocketPath", type: "string" },
        { name: "dialErrorLimit", type: "int", default: 10 },
        { name: "perDialTimeout", type: "int", default: 15 },
        { name: "hostKey", type: "string" },
        {
            name: "proxy",
            type: { name: "remote.ProxyConnection", fields: [] },
            refused: `the offline command plugin does not connect through a bastion host (connection.proxy): ${official}`,
        },
    ],
};
const remoteFields: Field[] = [
    ...commandFields,
    { name: "connection", type: connection, required: true, secret: true },
    { name: "environment", type: "map[string]string" },
    { name: "addPreviousOutputInEnv", type: "bool" },
];

/** Inputs and state of `command:local:Command`. */
export const local = {
    inputs: { name: "local.CommandInputs", fields: localFields },
    outputs: { name: "local.CommandOutputs", fields: [...localFields, ...outputFields] },
} satisfies Record<string, Struct>;

/** Inputs and state of `command:remote:Command`. */
export const remote = {
    inputs: { name: "remote.CommandInputs", fields: remoteFields },
    outputs: { name: "remote.CommandOutputs", fields: [...remoteFields, ...outputFields] },
} satisfies Record<string, Struct>;

const runArguments = z.object({
    create: z.string().optional(),
    update: z.string().optional(),
    delete: z.string().optional(),
    stdin: z.string().optional(),
    logging: z.string().optional(),
    environment: z.record(z.string(), z.string()).optional(),
    addPreviousOutputInEnv: z.boolean().optional(),
    stdout: z.string().default(""),
    stderr: z.string().default(""),
});

/** A local command, all its values known. */
export const localArguments = runArguments.extend({
    interpreter: z.array(z.string()).optional(),
    dir: z.string().optional(),
});
export type LocalArguments = z.infer<typeof localArguments>;

/** The address and the login of a connection. Times in seconds, 0 for no limit; `dialErrorLimit` -1 for no limit. */
const connectionArguments = z.object({
    user: z.string().default("root"),
    password: z.string().optional(),
    host: z.string(),
    port: z.number().default(22).transform(Math.trunc),
    privateKey: z.string().optional(),
    privateKeyPassword: z.string().optional(),
    agentSocketPath: z.string().optional(),
    dialErrorLimit: z.number().default(10).transform(Math.trunc),
    perDialTimeout: z.number().default(15).transform(Math.trunc),
    hostKey: z.string().optional(),
});
export type ConnectionArguments = z.infer<typeof connectionArguments>;

/** A remote command, all its values known. */
export const remoteArguments = runArguments.extend({ connection: connectionArguments });
export type RemoteArguments = z.infer<typeof remoteArguments>;
