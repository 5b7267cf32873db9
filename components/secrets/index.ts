import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { derivePassword, derivePreSharedKey } from "./derive";

interface GeneratedSecretsArgs {
    /** The user's own registry password. @default a generated one */
    readonly registryPassword?: pulumi.Output<string>;
}

/**
 * The stack's passwords and keys, all derived from one private key in the stack's (encrypted) state: stable from run
 * to run, made without a command, and renewed together by replacing that key.
 */
export class GeneratedSecrets extends pulumi.ComponentResource {
    /** The id that tells the state that holds the seed from every other state; no secret. */
    readonly stateId: pulumi.Output<string>;
    /** The private key that all passwords and keys are derived from, PEM; secret. */
    readonly seed: pulumi.Output<string>;
    /** Password of the registry's user; secret. */
    readonly registryPassword: pulumi.Output<string>;
    /** Password of the user by whom Clair pulls; secret. */
    readonly scannerPassword: pulumi.Output<string>;
    /** Password of PostgreSQL's superuser; secret. */
    readonly superuserPassword: pulumi.Output<string>;
    /** Password of Clair's PostgreSQL role; secret. */
    readonly databasePassword: pulumi.Output<string>;
    /** Clair's pre-shared key, base64; secret. */
    readonly clairKey: pulumi.Output<string>;

    constructor(name: string, args: GeneratedSecretsArgs = {}, opts?: pulumi.ComponentResourceOptions) {
        super("portcullis:secrets:GeneratedSecrets", name, {}, opts);
        const key = new tls.PrivateKey(
            `${name}-seed`,
            { algorithm: "ECDSA", ecdsaCurve: "P384" },
            { parent: this },
        );
        this.stateId = pulumi.unsecret(key.publicKeyFingerprintSha256);
        this.seed = pulumi.secret(key.privateKeyPem);
        const password = (purpose: string) => this.seed.apply((seed) => derivePassword(seed, purpose));
        this.registryPassword = args.registryPassword ?? password("registry user");
        this.scannerPassword = password("scanner user");
        this.superuserPassword = password("database superuser");
        this.databasePassword = password("database role");
        this.clairKey = this.seed.apply((seed) => derivePreSharedKey(seed, "clair psk"));
        this.registerOutputs({});
    }
}
