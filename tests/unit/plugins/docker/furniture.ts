/** What the scenarios find on an engine. */
import type Docker from "dockerode";
import { fixtures, talkative, tiny } from "./scenarios";
import { importTinyImages } from "./tiny-image";

/** Puts the images, the networks and the volume of the scenarios there, and nothing else of their names. */
export async function furnish(docker: Docker): Promise<void> {
    await sweep(docker);
    await importTinyImages(docker);
    for (const [index, name] of fixtures.networks.entries()) {
        const subnet = `10.98.${String(index)}.0/24`;
        await docker.createNetwork({ Name: name, IPAM: { Config: [{ Subnet: subnet }] } });
    }
    await docker.createVolume({ Name: fixtures.volume });
}

/** Takes away what `furnish` put there. */
export async function clear(docker: Docker): Promise<void> {
    await sweep(docker);
    for (const image of [tiny, talkative]) {
        await docker.getImage(image).remove();
    }
}

async function sweep(docker: Docker): Promise<void> {
    for (const { Id, Names } of await docker.listContainers({ all: true })) {
        if (Names.some((name) => name.startsWith("/ptc-"))) {
            await docker.getContainer(Id).remove({ force: true, v: true });
        }
    }
    for (const { Id, Name } of await docker.listNetworks()) {
        if (Name.startsWith("ptc-")) {
            await docker.getNetwork(Id).remove();
        }
    }
    for (const { Name } of (await docker.listVolumes()).Volumes) {
        if (Name.startsWith("ptc-")) {
            await docker.getVolume(Name).remove();
        }
    }
}
