import type { FailureCode } from "../../core/errors.ts";
import { byId } from "../../http/fields.ts";
import { partQuery, partResult } from "../../http/page.ts";
import { orOwn, type Policy, STAFF } from "../../http/policy.ts";
import { putAndPatch, route } from "../../http/route.ts";
import { addJob, changeJob, removeJob } from "./jobs.commands.ts";
import { jobExample, newLaborExample, newPartExample, pricingExample } from "./jobs.examples.ts";
import { presentSold } from "./jobs.present.ts";
import { byJob, JobChange, JobList, NewJob } from "./jobs.schemas.ts";
import { presentAdded, presentPricing } from "./pricing.present.ts";
import { findSold } from "./pricing.queries.ts";
import { Pricing } from "./pricing.schemas.ts";

const tag = "Jobs and lines";
/** A job with lines of the greatest length, in JSON that escapes every letter. */
const BODY_BYTES = 163_840;

const edits = (...fails: FailureCode[]): Policy => ({
  access: STAFF,
  limit: "ticket_edit",
  invalidates: ["service_tickets"],
  fails: ["not_found", "ticket_closed", "invoice_posted", ...fails],
});

export const jobRoutes = [
  route(
    { access: orOwn(STAFF, "customer", "query"), fails: ["not_found"] },
    {
      method: "get",
      path: "/service-tickets/{id}/jobs",
      operationId: "listServiceTicketJobs",
      tag,
      summary: "List the jobs of a ticket with their lines",
      params: byId,
      query: partQuery,
      answer: JobList,
      example: partResult("", "jobs", {}, [jobExample]).body,
    },
    async ({ db, actor }, { params, query }) =>
      partResult(`/service-tickets/${params.id}/jobs`, "jobs", query, presentSold(await findSold(db, actor, params.id), actor).jobs),
  ),
  route(
    {
      ...edits("reference_not_found", "whole_units_only", "epa_number_missing", "too_many_lines", "amount_too_large", "discount_too_large"),
      bodyBytes: BODY_BYTES,
    },
    {
      method: "post",
      path: "/service-tickets/{id}/jobs",
      operationId: "addServiceTicketJob",
      tag,
      summary: "Add a job to a ticket, with its lines or those of a service package",
      description:
        "Everything is done, or nothing. The answer is what the ticket comes to then. A job is what a customer decides on as a whole, or line " +
        "by line with `by_line`. Lines plan parts; nothing leaves the stock yet.",
      params: byId,
      body: NewJob,
      bodyExample: { title: "Front brakes", concern: "Grinds when braking", lines: [newLaborExample, newPartExample] },
      status: 201,
      versioned: true,
      answer: Pricing,
      example: pricingExample,
    },
    async (context, { params, body }) => presentAdded(await addJob(context, params.id, body), context.actor, params.id),
  ),
  ...putAndPatch((method) =>
    route(
      edits("reference_not_found"),
      {
        method,
        path: "/service-tickets/{id}/jobs/{job_id}",
        operationId: method === "put" ? "updateServiceTicketJob" : "patchServiceTicketJob",
        tag,
        summary: "Update the given fields of a job",
        params: byJob,
        body: JobChange,
        bodyExample: { correction: "Replaced pads and rotors" },
        versioned: true,
        answer: Pricing,
        example: pricingExample,
      },
      async (context, { params, body }) => presentPricing(await changeJob(context, params.id, params.job_id, body), context.actor),
    ),
  ),
  route(
    edits("part_drawn"),
    {
      method: "delete",
      path: "/service-tickets/{id}/jobs/{job_id}",
      operationId: "removeServiceTicketJob",
      tag,
      summary: "Remove a job with its lines",
      description: "Refused while a part of its lines has left the stock: give that back first.",
      params: byJob,
      versioned: true,
      answer: Pricing,
      example: { ...pricingExample, jobs: [] },
    },
    async (context, { params }) => presentPricing(await removeJob(context, params.id, params.job_id), context.actor),
  ),
];
