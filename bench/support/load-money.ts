import { AT, type Fill, indexOf, moment, type Sizes } from "./load-parts.ts";

const PACKAGES = 100;

/** Two taxes, packages, and for every tenth ticket a job with an hour of labour and an estimate that shows it. */
export const moneyOf = ({ tickets }: Sizes): readonly Fill[] => [
  {
    what: "taxes",
    rows: 2,
    into: "taxes (name, rate, applies_to, valid_from, created_at, updated_at)",
    select: `select 'Tax ' || i, 10000 * i, '["part"]', '2026-01-01', '${AT}', '${AT}' from n`,
  },
  {
    what: "packages",
    rows: PACKAGES,
    into: "service_packages (id, name, category, created_at, updated_at, search_terms)",
    select: `select i, 'Package ' || i, 'Category ' || (i % 20), '${AT}', '${AT}',
      json_object('name', 'package ' || i, 'category', 'category ' || (i % 20)) from n`,
  },
  indexOf("service_packages", PACKAGES),
  {
    what: "packages",
    rows: PACKAGES,
    into: "service_package_lines (service_package_id, position, kind, description, inventory_id, condition, quantity)",
    select: `select i, 1, 'labor', 'Replace it', null, null, 1000 from n union all select i, 2, 'part', null, i, 'new', 1000 from n`,
  },
  {
    what: "jobs",
    rows: tickets / 10,
    into: "ticket_jobs (id, service_ticket_id, title, position, mechanic_id, created_at)",
    select: `select i, i * 10, 'Brakes', 1, 1 + i * 10 % 165, '${AT}' from n`,
  },
  {
    what: "labour",
    rows: tickets / 10,
    into: "ticket_lines (service_ticket_id, job_id, kind, description, quantity, unit_price)",
    select: "select i * 10, i, 'labor', 'Replace pads', 1000, 10000 from n",
  },
  {
    what: "estimates",
    rows: tickets / 10,
    into: `estimates (id, service_ticket_id, customer_id, year, sequence, at, date, valid_until, lines_net, discount_amount, net, tax, total, content)`,
    select: `select i, i * 10, t.customer_id, 2026, i, ${moment("i")}, '2026-01-01', '2026-12-31', 10000, 0, 10000, 0, 10000, json_object(
      'shop', json_object('name', 'Mechanic Shop', 'currency', 'USD'), 'customer', json_object('id', t.customer_id, 'name', 'Ada'), 'vehicle', null,
      'discount', null, 'jobs', json_array(json_object('id', i, 'title', 'Brakes', 'position', 1, 'by_line', json('false'))), 'taxes', json_array(),
      'lines', json_array(json_object('id', l.id, 'job_id', i, 'kind', l.kind, 'description', l.description, 'quantity', l.quantity, 'unit_price', l.unit_price,
        'taxable', json('true'), 'gross', l.gross, 'discount_amount', 0, 'net', l.net, 'share', 0, 'words', l.words, 'together', i)))
      from n cross join service_tickets t on t.id = i * 10 cross join ticket_lines l on l.job_id = i`,
  },
  {
    what: "days of estimates",
    rows: 1,
    into: "daily_estimates (date, presented, presented_net)",
    select: `select '2026-01-01', ${Math.floor(tickets / 10)}, ${Math.floor(tickets / 10) * 10_000} from n`,
  },
];
