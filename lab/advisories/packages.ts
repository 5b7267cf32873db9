import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { unzipSync } from "fflate";
import { reasonOf } from "../../text/reason";

/** Source packages of a dpkg status file, as `dpkg-query --show --showformat '${source:Package}\n'` would print them. */
export function debianSources(status: string): string[] {
    return status
        .split(/\n{2,}/)
        .flatMap(
            (paragraph) =>
                /^Source: ([^\s(]+)/m.exec(paragraph)?.[1] ?? /^Package: (\S+)/m.exec(paragraph)?.[1] ?? [],
        );
}

/** Modules of Go programs, from what `go version -m FOLDER` prints; a replaced module is the one that replaces it. */
export function goModules(printed: string): string[] {
    if (printed === "") {
        return [];
    }
    const lines = printed.split("\n").map((line) => line.trim().split(/\s+/));
    const modules = lines.flatMap(([word, name], index) =>
        (word === "mod" || word === "dep" || word === "=>") && lines[index + 1]?.[0] !== "=>" && name
            ? [name]
            : [],
    );
    return ["stdlib", ...modules];
}

/** `GROUP:ARTIFACT` of each artefact that a jar names. */
export function mavenArtefacts(jar: Uint8Array): string[] {
    return Object.entries(unzipSync(jar)).flatMap(([name, content]) => {
        const text = Buffer.from(content).toString();
        const [group, artefact] = ["groupId", "artifactId"].map(
            (key) => new RegExp(`^${key}=(\\S+)`, "m").exec(text)?.[1],
        );
        return name.endsWith("/pom.properties") && group && artefact ? [`${group}:${artefact}`] : [];
    });
}

/** The name of a Python package, as PyPI's advisories write it (PEP 503). */
export function pythonName(metadata: string): string[] {
    const name = /^Name: (\S+)/m.exec(metadata)?.[1];
    return name === undefined ? [] : [name.toLowerCase().replace(/[-_.]+/g, "-")];
}

/** Lines `KIND NAME` of the packages below a root file system. */
function packagesBelow(root: string, go: string): string[] {
    const lines = (kind: string, names: string[]) => names.map((name) => `${kind} ${name}`);
    const printed = execFileSync(go, ["version", "-m", root], { encoding: "utf8", maxBuffer: 1 << 26 });
    const files = fs.readdirSync(root, { recursive: true, withFileTypes: true }).flatMap((entry) => {
        const file = path.join(entry.parentPath, entry.name);
        const inRoot = path.relative(root, file);
        if (!entry.isFile()) {
            return [];
        }
        if (/^var\/lib\/dpkg\/(status|status\.d\/[^/]+)$/.test(inRoot)) {
            return lines("debian", debianSources(fs.readFileSync(file, "utf8")));
        }
        if (/\.dist-info\/METADATA$|\.egg-info\/PKG-INFO$/.test(inRoot)) {
            return lines("pypi", pythonName(fs.readFileSync(file, "utf8")));
        }
        return inRoot.endsWith(".jar") ? lines("maven", mavenArtefacts(fs.readFileSync(file))) : [];
    });
    return [...files, ...lines("go", goModules(printed))];
}

/** Lines `KIND NAME` of all packages in the image archives (`docker save`, gzip) of a folder, sorted. */
function packagesOf(folder: string, go: string): string[] {
    const found = new Set<string>();
    for (const name of fs.readdirSync(folder).filter((file) => file.endsWith(".tar.gz"))) {
        const work = fs.mkdtempSync(path.join(os.tmpdir(), "portcullis-packages-"));
        try {
            execFileSync("tar", ["-xzf", path.join(folder, name), "-C", work]);
            const root = path.join(work, "root");
            fs.mkdirSync(root);
            execFileSync("tar", ["-xf", path.join(work, "layer.tar"), "-C", root, "--exclude=./dev/*"]);
            for (const line of packagesBelow(root, go)) {
                found.add(line);
            }
        } finally {
            fs.rmSync(work, { recursive: true, force: true });
        }
    }
    return [...found].sort();
}

if (require.main === module) {
    const [folder, go] = process.argv.slice(2);
    if (folder === undefined || go === undefined) {
        process.stderr.write("usage: packages.ts ARCHIVE-FOLDER GO >packages.txt\n");
        process.exitCode = 2;
    } else {
        try {
            process.stdout.write(`${packagesOf(folder, go).join("\n")}\n`);
        } catch (error) {
            process.stderr.write(`portcullis: ${reasonOf(error)}\n`);
            process.exitCode = 1;
        }
    }
}
