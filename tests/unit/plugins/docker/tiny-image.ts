/** An image of a few hundred bytes that any engine can run: three programs, each a handful of instructions. */
import { PassThrough } from "node:stream";
import type Docker from "dockerode";
import { pack } from "tar-stream";
import { talkative, tiny } from "./scenarios";

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

const changes = ['CMD ["/pause"]', "ENV IMAGE=yes", "LABEL from=image"];

/** The tiny image with everything that an image can say of its containers. */
const talkativeFile = `FROM ${tiny}
HEALTHCHECK --interval=5s --retries=2 CMD ["/true"]
STOPSIGNAL SIGINT
USER 1000:1000
WORKDIR /work
VOLUME /anonymous
EXPOSE 80/tcp
`;

/** Puts the images on an engine, under the names that the scenarios use. */
export async function importTinyImages(docker: Docker): Promise<void> {
    const programs = tar(
        Object.entries({ pause, true: exitsWithZero, hello: saysHello }).map(([name, code]) => ({
            name,
            content: program(code),
        })),
    );
    const [repo, tag] = tiny.split(":");
    await finish(docker, await docker.importImage(programs, { repo, tag, changes }));
    const context = tar([{ name: "Dockerfile", content: Buffer.from(talkativeFile) }]);
    await finish(docker, await docker.buildImage(context, { t: talkative, version: "1" }));
}

function tar(files: readonly { name: string; content: Buffer }[]): PassThrough {
    const archive = pack();
    const body = new PassThrough();
    archive.on("data", (chunk) => body.write(chunk));
    archive.on("end", () => body.end());
    for (const { name, content } of files) {
        archive.entry({ name, mode: 0o755 }, content);
    }
    archive.finalize();
    return body;
}

/** Waits for what the engine tells to end; a message of failure in it is an error. */
function finish(docker: Docker, stream: NodeJS.ReadableStream): Promise<void> {
    return new Promise((resolve, reject) => {
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
