/** Docker Bench's verdicts on images. */
import type { ImageFacts } from "../../facts";
import { benchSeesImage } from "../reading";
import type { Foretell, ForetoldTable } from "./define";

/** Docker cuts an instruction to 45 characters by default. */
function cut(text: string): string {
    const characters = Array.from(text.replaceAll("\t", " "));
    return characters.length <= 45 ? characters.join("") : `${characters.slice(0, 44).join("")}…`;
}

/** A check of every image that Docker Bench sees. */
function images(find: (image: ImageFacts) => boolean, why: string): Foretell {
    return (facts, { scored }) => {
        const seen = facts.images.filter(({ id }) => benchSeesImage(facts, id));
        return { result: seen.some(find) ? (scored ? "WARN" : "INFO") : "PASS", why };
    };
}

export const foretoldOfImages: ForetoldTable = {
    "4.5": ({ contentTrust }) => ({
        result: contentTrust.session === "1" ? "PASS" : "WARN",
        why: "Docker Bench reads the environment that it was itself started in, which says nothing about the host's users.",
    }),
    "4.6": images(
        ({ healthCheck }) => healthCheck === "absent",
        "Docker Bench takes HEALTHCHECK NONE, which switches a health check off, for one.",
    ),
    "4.7": images(
        ({ history }) =>
            history.some(({ createdBy, comment }) => `${cut(createdBy)} ${comment}`.includes("update")),
        "Docker Bench looks for the word update in the first 45 characters of each instruction, whatever stands after it.",
    ),
    "4.9": images(
        ({ history }) =>
            history
                .map(({ createdBy }) => createdBy)
                .join("\n")
                .split("\n")
                .slice(0, -1)
                .some((line) => line.includes("ADD")),
        "Docker Bench looks for the letters ADD anywhere in an instruction.",
    ),
};
