/** The output of a container that is waited for. */
import { PassThrough } from "node:stream";
import { buffer } from "node:stream/consumers";
import type Docker from "dockerode";

/** The whole output of a container, standard output and error in one, until the container ends. */
export async function containerLogs(docker: Docker, id: string, tty: boolean): Promise<string> {
    const stream = await docker.getContainer(id).logs({ stdout: true, stderr: true, follow: true });
    if (tty) {
        return (await buffer(stream)).toString();
    }
    const output = new PassThrough();
    docker.modem.demuxStream(stream, output, output);
    stream.on("end", () => output.end());
    stream.on("error", (error: Error) => output.destroy(error));
    return (await buffer(output)).toString();
}
