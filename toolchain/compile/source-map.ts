/**
 * Source maps of compiled programs: lines of this checkout's own files only. The SDK asks for a stack trace with each
 * resource, and a map of all packages takes longer to read than the program to start.
 */
import { type MappingItem, type RawSourceMap, SourceMapConsumer, SourceMapGenerator } from "source-map";

/** Stands for each file of a package. */
const placeholder = "package:";

/** Ends a package's file, for the compiler: the whole file is one place. */
export const mapOfPackages =
    "\n//# sourceMappingURL=data:application/json;base64," +
    Buffer.from(JSON.stringify({ version: 3, sources: [placeholder], names: [], mappings: "AAAA" })).toString(
        "base64",
    );

type Nullable<T> = { [K in keyof T]: T[K] | null };

const isPackage = (source: string): boolean =>
    source.includes("node_modules/") || source.endsWith(placeholder);

/** A map without the packages: the lines of packages have no source, and keep their places in the program. */
export function slimMap(text: string): string {
    const map: unknown = JSON.parse(text);
    const slim = new SourceMapGenerator();
    new SourceMapConsumer(map as RawSourceMap).eachMapping((mapping) => {
        const generated = { line: mapping.generatedLine, column: mapping.generatedColumn };
        // The types say that a mapping has a source and its lines always.
        const {
            source,
            originalLine: line,
            originalColumn: column,
        }: Partial<Nullable<MappingItem>> = mapping;
        if (
            typeof source !== "string" ||
            typeof line !== "number" ||
            typeof column !== "number" ||
            isPackage(source)
        ) {
            slim.addMapping({ generated } as Parameters<typeof slim.addMapping>[0]);
        } else {
            slim.addMapping({ generated, source, original: { line, column } });
        }
    });
    return slim.toString();
}
