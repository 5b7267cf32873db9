/** Verdicts of a plan, and the changes from another plan. */
import type { HostFacts } from "../../audit/facts";
import type { Check, CheckResult, Outcome, Result } from "../../audit/model";
import { scoreOf } from "../../audit/score";
import { containerChecks, engineChecks, type ContainerCheck } from "./checks";
import { isContainer, plannedContainer, type PlannedContainer } from "./container";
import { daemonPlanOf, hostFacts, isDaemonStep, type DaemonPlan } from "./engine";
import { nameOf, type Planned } from "./planned";

/** A verdict that follows from a plan; `unknown`: the verdict depends on a value unknown before the deployment. */
type PredictedResult = Result | "unknown";

/** A check's verdict before the deployment. */
export interface Prediction {
    readonly check: Check<HostFacts>;
    readonly result: PredictedResult;
    /** The subjects of a WARN: containers, or parts of the engine's settings. */
    readonly items: readonly string[];
    /** Containers for which the verdict is unknown. */
    readonly unknownOf: readonly string[];
    /** Containers, each with the inputs that the check needs and that cannot be read in the plan. */
    readonly unread: readonly Unread[];
}

/** Inputs of a container that cannot be read in the plan: they are not known before the deployment, or secrets. */
interface Unread {
    readonly container: string;
    readonly inputs: readonly string[];
}

/** A check and its verdict, as a line of an audit. */
function lineOf(check: Check<HostFacts>, outcome: Outcome): CheckResult {
    const { id, section, title, reference, scored, remediation, setting } = check;
    return { id, section, title, reference, scored, remediation, setting, ...outcome };
}

/** The inputs of a container that a check reads, and that cannot be read in the plan. */
function unreadInputs(container: PlannedContainer, { inputs }: ContainerCheck): string[] {
    return inputs.filter((key) => container.unread.has(key));
}

/** A check that cannot be judged counts as a WARN: an unknown value is never a pass. */
function unreadLine(check: Check<HostFacts>, { container, inputs }: Unread): CheckResult {
    const [verb, them] = inputs.length === 1 ? ["is", "it"] : ["are", "them"];
    const details =
        `it cannot be judged, for ${inputs.join(", ")} ${verb} not known before the deployment, or secret; ` +
        `give ${them} a value that a preview shows`;
    return lineOf(check, { result: "WARN", details, items: [container] });
}

/** Judges one container by one check; undefined: the check reads a value that is unknown before the deployment. */
function judgeContainer(
    container: PlannedContainer,
    { check, inputs }: ContainerCheck,
    host: HostFacts,
): Outcome | undefined {
    if (inputs.some((key) => container.unread.has(key) || container.leftToHost.has(key))) {
        return undefined;
    }
    return check.judge({ ...host, containers: [container.facts] });
}

/** The engine that a plan leads to; unknown settings are judged as none. */
function contextOf(daemon: DaemonPlan): HostFacts {
    return hostFacts(daemon.kind === "set" ? daemon.config : undefined);
}

/**
 * The WARNs that follow from a container's inputs; a check that reads an unknown value gives a WARN too.
 *
 * @param plan all resources that are known of so far
 */
export function containerWarnings(
    resource: Planned,
    plan: readonly Planned[],
    daemon: DaemonPlan,
): CheckResult[] {
    const container = plannedContainer(resource, plan);
    const host = contextOf(daemon);
    return containerChecks.flatMap((containerCheck) => {
        const { check } = containerCheck;
        const inputs = unreadInputs(container, containerCheck);
        if (inputs.length > 0) {
            return [unreadLine(check, { container: container.facts.name, inputs })];
        }
        const outcome = judgeContainer(container, containerCheck, host);
        return outcome?.result === "WARN" ? [lineOf(check, outcome)] : [];
    });
}

/** The WARNs that follow from a daemon.json; a daemon.json that cannot be read is judged as none. */
export function engineWarnings(daemon: DaemonPlan): CheckResult[] {
    const host = contextOf(daemon);
    return engineChecks
        .map((check) => lineOf(check, check.judge(host)))
        .filter(({ result }) => result === "WARN");
}

/** An engine of a plan. */
interface PlannedEngine {
    /** Name of the host's component. */
    readonly name: string;
    readonly daemon: DaemonPlan;
}

/** The engines whose settings a plan sets. */
export function enginesOf(plan: readonly Planned[]): PlannedEngine[] {
    return plan
        .filter(isDaemonStep)
        .map((step) => ({ name: nameOf(step.parent ?? ""), daemon: daemonPlanOf(step) }));
}

