import * as path from "node:path";
import { Deployment } from "../deployment";
import { root, type TestHost, TestStack } from "../stack";

/** A stack with its settings where a user has them: printed commands name the stack, and nothing else. */
class NamedStack extends TestStack {
    override readonly settingsFile: string;

    constructor(host: TestHost) {
        super(host);
        this.settingsFile = path.join(root, `Pulumi.${host.name}.yaml`);
    }

    override async init(): Promise<void> {
        await super.init();
        this.reset();
    }
}

/** A stack whose remedies are tried, its host, and what it tells of itself. */
export interface RemedyStack {
    readonly host: TestHost;
    readonly stack: TestStack;
    readonly deployment: Deployment;
    readonly name: string;
    /** Folder of the stack's reports, below the checkout. */
    readonly reports: string;
}

export function remedyStack(host: TestHost): RemedyStack {
    const stack = new NamedStack(host);
    const deployment = new Deployment(host, stack);
    return { host, stack, deployment, name: host.name, reports: `reports/${host.name}` };
}
