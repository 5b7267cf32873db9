/** A program of Go's of nothing but its build information (Go, debug/buildinfo): a scanner reads it, no machine runs it. */
import type { CanaryFact } from "../../outputs/advisories";

/** Where the loaded segment begins in the file and in memory (bytes): headers of ELF-64 are 64 and 56 bytes long. */
const start = 128;
const loadedAt = 0x400000n;

/** The marks around the text of modules (Go, cmd/go/internal/modload). */
const infoStart = Buffer.from("3077af0c92740802" + "41e1c107e6d618e6", "hex");
const infoEnd = Buffer.from("f932433186182072" + "008242104116d8f2", "hex");

/** A length in LEB128, and the text. */
function counted(text: Buffer): Buffer {
    const bytes: number[] = [];
    let rest = text.length;
    while (rest >= 0x80) {
        bytes.push((rest & 0x7f) | 0x80);
        rest >>>= 7;
    }
    return Buffer.concat([Buffer.from([...bytes, rest]), text]);
}

/** `v1.16.0` of `stdlib` is the version of Go itself; `0.0.0` would be none. */
function goVersion(packages: readonly Pick<CanaryFact, "package" | "version">[]): string {
    const own = packages.find(({ package: name }) => name === "stdlib");
    return own === undefined ? "go1.0.0" : own.version.replace(/^v/, "go");
}

/** The data that `debug/buildinfo` finds: a header of 32 bytes, Go's version, and the modules. */
function buildInfo(packages: readonly Pick<CanaryFact, "package" | "version">[]): Buffer {
    const modules = packages.filter(({ package: name }) => name !== "stdlib");
    const lines = [
        "path\tcanary",
        "mod\tcanary\t(devel)\t",
        ...modules.map(({ package: name, version }) => `dep\t${name}\t${version}\t`),
    ];
    const header = Buffer.alloc(32);
    header.write("\xff Go buildinf:", "latin1");
    header.writeUInt8(8, 14);
    // The strings stand behind the header.
    header.writeUInt8(2, 15);
    const text = Buffer.concat([infoStart, Buffer.from(`${lines.join("\n")}\n`), infoEnd]);
    return Buffer.concat([header, counted(Buffer.from(goVersion(packages))), counted(text)]);
}

/** A program for Linux on amd64 that was built of modules in these versions (`v0.0.0`). */
export function goProgram(packages: readonly Pick<CanaryFact, "package" | "version">[]): Buffer {
    const data = buildInfo(packages);
    const header = Buffer.alloc(start);
    // e_ident: ELF, 64 bits, little-endian, version 1.
    header.write("\x7fELF\x02\x01\x01", "latin1");
    header.writeUInt16LE(2, 16);
    header.writeUInt16LE(62, 18);
    header.writeUInt32LE(1, 20);
    header.writeBigUInt64LE(64n, 32);
    header.writeUInt16LE(64, 52);
    header.writeUInt16LE(56, 54);
    header.writeUInt16LE(1, 56);
    header.writeUInt16LE(64, 58);
    // One segment that is loaded, and may be read and written.
    header.writeUInt32LE(1, 64);
    header.writeUInt32LE(6, 68);
    header.writeBigUInt64LE(BigInt(start), 72);
    header.writeBigUInt64LE(loadedAt, 80);
    header.writeBigUInt64LE(loadedAt, 88);
    header.writeBigUInt64LE(BigInt(data.length), 96);
    header.writeBigUInt64LE(BigInt(data.length), 104);
    header.writeBigUInt64LE(16n, 112);
    return Buffer.concat([header, data]);
}
