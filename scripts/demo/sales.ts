import { authorize } from "../../src/features/estimates/authorizations.commands.ts";
import { NewAuthorization } from "../../src/features/estimates/authorizations.schemas.ts";
import { presentEstimate } from "../../src/features/estimates/estimates.commands.ts";
import { NewEstimate } from "../../src/features/estimates/estimates.schemas.ts";
import { addJob } from "../../src/features/jobs/jobs.commands.ts";
import { NewJob } from "../../src/features/jobs/jobs.schemas.ts";
import { addLine } from "../../src/features/jobs/lines.commands.ts";
import { NewLine } from "../../src/features/jobs/lines.schemas.ts";
import { drawParts } from "../../src/features/jobs/pricing.commands.ts";
import { customer, mechanic, type Step } from "./actors.ts";
import { MINUTE } from "./calendar.ts";
import type { Client } from "./clientele.ts";
import { at } from "./random.ts";
import { PACKAGES } from "./shop.ts";
import { type PartName, partId } from "./stock.ts";
import type { Story } from "./stories.ts";
import type { Work } from "./workload.ts";

const labor = (description: string, quantity: number) => ({ kind: "labor", description, quantity });
const part = (name: PartName, quantity = 1) => ({ kind: "part", inventory_id: partId(name), condition: "new", quantity });

/** What is seen beside the job, and can wait. */
const OFFERED = [
  { title: "Serpentine belt is cracked", lines: [labor("Replace serpentine belt", 0.8), part("Serpentine belt")] },
  { title: "Cabin filter smells", lines: [labor("Replace cabin filter", 0.2), part("Cabin filter, activated carbon")] },
  { title: "Rear wiper smears", lines: [part("Wiper blade, rear")] },
];

/** What is found at work; it takes no part from the stock. */
const FOUND = [
  { ...labor("Free a bolt that has rusted in", 0.5), message: "A bolt has rusted in; without it the work cannot be finished." },
  { ...labor("Clean contacts of the plug beside it", 0.3), message: "The plug beside it has corroded." },
];

interface Timed {
  readonly at: number;
}

/** Ids in the order of time, as the database gives them. */
const numbered = <T extends Timed>(rows: readonly T[]): ReadonlyMap<Timed, number> =>
  new Map([...rows].sort((a, b) => a.at - b.at).map((row, index) => [row, index + 1]));

/** A job as a request sends it: from the package that has the same parts, else by hand. */
const jobOf = ({ job: { what, hours, parts, sold }, input: { mechanic_ids } }: Work) => ({
  mechanic_id: mechanic_ids[0] ?? null,
  ...(sold
    ? { service_package_id: PACKAGES.findIndex(({ name }) => name === sold) + 1 }
    : { title: what, lines: [labor(what, hours), ...parts.map(([name, quantity]) => part(name, quantity))] }),
});

/** What happens to one ticket, without ids: its jobs, its estimates, and the moments in between. */
const planOf = (work: Work, story: Story, index: number) => {
  const { created } = work;
  const started = work.steps.find(({ status }) => status === "in_progress")?.at;
  const job = { at: created + 3 * MINUTE, input: jobOf(work) };
  const offered = story.declines ? { at: created + 6 * MINUTE, input: at(OFFERED, index % OFFERED.length) } : null;
  const estimate = { at: created + 9 * MINUTE, message: null };
  const found =
    story.finds && started ? { at: started + 12 * MINUTE, ...at(FOUND, index % FOUND.length), estimateAt: started + 14 * MINUTE } : null;
  const again = found && { at: found.estimateAt, message: found.message };
  return { work, story, started, job, offered, estimate, found, again };
};
type Plan = ReturnType<typeof planOf>;

interface Ids {
  readonly jobs: ReadonlyMap<Timed, number>;
  readonly estimates: ReadonlyMap<Timed, number>;
}

const idOf = (ids: ReadonlyMap<Timed, number>, row: Timed): number => ids.get(row) ?? 0;

/** Who decides, and what a member of staff says of it. */
const saidBy = ({ work, story: { yes } }: Plan, clients: readonly Client[]) => {
  const { name, phone, email } = at(clients, work.input.customer_id - 1).input;
  const account = yes === "portal" ? customer(work.input.customer_id, clients) : null;
  if (account) return { by: account, said: { replaced_parts: "none" } };
  const channel = yes === "portal" || (yes === "email" && !email) ? "phone" : yes;
  const contact = channel === "in_person" ? null : channel === "email" ? email : phone;
  return { by: mechanic(work.by), said: { channel, person_name: name, capacity: "owner", contact, replaced_parts: "return" } };
};

const decisionStep = (plan: Plan, estimate: Timed, after: number, { jobs, estimates }: Ids, clients: readonly Client[]): Step => {
  const { by, said } = saidBy(plan, clients);
  const decisions = [
    { job_id: idOf(jobs, plan.job), decision: "approved" },
    ...(plan.offered && estimate === plan.estimate ? [{ job_id: idOf(jobs, plan.offered), decision: "declined" }] : []),
  ];
  const input = NewAuthorization.parse({ ...said, decisions });
  return { at: estimate.at + after, by, run: (c) => authorize(c, idOf(estimates, estimate), input) };
};

const stepsOf = (plan: Plan, ids: Ids, clients: readonly Client[]): Step[] => {
  const { work, story, started, job, offered, estimate, found, again } = plan;
  const by = mechanic(work.by);
  const added = offered ? [job, offered] : [job];
  const steps: Step[] = [
    ...added.map(({ at, input }): Step => ({ at, by, run: (c) => addJob(c, work.id, NewJob.parse(input)) })),
    { at: estimate.at, by, run: (c) => presentEstimate(c, work.id, NewEstimate.parse({ message: estimate.message })) },
  ];
  if (!story.yes) return steps;
  steps.push(decisionStep(plan, estimate, 25 * MINUTE, ids, clients));
  if (started && work.input.parts.length > 0) steps.push({ at: started - 2 * MINUTE, by, run: (c) => drawParts(c, work.id) });
  if (!found || !again) return steps;
  const { kind, description, quantity } = found;
  const line = NewLine.parse({ kind, description, quantity, job_id: idOf(ids.jobs, job) });
  return [
    ...steps,
    { at: found.at, by, run: (c) => addLine(c, work.id, line) },
    { at: again.at, by, run: (c) => presentEstimate(c, work.id, NewEstimate.parse({ message: again.message })) },
    decisionStep(plan, again, 8 * MINUTE, ids, clients),
  ];
};

/** What the newest tickets sell, as it was estimated and agreed to. */
export const makeSales = (work: readonly Work[], clients: readonly Client[]): Step[] => {
  const told = work.flatMap((each) => (each.story ? [{ each, story: each.story }] : []));
  const plans = told.map(({ each, story }, index) => planOf(each, story, index));
  const ids = {
    jobs: numbered(plans.flatMap(({ job, offered }) => (offered ? [job, offered] : [job]))),
    estimates: numbered(plans.flatMap(({ estimate, again }) => (again ? [estimate, again] : [estimate]))),
  };
  return plans.flatMap((plan) => stepsOf(plan, ids, clients));
};