/** The engine under a plan's containers; where there are several, the least that any can be. */
export function containersEngine(engines: readonly PlannedEngine[]): DaemonPlan {
    const [first, ...others] = engines;
    return first === undefined || others.length > 0 ? { kind: "default" } : first.daemon;
}

/** From best to worst. */
const ranks: readonly PredictedResult[] = ["PASS", "INFO", "NOTE", "unknown", "WARN"];

function worstOf(results: readonly PredictedResult[]): PredictedResult {
    return ranks.findLast((rank) => results.includes(rank)) ?? "PASS";
}

/** The verdicts that follow from the settings of engines; of several engines the worst counts. */
function predictEngines(engines: readonly PlannedEngine[]): Prediction[] {
    const all: readonly PlannedEngine[] =
        engines.length === 0 ? [{ name: "", daemon: { kind: "default" } }] : engines;
    return engineChecks.map((check): Prediction => {
        const judged = all.map(({ name, daemon }) => {
            if (daemon.kind === "unreadable") {
                return { name, result: "unknown" as const, items: [] };
            }
            const { result, items = [] } = check.judge(contextOf(daemon));
            return { name, result, items };
        });
        const result = worstOf(judged.map((one) => one.result));
        const worst = judged.filter((one) => one.result === result && result !== "PASS");
        const unknownOf = judged.filter((one) => one.result === "unknown").map(({ name }) => name);
        const items = all.length === 1 ? worst.flatMap((one) => one.items) : worst.map(({ name }) => name);
        return { check, result, items, unknownOf, unread: [] };
    });
}

function predictContainers(containers: readonly PlannedContainer[], daemon: DaemonPlan): Prediction[] {
    const host = contextOf(daemon);
    return containerChecks.map((containerCheck): Prediction => {
        const { check } = containerCheck;
        if (containers.length === 0) {
            return { check, result: "INFO", items: [], unknownOf: [], unread: [] };
        }
        const outcomes = containers.map((container) => judgeContainer(container, containerCheck, host));
        const unknownOf = containers
            .filter((_, index) => outcomes[index] === undefined)
            .map(({ facts }) => facts.name);
        const unread = containers
            .map((one) => ({ container: one.facts.name, inputs: unreadInputs(one, containerCheck) }))
            .filter(({ inputs }) => inputs.length > 0);
        const results = outcomes.map((outcome): PredictedResult => outcome?.result ?? "unknown");
        const result = worstOf(results);
        const items = outcomes.flatMap((outcome) =>
            outcome?.result === result ? (outcome.items ?? []) : [],
        );
        return { check, result, items, unknownOf, unread };
    });
}

/**
 * The verdicts that follow from a plan: those of the engine's settings, and those of its containers.
 *
 * @throws Error where the inputs are no container's, or the text is no daemon.json
 */
export function predict(plan: readonly Planned[]): Prediction[] {
    const engines = enginesOf(plan);
    const containers = plan.filter(isContainer).map((resource) => plannedContainer(resource, plan));
    return [...predictEngines(engines), ...predictContainers(containers, containersEngine(engines))];
}

/** The WARNs of a prediction, and the checks that cannot be judged, as lines of an audit. */
export function warningsOf(predictions: readonly Prediction[]): CheckResult[] {
    return predictions.flatMap(({ check, result, items, unread }) => [
        ...(result === "WARN" ? [lineOf(check, { result, items })] : []),
        ...unread.map((one) => unreadLine(check, one)),
    ]);
}

/** Points of verdicts: scored PASS less scored WARN. */
export function predictedScore(predictions: readonly Prediction[]): number {
    return scoreOf(predictions.map(({ check, result }) => ({ scored: check.scored, result })));
}

/** A verdict that a change flips, or of which it changes the items. */
export interface Flip {
    readonly check: Check<HostFacts>;
    readonly before: PredictedResult;
    readonly after: PredictedResult;
    /** Items that are warned of now and were not. */
    readonly added: readonly string[];
    /** Items that were warned of and are not now. */
    readonly removed: readonly string[];
}

/** The differences between two predictions of the same checks. */
export function flips(before: readonly Prediction[], after: readonly Prediction[]): Flip[] {
    return after.flatMap((now) => {
        const was = before.find(({ check }) => check.id === now.check.id);
        if (was === undefined) {
            return [];
        }
        const warned = ({ result, items }: Prediction): readonly string[] => (result === "WARN" ? items : []);
        const added = warned(now).filter((item) => !warned(was).includes(item));
        const removed = warned(was).filter((item) => !warned(now).includes(item));
        const isSame = was.result === now.result && added.length === 0 && removed.length === 0;
        return isSame ? [] : [{ check: now.check, before: was.result, after: now.result, added, removed }];
    });
}
