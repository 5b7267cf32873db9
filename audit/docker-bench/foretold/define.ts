/** The form in which the verdicts of Docker Bench 1.6.0 are written down. */
import type { HostFacts } from "../../facts";
import type { Check, DockerBenchVerdict } from "../../model";

/**
 * Docker Bench's verdict on a host; where it differs from ours, with the reason why it is wrong.
 * @param check our own check, which gives the right verdict
 */
export type Foretell = (facts: HostFacts, check: Check<HostFacts>) => DockerBenchVerdict;

/** Verdicts by the id of the check. */
export type ForetoldTable = Readonly<Record<string, Foretell>>;
