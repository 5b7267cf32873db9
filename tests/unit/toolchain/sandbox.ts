/** A checkout of its own for `pulumiw`, with stand-ins for what it finds on a machine. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
    chmodSync,
    cpSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { type Server, createServer } from "node:https";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const repository = resolve(__dirname, "../../..");

/** What pulumiw and the libraries need of a machine; nothing else is on PATH. */
const tools =
    "sh env dirname basename readlink tr grep paste sort head tail cut cat cp sha256sum mkdir rm mv touch find flock " +
    "tar gzip awk sed base64 ln chmod curl getent id sleep ls setsid date true";

/** A stand-in for the CLI: says what it was given, and installs plugins as folders. */
const PULUMI = `#!/bin/sh
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
    while [ "$ended" = no ]; do sleep 0.1; done
    exit "\${FAKE_CODE:-0}"
    ;;
env) env ;;
passphrase) cat "$PULUMI_CONFIG_PASSPHRASE_FILE" ;;
input) cat; exit 7 ;;
*) for word; do printf '<%s>\\n' "$word"; done ;;
esac
`;

/** A stand-in for Go whose "build" copies the stand-in CLI; FAKE_GO says how it misbehaves. */
const GO = `#!/bin/sh
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
    readonly base = mkdtempSync(join(tmpdir(), "portcullis "));
    /** A path with everything that a shell or a URL may stumble over. */
    readonly root = join(this.base, "a b%20#?'c");
    readonly bin = join(this.base, "bin");
    readonly env: Record<string, string>;
    private server: Server | undefined;

    constructor() {
        for (const path of ["pulumiw", "toolchain/cli", "toolchain/bin"]) {
            cpSync(join(repository, path), join(this.root, path), { recursive: true });
        }
        for (const name of readdirSync(join(repository, "toolchain"))) {
            if (name.endsWith(".sh") || ["go", "node", "tsx"].includes(name)) {
                cpSync(join(repository, "toolchain", name), join(this.root, "toolchain", name));
            }
        }
        symlinkSync(join(repository, "node_modules"), join(this.root, "node_modules"));
        mkdirSync(this.bin);
        for (const tool of tools.split(" ")) {
            const found = (process.env["PATH"] ?? "")
                .split(":")
                .find((folder) => existsSync(join(folder, tool)));
            symlinkSync(join(found ?? "/usr/bin", tool), join(this.bin, tool));
        }
        this.program("fake/pulumi", PULUMI);
        this.program("fake-go/go", GO);
        this.env = {
            PATH: this.bin,
            HOME: join(this.base, "home"),
            PULUMI_HOME: join(this.base, "pulumi home"),
            PORTCULLIS_CACHE: join(this.base, "cache dir"),
            FAKE_LOG: join(this.base, "log"),
            FAKE_PULUMI: join(this.base, "fake/pulumi"),
        };
        mkdirSync(join(this.base, "home"));
        this.unreachable();
    }

    remove(): void {
        this.server?.close();
        rmSync(this.base, { recursive: true });
    }

    /** Writes an executable file; `path` is relative to the sandbox. */
    program(path: string, text = "#!/bin/sh\n"): void {
        mkdirSync(dirname(join(this.base, path)), { recursive: true });
        writeFileSync(join(this.base, path), text);
        chmodSync(join(this.base, path), 0o755);
    }

    /** Puts folders of the sandbox on PATH, before what is there. */
    onPath(...folders: string[]): void {
        this.env["PATH"] = [...folders.map((folder) => resolve(this.base, folder)), this.env["PATH"]].join(
            ":",
        );
    }

    /** What the stand-ins were asked to do, a line each. */
    log(): string[] {
        const file = join(this.base, "log");
        return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
    }

    start(
        args: string[],
        env: Record<string, string> = {},
        command = join(this.root, "pulumiw"),
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
        const target = join(this.base, folder);
        mkdirSync(target);
        this.program("stage/pulumi/pulumi", PULUMI);
        this.program("stage/pulumi/pulumi-language-nodejs");
        for (const name of [archives.cli, ...archives.plugins]) {
            execFileSync("tar", ["-czf", join(target, name), "-C", join(this.base, "stage"), "pulumi"]);
        }
        const names = [archives.cli, ...archives.plugins];
        writeFileSync(join(target, sums), execFileSync("sha256sum", names, { cwd: target }));
        return target;
    }

    /** The official site cannot be reached: connections are refused. */
    unreachable(): void {
        this.connectTo(1);
    }

    /** Stands in for the official site with a folder of files; others are 404. */
    async serve(folder: string): Promise<void> {
        const [key, certificate] = [join(this.base, "key.pem"), join(this.base, "certificate.pem")];
        const subject = ["-subj", "/CN=github.com", "-addext", "subjectAltName=DNS:github.com"];
        const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
        execFileSync("openssl", ["req", "-x509", ...kind, ...subject, "-keyout", key, "-out", certificate], {
            stdio: "ignore",
        });
        const options = { key: readFileSync(key), cert: readFileSync(certificate) };
        const server = createServer(options, (request, response) => {
            const file = join(folder, (request.url ?? "").split("/").pop() ?? "");
            response.statusCode = existsSync(file) ? 200 : 404;
            response.end(existsSync(file) ? readFileSync(file) : "");
        });
        await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
        this.server = server;
        const address = server.address();
        this.env["CURL_CA_BUNDLE"] = certificate;
        this.connectTo(typeof address === "object" && address !== null ? address.port : 1);
    }

    private connectTo(port: number): void {
        writeFileSync(join(this.base, "home/.curlrc"), `connect-to = "github.com:443:127.0.0.1:${port}"\n`);
    }
}
