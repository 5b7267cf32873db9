/** A checkout of its own for `pulumiw`, with stand-ins for what it finds on a machine. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as https from "node:https";
import * as os from "node:os";
import * as path from "node:path";

const repository = path.resolve(__dirname, "../../..");

/** What pulumiw and the libraries need of a machine; nothing else is on PATH. */
const tools =
    "sh env dirname basename readlink tr grep paste sort head tail cut cat cp sha256sum mkdir rm mv touch find flock " +
    "tar gzip awk sed base64 ln chmod curl getent id sleep ls setsid date true cmp xargs";

/** A stand-in for the CLI: says what it was given, and installs plugins as folders. */
const pulumi = `#!/bin/sh
case $1 in
version) echo "v\${FAKE_VERSION:-3.259.0}" ;;
plugin)
    echo "$*" >>"$FAKE_LOG"
    mkdir -p "$PULUMI_HOME/plugins/resource-$4-v$5"
    printf '#!/bin/sh\\n' >"$PULUMI_HOME/plugins/resource-$4-v$5/pulumi-resource-$4"
    chmod +x "$PULUMI_HOME/plugins/resource-$4-v$5/pulumi-resource-$4"
    ;;
stack) echo dev ;;
up)
    shift
    echo "up $*" >>"$FAKE_LOG"
    for sent in INT TERM HUP; do trap "echo got $sent >>'$FAKE_LOG'; ended=\${FAKE_END:-no}" "$sent"; done
    ended=\${FAKE_ENDED:-yes}
    cat >/dev/null
    echo ready >>"$FAKE_LOG"
    for last; do :; done
    [ -z "\${FAKE_EVENTS:-}" ] || printf '%s' "$FAKE_EVENTS" >"$last"
    # A test that fails leaves nothing running behind it.
    while [ "$ended" = no ] && [ -e "$FAKE_LOG" ]; do sleep 0.1; done
    exit "\${FAKE_CODE:-0}"
    ;;
env) env ;;
passphrase) cat "$PULUMI_CONFIG_PASSPHRASE_FILE" ;;
input) cat; exit 7 ;;
*) for word; do printf '<%s>\\n' "$word"; done ;;
esac
`;

/** A stand-in for Go whose "build" copies the stand-in CLI; FAKE_GO says how it misbehaves. */
const go = `#!/bin/sh
if [ "$1" = env ]; then
    echo go1.26.8
    exit
fi
echo "$*" >>"$FAKE_LOG"
while [ "$1" != -o ]; do shift; done
head -c 20 "$FAKE_PULUMI" >"$2"
chmod +x "$2"
case \${FAKE_GO:-} in
fail) exit 1 ;;
slow) sleep 1 ;;
hang) sleep 60 ;;
esac
cp "$FAKE_PULUMI" "$2"
`;

/** A clock that is set for the tests (by faketime) is set for what they start too: the server's certificate begins by it. */
const clock = Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
        value !== undefined && /^(LD_PRELOAD|FAKETIME.*)$/.test(name) ? [[name, value]] : [],
    ),
);

export interface Result {
    code: number | null;
    stdout: string;
    stderr: string;
}

/** The release's names, as the official site has them. */
export const archives = {
    cli: "pulumi-v3.259.0-linux-x64.tar.gz",
    sums: "pulumi-3.259.0-checksums.txt",
    plugins: ["docker-v5.2.0", "tls-v5.6.1", "command-v1.2.1"].map(
        (plugin) => `pulumi-resource-${plugin}-linux-amd64.tar.gz`,
    ),
};

export class Sandbox {
    readonly base = fs.mkdtempSync(path.join(os.tmpdir(), "portcullis "));
    /** A path with everything that a shell or a URL may stumble over. */
    readonly root = path.join(this.base, "a b%20#?'c");
    readonly bin = path.join(this.base, "bin");
    readonly env: Record<string, string>;
    private server: https.Server | undefined;

    constructor() {
        for (const file of ["pulumiw", "toolchain/cli", "toolchain/bin"]) {
            fs.cpSync(path.join(repository, file), path.join(this.root, file), { recursive: true });
        }
        for (const name of fs.readdirSync(path.join(repository, "toolchain"))) {
            if (name.endsWith(".sh") || ["go", "node", "run", "tsx"].includes(name)) {
                fs.cpSync(path.join(repository, "toolchain", name), path.join(this.root, "toolchain", name));
            }
        }
        fs.symlinkSync(path.join(repository, "node_modules"), path.join(this.root, "node_modules"));
        fs.mkdirSync(this.bin);
        for (const tool of tools.split(" ")) {
            const found = (process.env["PATH"] ?? "")
                .split(":")
                .find((folder) => fs.existsSync(path.join(folder, tool)));
            fs.symlinkSync(path.join(found ?? "/usr/bin", tool), path.join(this.bin, tool));
        }
        this.program("fake/pulumi", pulumi);
        this.program("fake-go/go", go);
        this.env = {
            ...clock,
            PATH: this.bin,
            HOME: path.join(this.base, "home"),
            PULUMI_HOME: path.join(this.base, "pulumi home"),
            PORTCULLIS_CACHE: path.join(this.base, "cache dir"),
            FAKE_LOG: path.join(this.base, "log"),
            FAKE_PULUMI: path.join(this.base, "fake/pulumi"),
        };
        fs.mkdirSync(path.join(this.base, "home"));
        this.unreachable();
    }

