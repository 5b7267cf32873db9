/** The rule by which two lists of published ports are one and the same to the official provider. */
import { type Props, isObject } from "../../lib/resource";

/** True when each old port is among the new ones, in whatever order, with the same outside. */
export function samePorts(prior: unknown, planned: unknown): boolean {
    const [olds, news] = [ports(prior), ports(planned)];
    return olds.length === news.length && olds.every((old) => isAmong(old, news));
}

function ports(value: unknown): Props[] {
    return Array.isArray(value) ? value.filter(isObject) : [];
}

function isAmong(old: Props, news: Props[]): boolean {
    const same = (port: Props, ...names: string[]): boolean =>
        names.every((name) => port[name] === old[name]);
    for (const port of news.filter((candidate) => same(candidate, "internal"))) {
        if (same(port, "protocol")) {
            return same(port, "external", "ip");
        }
        // The same port of another protocol is another port, if this one is still there too.
        if (!news.some((candidate) => same(candidate, "internal", "protocol"))) {
            return false;
        }
    }
    return false;
}
