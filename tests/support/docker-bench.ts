import { spawnSync } from "node:child_process";
import { root, type TestHost } from "./stack";

/** The real Docker Bench, where this machine has it: a folder with docker-bench-security.sh. */
export const dockerBench = process.env["PORTCULLIS_DOCKER_BENCH"];

/** The folder of Docker Bench on a host. */
export const script = "/opt/docker-bench/docker-bench-security.sh";

/** Puts Docker Bench on a host. */
export function putDockerBench(host: TestHost): void {
    const parts = ["docker-bench-security.sh", "functions", "tests"];
    const packed = spawnSync("tar", ["-c", "-C", dockerBench ?? "", ...parts]);
    const unpack = "mkdir -p /opt/docker-bench && tar -x -C /opt/docker-bench";
    spawnSync("lab/lab", ["ssh", host.name, unpack], { cwd: root, input: packed.stdout });
}

/** Makes an image of Docker Bench on the host's engine, of the host's own programs. */
export function importDockerBench(host: TestHost, image: string): void {
    host.read(
        `tar -C / -c bin sbin lib lib64 usr opt/docker-bench | docker import -c 'WORKDIR /opt/docker-bench' - ${image}`,
    );
}