    /** A pulumi of PATH with all that belongs to it, as the official release has it. */
    completePulumi(): void {
        for (const name of ["language-nodejs", "resource-docker", "resource-tls", "resource-command"]) {
            this.program(`fake/pulumi-${name}`);
        }
        this.onPath("fake");
    }

    remove(): void {
        this.server?.close();
        fs.rmSync(this.base, { recursive: true });
    }

    /** Writes an executable file; `file` is relative to the sandbox. */
    program(file: string, text = "#!/bin/sh\n"): void {
        fs.mkdirSync(path.dirname(path.join(this.base, file)), { recursive: true });
        fs.writeFileSync(path.join(this.base, file), text);
        fs.chmodSync(path.join(this.base, file), 0o755);
    }

    /** Puts folders of the sandbox on PATH, before what is there. */
    onPath(...folders: string[]): void {
        this.env["PATH"] = [
            ...folders.map((folder) => path.resolve(this.base, folder)),
            this.env["PATH"],
        ].join(":");
    }

    /** What the stand-ins were asked to do, a line each. */
    log(): string[] {
        const file = path.join(this.base, "log");
        return fs.existsSync(file) ? fs.readFileSync(file, "utf8").trim().split("\n") : [];
    }

    start(
        args: string[],
        env: Record<string, string> = {},
        command = path.join(this.root, "pulumiw"),
    ): ChildProcess {
        return spawn(command, args, { cwd: this.base, env: { ...this.env, ...env }, detached: true });
    }

    run(args: string[], env: Record<string, string> = {}, input = "", command?: string): Promise<Result> {
        const child = this.start(args, env, command);
        const result: Result = { code: null, stdout: "", stderr: "" };
        child.stdout?.on("data", (chunk: Buffer) => (result.stdout += chunk.toString()));
        child.stderr?.on("data", (chunk: Buffer) => (result.stderr += chunk.toString()));
        child.stdin?.on("error", () => undefined).end(input);
        return new Promise((done, failed) => {
            child.once("error", failed).once("close", (code) => {
                done({ ...result, code });
            });
        });
    }

    /** Official-looking archives with a checksum file. @returns the folder */
    release(folder: string, sums = "SHA256SUMS"): string {
        const target = path.join(this.base, folder);
        fs.mkdirSync(target);
        this.program("stage/pulumi/pulumi", pulumi);
        this.program("stage/pulumi/pulumi-language-nodejs");
        for (const name of [archives.cli, ...archives.plugins]) {
            execFileSync("tar", [
                "-czf",
                path.join(target, name),
                "-C",
                path.join(this.base, "stage"),
                "pulumi",
            ]);
        }
        const names = [archives.cli, ...archives.plugins];
        fs.writeFileSync(path.join(target, sums), execFileSync("sha256sum", names, { cwd: target }));
        return target;
    }

    /** The official site cannot be reached: connections are refused. */
    unreachable(): void {
        this.connectTo(1);
    }

    /** Stands in for the official site with a folder of files; others are 404. */
    async serve(folder: string): Promise<void> {
        const [key, certificate] = [path.join(this.base, "key.pem"), path.join(this.base, "certificate.pem")];
        const subject = ["-subj", "/CN=github.com", "-addext", "subjectAltName=DNS:github.com"];
        const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
        execFileSync("openssl", ["req", "-x509", ...kind, ...subject, "-keyout", key, "-out", certificate], {
            stdio: "ignore",
        });
        const options = { key: fs.readFileSync(key), cert: fs.readFileSync(certificate) };
        const server = https.createServer(options, (request, response) => {
            const file = path.join(folder, (request.url ?? "").split("/").pop() ?? "");
            response.statusCode = fs.existsSync(file) ? 200 : 404;
            response.end(fs.existsSync(file) ? fs.readFileSync(file) : "");
        });
        await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
        this.server = server;
        const address = server.address();
        this.env["CURL_CA_BUNDLE"] = certificate;
        this.connectTo(typeof address === "object" && address !== null ? address.port : 1);
    }

    private connectTo(port: number): void {
        fs.writeFileSync(
            path.join(this.base, "home/.curlrc"),
            `connect-to = "github.com:443:127.0.0.1:${port}"\n`,
        );
    }
}
