/** How it is written down what Docker Bench 1.6.0 says of a host. */
import type { HostFacts } from "../../facts";
import type { Check, DockerBenchVerdict } from "../../model";

/**
 * Docker Bench's verdict on a host, and why it is wrong where it is another one than ours.
 * @param check ours, which gives the right verdict
 */
export type Foretell = (facts: HostFacts, check: Check<HostFacts>) => DockerBenchVerdict;

/** Verdicts by the id of the check. */
export type ForetoldTable = Readonly<Record<string, Foretell>>;
