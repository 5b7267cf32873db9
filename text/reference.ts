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
