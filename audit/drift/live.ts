/** What a host was found to be like, as far as a declaration can speak of it. */
import type { ContainerSettings } from "../../declaration/container-settings";

/** A path that is there, a symbolic link not followed. */
export interface LivePath {
    readonly type: "file" | "directory" | "link" | "other";
    readonly uid: number;
    readonly gid: number;
    /** Octal, e.g. `0400`. */
    readonly mode: string;
    /** Hex; of files. */
    readonly sha256: string | undefined;
}

/** What the script found. */
export interface LiveFiles {
    /** Each path that was asked for; undefined: it is not there. */
    readonly paths: ReadonlyMap<string, LivePath | undefined>;
    /** Text of the files that were asked for; null: of more than 64 KiB; undefined: it is no file. */
    readonly contents: ReadonlyMap<string, string | null | undefined>;
    /** What lies below the folders that were asked for, subfolders left out. */
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
    /** Its image, as it was given. */
    readonly image: string;
    readonly state: string;
    /** Whether it has a label of ours. */
    readonly isLabelled: boolean;
    /** Undefined of a container that does not run: it was not looked into. */
    readonly settings: ContainerSettings | undefined;
}

/** What an image gives its containers. */
export interface ImageDefaults {
    readonly envs: Readonly<Record<string, string>>;
    readonly entrypoints: readonly string[];
    readonly command: readonly string[];
}

/** What the engine's API says. */
export interface LiveEngine {
    readonly rootDir: string;
    readonly loggingDriver: string;
    readonly liveRestore: boolean;
    readonly containers: readonly LiveContainer[];
    /** By the image's id. */
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
