import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as zlib from "node:zlib";
import { strToU8, zipSync } from "fflate";
import {
    limits,
    linesOf,
    packingOf,
    sha256OfFile,
    unpacked,
    unpackedText,
} from "../../../../scan/mirror/content";
import { zipFiles } from "../../../../scan/mirror/zip";
import { Carried } from "../../../support/mirror/carried";
import { sha256 } from "../lists-sample";

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
    const found: T[] = [];
    for await (const item of items) {
        found.push(item);
    }
    return found;
}

describe("carried files", () => {
    let carried: Carried;
    beforeEach(() => {
        carried = new Carried();
    });
    afterEach(() => {
        carried.remove();
    });

    const text = "one\ntwo\r\n\nthree";
    const packed = {
        none: Buffer.from(text),
        gzip: zlib.gzipSync(text),
        zstd: execFileSync("zstd", ["-cq"], { input: text }),
        bzip2: execFileSync("bzip2", ["-c"], { input: text }),
    };

    for (const [packing, content] of Object.entries(packed)) {
        it(`are unpacked by what is in them, whatever their names: ${packing}`, async () => {
            const file = carried.put("named.zip", content);
            assert.equal(packingOf(file), packing);
            assert.equal(await unpackedText(file), text);
        });

        it(`are refused where they unpack to more than the limit: ${packing}`, async () => {
            const file = carried.put("file", content);
            assert.equal((await all(unpacked(file, text.length))).join(""), text);
            await assert.rejects(
                all(unpacked(file, text.length - 1)),
                /unpacks to more than 0 MiB, the limit; carry less/,
            );
        });

        if (packing !== "none") {
            it(`are refused where they are cut off or changed: ${packing}`, async () => {
                for (const wrong of [
                    content.subarray(0, content.length - 6),
                    Buffer.concat([content.subarray(0, -8), Buffer.from([0, 1, 2, 3]), content.subarray(-4)]),
                ]) {
                    const file = carried.put("file", wrong);
                    await assert.rejects(
                        unpackedText(file),
                        /file is damaged or cut off: .*; carry the file again/s,
                    );
                }
            });
        }
    }

    it("have lines, with their numbers, also over the ends of chunks", async () => {
        const chunks = async function* () {
            for (const part of ["o", "ne\n", "\nthr", "ee"]) {
                yield await Promise.resolve(Buffer.from(part));
            }
        };
        assert.deepEqual(await all(linesOf(chunks(), "x")), [
            { text: "one", number: 1 },
            { text: "three", number: 3 },
        ]);
    });

    it("have no line that is longer than a record may be", async () => {
        const chunk = Buffer.alloc(limits.record / 2 + 1, "a");
        const chunks = async function* () {
            yield await Promise.resolve(chunk);
            yield chunk;
        };
        await assert.rejects(
            all(linesOf(chunks(), "x")),
            /x: line 1 has more than 64 MiB, the limit of a record/,
        );
    });

    it("have a sum", async () => {
        assert.equal(await sha256OfFile(carried.put("file", text)), sha256(text));
    });
});

describe("a carried zip", () => {
    let carried: Carried;
    beforeEach(() => {
        carried = new Carried();
    });
    afterEach(() => {
        carried.remove();
    });

    const names = (content: Uint8Array) => all(zipFiles(carried.put("all.zip", Buffer.from(content))));
    const files = {
        "a.json": strToU8('{"id":"A"}'.repeat(20)),
        "d/": new Uint8Array(),
        "d/b.json": strToU8("{}"),
    };

    it("gives the files in it, packed or stored", async () => {
        for (const level of [0, 6] as const) {
            assert.deepEqual(await names(zipSync(files, { level })), [
                { name: "a.json", text: '{"id":"A"}'.repeat(20) },
                { name: "d/b.json", text: "{}" },
            ]);
        }
    });

    it("is refused where a byte of a file is another: its CRC-32 tells", async () => {
        const zip = Buffer.from(zipSync(files, { level: 0 }));
        const at = zip.indexOf('{"id":"A"}');
        zip[at + 7] = "B".charCodeAt(0);
        await assert.rejects(
            names(zip),
            /all\.zip cannot be taken: a\.json has another CRC-32 than the zip says; carry/,
        );
    });

    it("is refused where its end is cut off", async () => {
        const zip = zipSync(files);
        await assert.rejects(names(zip.subarray(0, zip.length - 30)), /all\.zip cannot be taken/);
    });

    it("is refused where a name leads out of it", async () => {
        for (const name of ["../a.json", "d/../../a.json", "/etc/a.json"]) {
            await assert.rejects(names(zipSync({ [name]: strToU8("{}") })), /all\.zip cannot be taken/, name);
        }
    });

    it("is refused where its files unpack to more than the limit, one of them or all", async () => {
        const bomb = carried.put(
            "all.zip",
            Buffer.from(zipSync({ "a.json": new Uint8Array(limits.record + 1) }, { level: 1 })),
        );
        assert.ok(fs.statSync(bomb).size < limits.record / 100);
        await assert.rejects(all(zipFiles(bomb)), /a\.json unpacks to more than 64 MiB, the limit/);
        const file = carried.put("all.zip", Buffer.from(zipSync(files)));
        assert.equal((await all(zipFiles(file, 202))).length, 2);
        await assert.rejects(all(zipFiles(file, 201)), /d\/b\.json unpacks to more than 0 MiB, the limit/);
    });

    it("is refused where it says that a file is smaller than it is", async () => {
        const zip = Buffer.from(zipSync({ "a.json": strToU8("x".repeat(1000)) }));
        // The size stands in the file's own header and in the list at the end.
        const list = zip.indexOf(Buffer.from("504b0102", "hex"));
        zip.writeUInt32LE(10, 22);
        zip.writeUInt32LE(10, list + 24);
        await assert.rejects(names(zip), /all\.zip cannot be taken/);
        assert.ok(fs.existsSync(carried.folder));
    });
});
