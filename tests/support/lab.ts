import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { processInfo, signalProcess, type ProcessName } from "./signals";

const root = path.join(__dirname, "../..");

/** The end of a command of the lab. */
export interface LabResult {
    readonly status: number | null;
    readonly stdout: string;
    readonly stderr: string;
}

/**
 * The lab as a checkout of its own in a temporary folder has it, with its own private engine: acts on this lab touch
 * neither this checkout's engine nor the machine's.
 */
export class LabCopy {
    readonly folder: string;

    /** @param below folders to put the copy into, for trying a long path */
    constructor(below = "") {
        this.folder = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "portcullis-lab-")), below, "checkout");
        fs.mkdirSync(this.folder, { recursive: true });
        fs.cpSync(path.join(root, "lab"), path.join(this.folder, "lab"), { recursive: true });
    }

    /** Runs `lab/lab`. @param timeout milliseconds after which the command is killed, with no time left to tidy up */
    run(args: readonly string[], options: { input?: string; timeout?: number } = {}): LabResult {
        const env: NodeJS.ProcessEnv = { ...process.env, PORTCULLIS_ENGINE: "private" };
        delete env["DOCKER_HOST"];
        const { status, stdout, stderr } = spawnSync(path.join(this.folder, "lab/lab"), args, {
            encoding: "utf8",
            env,
            input: options.input ?? "",
            timeout: options.timeout,
            killSignal: "SIGKILL",
        });
        return { status, stdout, stderr };
    }

    /** Processes of the private engine: dockerd, containerd and the shims, by their folder in the command line. */
    processes(): (ProcessName & { readonly name: string })[] {
        const engine = fs.existsSync(path.join(this.folder, ".portcullis/engine"))
            ? fs.realpathSync(path.join(this.folder, ".portcullis/engine"))
            : undefined;
        if (engine === undefined) {
            return [];
        }
        const links = fs
            .readdirSync("/run")
            .filter((name) => name.startsWith("portcullis-"))
            .map((name) => path.join("/run", name))
            .filter((link) => fs.realpathSync(link) === engine);
        return fs.readdirSync("/proc").flatMap((pid) => {
            if (!/^\d+$/.test(pid)) {
                return [];
            }
            try {
                const name = fs.readFileSync(`/proc/${pid}/comm`, "utf8").trim();
                const line = fs.readFileSync(`/proc/${pid}/cmdline`, "utf8");
                const own = [engine, ...links].some((folder) => line.includes(`${folder}/`));
                const info = processInfo(Number(pid));
                return own && info !== undefined && /^(dockerd|containerd)/.test(name)
                    ? [{ ...info, name }]
                    : [];
            } catch {
                return []; // it ended while it was looked at
            }
        });
    }

    /**
     * Ends the engine's processes whose name fits, as a crash would. Some end by themselves meanwhile: dockerd takes its
     * containerd along.
     * @throws Error where no process fits
     */
    kill(names: RegExp): void {
        const fitting = this.processes().filter(({ name }) => names.test(name));
        if (fitting.length === 0) {
            throw new Error(`the engine of ${this.folder} has no process ${String(names)}`);
        }
        for (const one of fitting) {
            signalProcess(one, "SIGKILL");
        }
    }

    /** Removes everything: hosts, engine, folder. */
    remove(): LabResult {
        const result = this.run(["clean"]);
        fs.rmSync(this.folder, { recursive: true, force: true });
        return result;
    }
}
