/** An image of a few hundred bytes that any engine can run: three programs, each a handful of instructions. */
import { PassThrough } from "node:stream";
import type Docker from "dockerode";
import { pack } from "tar-stream";
import { tiny } from "./scenarios";

const loadAddress = 0x400000;
const headersSize = 64 + 56;

/** x86-64 machine code: pause() for ever. */
const pause = [0xb8, 0x22, 0, 0, 0, 0x0f, 0x05, 0xeb, 0xf7];
/** exit(0). */
const exitsWithZero = [0xb8, 0x3c, 0, 0, 0, 0x31, 0xff, 0x0f, 0x05];
/** write(1, the six bytes behind the code, 6), exit(0). */
const saysHello = [
    ...[0xb8, 1, 0, 0, 0, 0xbf, 1, 0, 0, 0, 0x48, 0x8d, 0x35, 0x10, 0, 0, 0, 0xba, 6, 0, 0, 0, 0x0f, 0x05],
    ...exitsWithZero,
    ...Buffer.from("hello\n"),
];

/** Puts the image on an engine, under the name that the scenarios use. */
export async function importTinyImage(docker: Docker): Promise<void> {
    const archive = pack();
    for (const [name, code] of Object.entries({ pause, true: exitsWithZero, hello: saysHello })) {
        archive.entry({ name, mode: 0o755 }, program(code));
    }
    archive.finalize();
    const [repo, tag] = tiny.split(":");
    const changes = ['CMD ["/pause"]', "ENV IMAGE=yes", "LABEL from=image"];
    const body = new PassThrough();
    archive.on("data", (chunk) => body.write(chunk));
    archive.on("end", () => body.end());
    const stream = await docker.importImage(body, { repo, tag, changes });
    await new Promise<void>((resolve, reject) => {
        docker.modem.followProgress(stream, (error: Error | null) => {
            if (error === null) {
                resolve();
            } else {
                reject(error);
            }
        });
    });
}

/** A static ELF executable of one segment. */
function program(code: readonly number[]): Buffer {
    const file = Buffer.alloc(headersSize + code.length);
    file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
    file.writeUInt16LE(2, 16);
    file.writeUInt16LE(0x3e, 18);
    file.writeUInt32LE(1, 20);
    file.writeBigUInt64LE(BigInt(loadAddress + headersSize), 24);
    file.writeBigUInt64LE(64n, 32);
    file.writeUInt16LE(64, 52);
    file.writeUInt16LE(56, 54);
    file.writeUInt16LE(1, 56);
    file.writeUInt32LE(1, 64);
    file.writeUInt32LE(5, 68);
    file.writeBigUInt64LE(BigInt(loadAddress), 80);
    file.writeBigUInt64LE(BigInt(loadAddress), 88);
    file.writeBigUInt64LE(BigInt(file.length), 96);
    file.writeBigUInt64LE(BigInt(file.length), 104);
    file.writeBigUInt64LE(0x1000n, 112);
    file.set(code, headersSize);
    return file;
}
