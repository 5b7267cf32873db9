/**
 * Image references, as the distribution project's grammar has them
 * (`[domain/]path[:tag][@digest]`, distribution/reference).
 */
const pathComponent = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const domainComponent = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
const domain = `${domainComponent}(?:\\.${domainComponent})*(?::[0-9]{1,5})?`;
const tag = "[\\w][\\w.-]{0,127}";
const digest = "sha256:[0-9a-f]{64}";

/** A full reference: `registry:3`, `quay.io/projectquay/clair:4.9.0`, `name@sha256:…`. */
export const referencePattern = new RegExp(
    `^(?:${domain}/)?${pathComponent}(?:/${pathComponent})*(?::${tag})?(?:@${digest})?$`,
);

/** A repository name without domain, tag or digest: `redis`, `team/app`. */
export const repositoryPattern = new RegExp(`^${pathComponent}(?:/${pathComponent})*$`);

/** The tag alone. */
export const tagPattern = new RegExp(`^${tag}$`);

/** A registry as references name it: a host name with a dot, with a port, or `localhost`; `docker.io` for Docker Hub. */
export const registryPattern = new RegExp(`^(?=.*[.:]|localhost$)${domain}$`);

/** Docker Hub, which references need not name. */
const hub = "docker.io";

/** The registry of a reference, as Docker's own client finds it: `docker.io` where the reference names none. */
export function registryOf(reference: string): string {
    const [first = "", ...rest] = reference.split("/");
    const isRegistry = rest.length > 0 && (/[.:A-Z]/.test(first) || first === "localhost");
    return isRegistry ? first.replace(/^index\.docker\.io$/, hub) : hub;
}

/** Whether a reference has a digest, by which it names one image for ever. */
export function isPinned(reference: string): boolean {
    return reference.includes("@");
}
