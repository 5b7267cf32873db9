/** Images and containers that are left over on the host. */
import { counted } from "../../text/count";
import type { HostFacts } from "../facts";
import type { Check } from "../model";
import { check, info } from "./define";

export const operationChecks: readonly Check<HostFacts>[] = [
    check({
        id: "6.1",
        level: 1,
        scored: false,
        title: "Images that nobody uses",
        reads: "docker image ls, docker ps --all",
        remediation:
            "Remove by name what nobody needs: docker image rm NAME. A prune of all would also take what is kept for later, as a stack keeps what it pushes.",
        judge({ images, usedImages }) {
            const used = images.filter(({ id }) => usedImages.includes(id)).length;
            return info(
                `${used} of ${counted(images.length, "image")} ${used === 1 ? "is" : "are"} used by a container.`,
            );
        },
    }),
    check({
        id: "6.2",
        level: 1,
        scored: false,
        title: "Containers that have ended",
        reads: "docker info: Containers; docker ps",
        remediation:
            "Remove by name what has ended and nobody needs: docker container rm NAME. A prune would also take containers that were stopped for a while, with what is in them.",
        judge: ({ engine, containers }) =>
            info(
                `${containers.length} of ${counted(engine.containerCount, "container")} ${containers.length === 1 ? "is" : "are"} running.`,
            ),
    }),
];
