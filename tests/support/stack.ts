import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync, type SpawnSyncReturns } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { exampleSettings, writeSettings } from "./settings";

/** The checkout's root. */
export const root = path.join(__dirname, "../..");

/** The output and the end of a program. */
export interface Ended {
    readonly status: number;
    readonly stdout: string;
    readonly stderr: string;
    /** Standard output and standard error, in the order of their coming, as far as that can be told. */
    readonly output: string;
}

/** Runs a program to its end; a log file gets the program's output too, for a look while it runs. */
function run(
    program: string,
    args: readonly string[],
    options: { env?: NodeJS.ProcessEnv; log?: string; input?: string } = {},
): Promise<Ended> {
    return new Promise((resolve, reject) => {
        const child = spawn(program, args, { cwd: root, env: options.env ?? process.env, stdio: "pipe" });
        let [stdout, stderr, output] = ["", "", ""];
        const keep = (text: string) => {
            output += text;
            if (options.log !== undefined) {
                fs.appendFileSync(options.log, text);
            }
        };
        child.stdout.setEncoding("utf8").on("data", (text: string) => {
            stdout += text;
            keep(text);
        });
        child.stderr.setEncoding("utf8").on("data", (text: string) => {
            stderr += text;
            keep(text);
        });
        child.on("error", reject);
        child.on("close", (status) => {
            resolve({ status: status ?? 255, stdout, stderr, output });
        });
        child.stdin.end(options.input ?? "");
    });
}

/** A disposable host of its own for a test. */
export class TestHost {
    readonly address: string;
    readonly folder: string;

    /**
     * @param name at most 11 letters and digits
     * @param subnet a /29 that no other host of this machine has
     */
    constructor(
        readonly name: string,
        readonly release: "trixie" | "bookworm",
        protected readonly subnet: string,
        private readonly options: readonly string[] = [],
    ) {
        this.address = subnet.replace(/0\/29$/, "2");
        this.folder = `.portcullis/hosts/${name}`;
    }

    /** Boots the host, new. */
    async up(): Promise<void> {
        this.down();
        const ended = await run("lab/lab", this.bootArguments());
        assert.equal(ended.status, 0, ended.output);
    }

    protected bootArguments(): string[] {
        return ["up", this.name, "--release", this.release, "--subnet", this.subnet, ...this.options];
    }

    down(): void {
        const ended = spawnSync("lab/lab", ["down", this.name], { cwd: root, encoding: "utf8" });
        assert.equal(ended.status, 0, ended.stderr);
    }

    /** Boots the host again, with the data on its disks. */
    async reboot(): Promise<void> {
        // The answer may be cut off by the end.
        this.sh("systemctl poweroff");
        while (this.sh("true").status === 0) {
            await sleep(200);
        }
        assertDone(await run("lab/lab", this.bootArguments()));
    }

    /** The words of `bin/portcullis` that audit the host, beside a file of what a stack declared. */
    auditWords(declared: string): string[] {
        const access = [
            "--identity",
            `${this.folder}/id_ed25519`,
            "--host-key",
            `${this.folder}/host_key.pub`,
        ];
        return ["audit", "--host", `ssh://root@${this.address}`, ...access, "--declared", declared];
    }

    /** Runs a shell script on the host. The script comes by standard input, so that nothing has to be quoted. */
    sh(script: string): SpawnSyncReturns<string> {
        return spawnSync("lab/lab", ["ssh", this.name, "sh -s"], {
            cwd: root,
            encoding: "utf8",
            input: script,
            maxBuffer: 64 << 20,
        });
    }

    /** Runs a shell script like `sh`; the script has to succeed. */
    read(script: string): string {
        const ended = this.sh(script);
        assert.equal(ended.status, 0, `${script}\n${ended.stderr}`);
        return ended.stdout.trim();
    }
}

/** A disposable host with a kernel of its own. */
export class TestMachine extends TestHost {
    constructor(name: string, subnet: string) {
        super(name, "trixie", subnet);
    }

    protected override bootArguments(): string[] {
        return ["vm", this.name, "--subnet", this.subnet];
    }

    override async reboot(): Promise<void> {
        const bootId = "cat /proc/sys/kernel/random/boot_id";
        const before = this.read(bootId);
        this.sh("systemctl reboot");
        for (let now = before; now === before || now === ""; now = this.sh(bootId).stdout.trim()) {
            await sleep(2000);
        }
        assertDone(await run("lab/lab", this.bootArguments()));
    }
}

/** The commands of a stack. */
type Command = "up" | "preview" | "refresh" | "destroy";

/** Options of each run: nothing is asked, and nothing is painted. */
const plainly = ["--non-interactive", "--color", "never"];

/** A stack with settings and state of its own, driven by the same ./pulumiw that a user has. */
export class TestStack {
    readonly folder: string;
    readonly settingsFile: string;
    readonly log: string;
    private readonly initial: Readonly<Record<string, unknown>>;
    private settings: Readonly<Record<string, unknown>>;

