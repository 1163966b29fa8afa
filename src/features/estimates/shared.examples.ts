import { AUTHORIZATION } from "../../db/records/authorization.ts";
import { INVOICE } from "../../db/records/invoice.ts";
import { authorizationExample, estimateExample } from "./estimates.examples.ts";

const { shop, jobs, ...shown } = estimateExample;
const { text, ...head } = shop;

const billed = jobs.map(({ id, title, lines }) => ({
  id,
  title,
  lines: lines.map(({ id: line, job_id, kind, description, quantity, net }) => ({ id: line, job_id, kind, description, quantity, net })),
}));

const { decisions } = authorizationExample;
const { contact: _contact, note: _note, address: _address, ...short } = AUTHORIZATION.listedExample;
const byLink = { channel: "link", person_name: "Ada Delgado" };

export const newSharedDecisionExample = {
  estimate_id: 455,
  person_name: "Ada Delgado",
  replaced_parts: "return",
  decisions: [{ job_id: 77, decision: "approved" }],
};

export const decidedByLinkExample = { ...authorizationExample, ...byLink, contact: null, by: { share_link_id: 21 } };

export const sharedExample = {
  may: "decide",
  expires_at: "2026-11-29T17:02:10.004Z",
  shop: { ...head, locale: "en-US", time_zone: "America/Chicago" },
  estimate: {
    ...shown,
    text,
    jobs: jobs.map((job) => ({ ...job, lines: job.lines.map((line) => ({ ...line, decision: "approved" })) })),
  },
  invoices: [
    {
      ...INVOICE.listedExample,
      overdue: false,
      credits: null,
      currency: "USD",
      jobs: billed,
      lines: [],
      taxes: estimateExample.taxes,
    },
  ],
  authorizations: [{ ...short, ...byLink, decisions }],
};
