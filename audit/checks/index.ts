/** All checks of Docker Bench for Security 1.6.0, in its order. */
import type { HostFacts } from "../facts";
import type { Check } from "../model";
import { section1 } from "./section1";
import { section2 } from "./section2";
import { section3 } from "./section3";
import { section4 } from "./section4";
import { section5 } from "./section5";
import { section6 } from "./section6";
import { section7 } from "./section7";

/** The checks, by section, and by number within it. */
export const checks: readonly Check<HostFacts>[] = [
    ...section1,
    ...section2,
    ...section3,
    ...section4,
    ...section5,
    ...section6,
    ...section7,
];
