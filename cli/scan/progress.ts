/** What `portcullis scan` tells while it runs: a bar on a terminal, else a line for each image. */
import type { Writable } from "node:stream";
import * as tty from "node:tty";
import { SingleBar } from "cli-progress";
import { clip } from "../../text/clip";

export interface Progress {
    /** So many images are to be scanned. */
    readonly begin: (total: number) => void;
    /** Something is done. */
    readonly say: (text: string) => void;
    /** An image is done. */
    readonly done: (text: string) => void;
    readonly end: () => void;
}

/** Longest line (characters): what a registry or an engine says may be long. */
const longest = 500;

/** The progress as lines, or as a bar where the stream is a terminal. */
export function progressOn(stream: Writable | tty.WriteStream): Progress {
    const line = (text: string): void => {
        stream.write(`portcullis: ${clip(text, longest)}\n`);
    };
    if (!(stream instanceof tty.WriteStream)) {
        return { begin: () => undefined, say: line, done: line, end: () => undefined };
    }
    const bar = new SingleBar({
        stream,
        format: "scan {bar} {value}/{total} images  {text}",
        clearOnComplete: true,
        hideCursor: true,
        linewrap: false,
    });
    let isOn = false;
    const text = (full: string) => ({ text: clip(full, Math.max(20, stream.columns - 70)) });
    return {
        begin: (total) => {
            bar.start(total, 0, text(""));
            isOn = true;
        },
        say: (full) => {
            bar.update(text(full));
        },
        done: (full) => {
            bar.increment(1, text(full));
        },
        end: () => {
            if (isOn) {
                bar.stop();
            }
        },
    };
}
