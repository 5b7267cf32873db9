/** The state in which a host was found, as far as a declaration can speak of that state. */
import type { ContainerSettings } from "../../declaration/container-settings";

/** A path that is there; a symbolic link is not followed. */
export interface LivePath {
    readonly type: "file" | "directory" | "link" | "other";
    readonly uid: number;
    readonly gid: number;
    /** Octal, e.g. `0400`. */
    readonly mode: string;
    /** Hex; undefined of a path that is no file. */
    readonly sha256: string | undefined;
}

/** The facts that the script found. */
export interface LiveFiles {
    /** Each path that was asked for; undefined: the path is not there. */
    readonly paths: ReadonlyMap<string, LivePath | undefined>;
    /** Text of the files that were asked for; null: more than 64 KiB; undefined: the path is no file. */
    readonly contents: ReadonlyMap<string, string | null | undefined>;
    /** The entries of the folders that were asked for, without subfolders. */
    readonly entries: readonly string[];
    /** Lines of /etc/subuid and /etc/subgid. */
    readonly ranges: Readonly<Record<"/etc/subuid" | "/etc/subgid", readonly string[]>>;
    /** Users of the host that were asked for and are there. */
    readonly users: ReadonlySet<string>;
}

/** A container, running or not. */
export interface LiveContainer {
    readonly id: string;
    readonly name: string;
    /** The image, by the name that was given to the container. */
    readonly image: string;
    readonly state: string;
    /** Whether it has a label of ours. */
    readonly isLabelled: boolean;
    /** Undefined of a container that does not run: such a container is not inspected. */
    readonly settings: ContainerSettings | undefined;
}

/** The values that an image gives its containers. */
export interface ImageDefaults {
    readonly envs: Readonly<Record<string, string>>;
    readonly entrypoints: readonly string[];
    readonly command: readonly string[];
}

/** The facts that the engine's API tells. */
export interface LiveEngine {
    readonly rootDir: string;
    readonly loggingDriver: string;
    readonly liveRestore: boolean;
    readonly containers: readonly LiveContainer[];
    /** Defaults by the image's id. */
    readonly images: ReadonlyMap<string, ImageDefaults>;
    readonly networks: readonly {
        readonly name: string;
        readonly driver: string;
        readonly internal: boolean;
    }[];
    readonly volumes: readonly {
        readonly name: string;
        readonly driver: string;
        readonly options: Readonly<Record<string, string>>;
    }[];
}

/** A host. */
export interface LiveHost {
    readonly files: LiveFiles;
    readonly engine: LiveEngine;
    /** Text of the configuration file that the engine reads; undefined: there is none. */
    readonly daemonConfig: string | undefined;
}
