import type { Linter } from "eslint";

export interface Room {
    readonly room: string;
    readonly uses: readonly string[];
    readonly pulumi: boolean;
}

export declare const rooms: readonly Room[];
export declare const groups: Readonly<Record<string, readonly string[]>>;
export declare function usedBy(room: Room): string[];
export declare function roomOf(file: string): Room | undefined;
export declare function doorRules(basePath: string): Linter.Config[];