    constructor(readonly host: TestHost) {
        this.folder = path.join(root, ".portcullis/tests", host.name);
        this.settingsFile = path.join(this.folder, `Pulumi.${host.name}.yaml`);
        this.log = path.join(this.folder, "pulumi.log");
        this.initial = { ...exampleSettings(), host: hostSettings(host) };
        this.settings = this.initial;
        fs.rmSync(this.folder, { recursive: true, force: true });
        fs.mkdirSync(path.join(this.folder, "state"), { recursive: true });
        fs.writeFileSync(path.join(this.folder, "passphrase"), "a passphrase for tests\n", { mode: 0o600 });
    }

    get environment(): NodeJS.ProcessEnv {
        return {
            ...process.env,
            PULUMI_BACKEND_URL: `file://${this.folder}/state`,
            PULUMI_CONFIG_PASSPHRASE_FILE: path.join(this.folder, "passphrase"),
        };
    }

    /** Runs a command line in the checkout, as a user of the stack types it. */
    shell(command: string): Promise<Ended> {
        return run("sh", ["-c", command], { env: this.environment, log: this.log });
    }

    pulumi(...args: string[]): Promise<Ended> {
        return run("./pulumiw", [...plainly, ...args], {
            env: this.environment,
            log: this.log,
        });
    }

    /** Makes the stack. */
    async init(): Promise<void> {
        this.writeSettings();
        const ended = await this.pulumi("stack", "init", this.host.name);
        assert.equal(ended.status, 0, ended.output);
        // Where a settings file is named, Pulumi still writes its salt beside Pulumi.yaml.
        fs.rmSync(path.join(root, `Pulumi.${this.host.name}.yaml`), { force: true });
    }

    /** Changes settings: whole keys under `portcullis:`. */
    change(change: Record<string, unknown>): void {
        this.settings = { ...this.settings, ...change };
        this.writeSettings();
    }

    /** Goes back to the settings of the example. */
    reset(): void {
        this.settings = this.initial;
        this.writeSettings();
    }

    /** The example's value of a key. */
    example(key: string): Record<string, unknown> {
        const value = this.initial[key];
        return typeof value === "object" && value !== null ? { ...value } : {};
    }

    private writeSettings(): void {
        writeSettings(this.settingsFile, this.settings);
    }

    /** The words of a command; one that changes the stack asks nothing. */
    private words(command: Command, ...more: string[]): string[] {
        const silently = command === "preview" ? [] : ["--yes", "--skip-preview"];
        return [command, ...silently, "--stack", this.host.name, "--config-file", this.settingsFile, ...more];
    }

    up(...more: string[]): Promise<Ended> {
        return this.pulumi(...this.words("up", ...more));
    }

    preview(...more: string[]): Promise<Ended> {
        return this.pulumi(...this.words("preview", ...more));
    }

    refresh(...more: string[]): Promise<Ended> {
        return this.pulumi(...this.words("refresh", ...more));
    }

    destroy(isConfirmed = true): Promise<Ended> {
        return this.pulumi(...this.words("destroy").filter((word) => isConfirmed || word !== "--yes"));
    }

    /** Starts a command that a test interrupts. @param output the open file that gets what the command prints */
    start(command: Command, output: number): ChildProcess {
        return spawn("./pulumiw", [...plainly, ...this.words(command)], {
            cwd: root,
            env: this.environment,
            stdio: ["ignore", output, output],
        });
    }

    /** The stack's outputs, secrets in plain; not logged. */
    async outputs(): Promise<Record<string, unknown>> {
        const text = await this.query(
            "stack",
            "output",
            "--json",
            "--show-secrets",
            "--stack",
            this.host.name,
        );
        const value: unknown = JSON.parse(text);
        assert.ok(typeof value === "object" && value !== null);
        return Object.fromEntries(Object.entries(value));
    }

    /** The stack's state as JSON text; not logged. */
    export(...more: string[]): Promise<string> {
        return this.query("stack", "export", "--stack", this.host.name, ...more);
    }

    private async query(...args: string[]): Promise<string> {
        const ended = await run("./pulumiw", args, { env: this.environment });
        assert.equal(ended.status, 0, ended.stderr);
        return ended.stdout;
    }
}

function hostSettings(host: TestHost): Record<string, unknown> {
    return {
        address: host.address,
        privateKeyFile: `${host.folder}/id_ed25519`,
        hostKeyFile: `${host.folder}/host_key.pub`,
    };
}

/** An `up` that has to succeed. */
export function assertDone(ended: Ended): void {
    assert.equal(ended.status, 0, ended.output.slice(-6000));
}

/** Builds the lab's archives, where they are not there yet. */
export async function labImages(): Promise<void> {
    assertDone(await run("lab/lab", ["images"]));
}
