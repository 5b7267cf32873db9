/** The needs of a program: the provider plugins that its packages name, and the packages themselves. */
import * as fs from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import { reasonOf } from "../../text/reason";

const parameterization = z.object({ name: z.string(), version: z.string(), value: z.base64() });

const manifest = z.object({
    name: z.string().default(""),
    version: z.string().default(""),
    pulumi: z
        .object({
            resource: z.boolean().default(false),
            name: z.string().default(""),
            version: z.string().default(""),
            server: z.string().default(""),
            parameterization: parameterization.optional(),
        })
        .optional(),
});

/** A provider plugin that a package asks for. */
export interface RequiredPackage {
    name: string;
    /** The version, with a leading "v". */
    version: string;
    /** The address to download the plugin from, or empty for the usual place. */
    server: string;
    /** `value` is base64. */
    parameterization: z.infer<typeof parameterization> | undefined;
}

/** The packages found, and the problems met (in words): one broken package must not hide the others. */
export interface Requirements {
    packages: RequiredPackage[];
    problems: string[];
}

/**
 * The plugins that the packages installed under a program's folder ask for.
 * Policy packs are passed over, as the official host does: their plugins are not the program's. So are folders whose
 * name begins with a dot, where no package manager puts packages of the program.
 */
export function requiredPackages(programFolder: string): Requirements {
    const found: Requirements = { packages: [], problems: [] };
    walkProgram(fs.realpathSync(programFolder), found, new Set());
    return found;
}

function walkProgram(folder: string, found: Requirements, visited: Set<string>): void {
    for (const name of subfolders(folder, found, visited)) {
        const file = path.join(folder, name);
        if (name === "node_modules") {
            walkModules(file, found, visited);
        } else if (!name.startsWith(".") && !fs.existsSync(path.join(file, "PulumiPolicy.yaml"))) {
            walkProgram(file, found, visited);
        }
    }
}

/** In node_modules only the packages' own manifests count, and the packages nested in them. */
function walkModules(folder: string, found: Requirements, visited: Set<string>): void {
    for (const name of subfolders(folder, found, visited)) {
        const file = path.join(folder, name);
        if (name.startsWith("@")) {
            walkModules(file, found, visited);
            continue;
        }
        readManifest(file, found);
        if (fs.existsSync(path.join(file, "node_modules"))) {
            walkModules(path.join(file, "node_modules"), found, visited);
        }
    }
}

function subfolders(folder: string, found: Requirements, visited: Set<string>): string[] {
    try {
        const real = fs.realpathSync(folder);
        if (visited.has(real)) {
            return [];
        }
        visited.add(real);
        return fs
            .readdirSync(folder, { withFileTypes: true })
            .filter((entry) => isFolder(folder, entry))
            .map((entry) => entry.name);
    } catch (error) {
        found.problems.push(`reading ${folder}: ${String(error)}`);
        return [];
    }
}

function isFolder(folder: string, entry: fs.Dirent): boolean {
    if (!entry.isSymbolicLink()) {
        return entry.isDirectory();
    }
    try {
        fs.readdirSync(path.join(folder, entry.name));
        return true;
    } catch {
        return false;
    }
}

function readManifest(folder: string, found: Requirements): void {
    const file = path.join(folder, "package.json");
    if (!fs.existsSync(file)) {
        return;
    }
    try {
        const content: unknown = JSON.parse(fs.readFileSync(file, "utf8"));
        // Nearly all packages have nothing to do with Pulumi, and there are hundreds.
        if (typeof content === "object" && content !== null && !("pulumi" in content)) {
            return;
        }
        const info = manifest.parse(content);
        if (info.pulumi?.resource === true) {
            const version = info.pulumi.version || info.version;
            found.packages.push({
                name: pluginName(info.pulumi.name, info.name),
                version: version.startsWith("v") ? version : `v${version}`,
                server: info.pulumi.server,
                parameterization: info.pulumi.parameterization,
            });
        }
    } catch (error) {
        found.problems.push(`reading ${file}: ${reasonOf(error)}`);
    }
}

/** Only packages of the @pulumi scope may leave their plugin's name to be guessed from theirs. */
function pluginName(stated: string, packageName: string): string {
    if (stated !== "") {
        return stated;
    }
    if (packageName.startsWith("@pulumi/")) {
        return packageName.slice("@pulumi/".length);
    }
    throw new Error(`the package "${packageName}" must state its plugin's name: add "name" to "pulumi"`);
}

const lock = z.object({
    packages: z.record(
        z.string(),
        z.object({ version: z.string().optional(), link: z.boolean().optional() }),
    ),
});

const direct = z.object({
    dependencies: z.record(z.string(), z.string()).default({}),
    devDependencies: z.record(z.string(), z.string()).default({}),
});

/**
 * The packages of a program, from its package-lock.json or one in a folder above.
 * @param transitive whether the packages that the dependencies need are listed too
 */
export function programDependencies(
    folder: string,
    transitive: boolean,
): { name: string; version: string }[] {
    const file = searchUp(folder, "package-lock.json");
    const { packages } = lock.parse(JSON.parse(fs.readFileSync(file, "utf8")));
    const wanted = direct.parse(
        JSON.parse(fs.readFileSync(path.join(path.dirname(file), "package.json"), "utf8")),
    );
    const prefix = "node_modules/";
    return Object.entries(packages).flatMap(([key, { version }]) => {
        const name = key.slice(key.lastIndexOf(prefix) + prefix.length);
        const isDirect =
            key === prefix + name && (name in wanted.dependencies || name in wanted.devDependencies);
        return key.includes(prefix) && version !== undefined && (transitive || isDirect)
            ? [{ name, version }]
            : [];
    });
}

function searchUp(folder: string, name: string): string {
    const file = path.join(folder, name);
    if (fs.existsSync(file)) {
        return file;
    }
    const parent = path.dirname(folder);
    if (parent === folder) {
        throw new Error(`no ${name} in the program's folder or above: run npm install`);
    }
    return searchUp(parent, name);
}
