import type * as pulumi from "@pulumi/pulumi";
import type { AdvisoryArchive } from "../../config/archives";
import type { Settings } from "../../config/schema";
import { advisoryFactsSchema, type AdvisoryFacts } from "../../outputs/advisories";
import { parseOutput } from "../../outputs/parse";
import type { Database } from "../database";
import { onHost, type Engine } from "../engine";
import type { Step } from "../toolkit";
import type { Clair } from ".";
import { databases } from "./render";

interface AdvisoriesArgs {
    readonly engine: Engine;
    readonly clair: Pick<Clair, "ready">;
    readonly database: Pick<Database, "containerName" | "volume">;
    readonly settings: Settings["scanner"];
    /** Advisories to import. @default Clair's own updaters fetch them */
    readonly archive?: AdvisoryArchive | undefined;
    /** Any text whose change proves the data anew. @default "" */
    readonly rescan?: string | undefined;
}

/** The advisories on which verdicts rest. */
interface Advisories {
    /** The loaded advisories, and what they cover; known only once the proof passed. */
    readonly facts: pulumi.Output<AdvisoryFacts>;
    /** The resources that are done once the data is proven present; before that proof no verdict counts. */
    readonly ready: readonly pulumi.Resource[];
}

/** Loads advisories into Clair's database, and proves that they are there. */
export function loadAdvisories(name: string, args: AdvisoriesArgs, parent: pulumi.Resource): Advisories {
    const { archive, clair } = args;
    const loaded = archive === undefined ? clair.ready : [importArchive(name, args, archive, parent)];
    const proof = prove(name, args, loaded, parent);
    return {
        facts: proof.output.apply((text) => parseOutput(advisoryFactsSchema, "prove-advisories.sh", text)),
        ready: [proof.resource],
    };
}

function importArchive(
    name: string,
    { engine, clair, database }: AdvisoriesArgs,
    { file, sha256, reload }: AdvisoryArchive,
    parent: pulumi.Resource,
): pulumi.Resource {
    const step = engine.toolkit.stream(
        `${name}-advisories`,
        {
            script: "import-advisories.sh",
            args: [database.volume.name, database.containerName, databases.matcher],
            file,
            sha256,
            rerunOn: [reload, database.volume.identity],
        },
        onHost(engine, { parent, after: [...clair.ready] }),
    );
    return step.resource;
}

function prove(
    name: string,
    { engine, database, settings, archive, rescan }: AdvisoriesArgs,
    loaded: readonly pulumi.Resource[],
    parent: pulumi.Resource,
): Step {
    const patience = archive === undefined ? settings.updateTimeoutMinutes * 60 : 0;
    return engine.toolkit.step(
        `${name}-advisory-proof`,
        {
            script: "prove-advisories.sh",
            args: [
                database.containerName,
                databases.matcher,
                String(settings.minimumAdvisories),
                String(settings.maximumAgeDays),
                String(patience),
                ...settings.expectedUpdaters,
            ],
            rerunOn: [rescan ?? "", archive?.sha256 ?? "", archive?.reload ?? "", database.volume.identity],
        },
        onHost(engine, { parent, after: [...loaded] }),
    );
}
