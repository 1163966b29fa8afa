import { afterEach, describe, expect, it } from "vitest";
import { estimatePaper, type FrozenEstimate } from "../../src/paper/estimate-paper.ts";
import { type FrozenInvoice, invoicePaper } from "../../src/paper/invoice-paper.ts";
import { textOf } from "../../src/paper/paper.ts";
import { renderInvoice } from "../../src/paper/render.ts";
import { createClient, testDeps } from "../support/client.ts";
import { pay } from "../support/paid.ts";
import { aCustomer, anAdmin, rows } from "../support/people.ts";
import { anInvoice, approveAll, complete, completeShop, credit, post } from "../support/posted.ts";
import { bearer, rawClient } from "../support/raw.ts";
import { aJob, aLine, brakes, present } from "../support/repair-order.ts";
import { aShop, aTicket } from "../support/shop.ts";

const client = createClient();
const raw = rawClient();

afterEach(async () => {
  await rows("update shop set paper = 'letter', locale = 'en-US'");
});

const asPdf = (path: string, token: string, headers: Record<string, string> = {}) =>
  raw(path, { headers: { ...bearer(token), Accept: "application/pdf", ...headers } });
const bytesOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer()).toString("latin1");
/** A document as it was frozen. Safe: the columns are those of the tables. */
const frozenInvoice = async (id: number): Promise<FrozenInvoice> => {
  const [row] = await rows<Omit<FrozenInvoice, "content" | "time_zone"> & { content: string }>("select * from invoices where id = ?", id);
  if (!row) throw new Error("no invoice");
  return { ...row, content: JSON.parse(row.content), time_zone: "UTC" };
};
const frozenEstimate = async (ticket: number): Promise<FrozenEstimate> => {
  const [row] = await rows<FrozenEstimate & { content: string }>("select * from estimates where service_ticket_id = ?", ticket);
  if (!row) throw new Error("no estimate");
  return { ...row, ...JSON.parse(row.content) };
};
/** The size of the first page, in points. */
const sizeOf = (pdf: string) => /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(pdf)?.slice(1).map(Number);

describe("an estimate, an invoice or a credit note as a PDF", () => {
  it("is a tagged PDF/A with its title, the same bytes each time, under both addresses", async () => {
    const shop = await aShop();
    const invoice = await anInvoice(client, shop);
    const note = (await credit(client, invoice.id)).body;
    const estimate = await present(client, await brakes(client));
    const { token } = await anAdmin();
    for (const [path, title] of [
      [`/estimates/${estimate.id}`, `Estimate ${estimate.number}`],
      [`/invoices/${invoice.id}`, `Invoice ${invoice.number}`],
      [`/invoices/${note.id}`, `Credit note ${note.number}`],
    ] as const) {
      const answer = await asPdf(path, token);
      expect(answer.status).toBe(200);
      expect(answer.headers.get("Content-Type")).toBe("application/pdf");
      expect(answer.headers.get("Vary")).toContain("Accept");
      expect(answer.headers.get("Content-Disposition")).toMatch(new RegExp(`^inline; filename=".* - ${title}\\.pdf"$`));
      const pdf = await bytesOf(answer);
      expect(pdf.slice(0, 9)).toBe("%PDF-1.7\n");
      for (const part of [
        "/StructTreeRoot",
        "/Lang (en)",
        "/S /H1",
        "/S /Table",
        "/S /TH",
        "<pdfaid:part>3<",
        `<rdf:li xml:lang="x-default">${title}<`,
      ])
        expect(pdf, part).toContain(part);
      const again = await raw(`${path}/pdf`, { headers: bearer(token) });
      expect(again.headers.get("Content-Disposition")).toBe(answer.headers.get("Content-Disposition"));
      expect(again.headers.get("ETag")).toBe(answer.headers.get("ETag"));
      expect((await bytesOf(again)) === pdf).toBe(true);
    }
  });

  it("has the shop's paper and forms of when it was frozen, whatever the shop sets later", async () => {
    const shop = await aShop();
    const before = await anInvoice(client, shop);
    const { token } = await anAdmin();
    const read = async (id: number) => bytesOf(await asPdf(`/invoices/${id}`, token));
    const letter = await read(before.id);
    await client.patch("/shop", { paper: "a4", locale: "de-DE" }, { token, headers: { "If-Match": "*" } });
    const after = await anInvoice(client, shop);
    const note = (await credit(client, before.id)).body;
    expect((await read(before.id)) === letter).toBe(true);
    expect(sizeOf(letter)).toEqual([612, 792]);
    expect(sizeOf(await read(note.id))).toEqual([612, 792]);
    expect(sizeOf(await read(after.id))).toEqual([595.28, 841.89]);
  });

  it("stays the same while its invoice is paid and credited, and is not made again for who has it", async () => {
    const shop = await aShop();
    const { id } = await anInvoice(client, shop);
    const { token } = shop.customer;
    const etag = (await asPdf(`/invoices/${id}`, token)).headers.get("ETag") ?? "";
    expect(etag).toMatch(/^"pdf\d+\.[\da-f]{32}"$/);
    await credit(client, id);
    const noFonts = { ...testDeps(), fonts: { read: () => Promise.reject(new Error("not to be asked")) } };
    const known = await rawClient(noFonts)(`/invoices/${id}/pdf`, { headers: { ...bearer(token), "If-None-Match": etag } });
    expect([known.status, await known.text(), known.headers.get("ETag")]).toEqual([304, "", etag]);
    const asJson = await client.get(`/invoices/${id}`, { token, headers: { "If-None-Match": etag } });
    expect([asJson.status, asJson.body.status]).toEqual([200, "credited"]);
  });

  it("answers HEAD with the same headers and no body", async () => {
    const { id } = await anInvoice(client);
    const { token } = await anAdmin();
    const full = await asPdf(`/invoices/${id}`, token);
    const head = await raw(`/invoices/${id}`, { method: "HEAD", headers: { ...bearer(token), Accept: "application/pdf" } });
    expect([head.status, (await head.arrayBuffer()).byteLength]).toEqual([200, 0]);
    for (const name of ["Content-Type", "Content-Disposition", "ETag", "Vary"])
      expect(head.headers.get(name), name).toBe(full.headers.get(name));
  });

  it("is sent only to who wants it more than JSON, and to its owner and staff only", async () => {
    const shop = await aShop();
    const { id } = await anInvoice(client, shop);
    const { token } = shop.customer;
    for (const [accept, type] of [
      ["*/*", "application/json"],
      ["application/json, application/pdf;q=0.5", "application/json"],
      ["text/csv", "application/json"],
      ["application/pdf, */*;q=0.1", "application/pdf"],
    ] as const)
      expect((await asPdf(`/invoices/${id}`, token, { Accept: accept })).headers.get("Content-Type"), accept).toContain(type);
    const stranger = await aCustomer();
    for (const path of [`/invoices/${id}`, `/invoices/${id}/pdf`]) {
      const refused = await asPdf(path, stranger.token);
      expect([refused.status, refused.headers.get("Content-Type")]).toEqual([404, "application/problem+json"]);
      expect((await raw(path, { headers: { Accept: "application/pdf" } })).status).toBe(401);
    }
  });

  it("tells nothing of what only the shop may know, nor of what was paid", async () => {
    const shop = await aShop();
    const { id: ticket } = await aTicket(client, shop);
    const job = await aJob(ticket, { internal_note: "Complains a lot", note: "Pads are at 1 mm" });
    await aLine(ticket, { job_id: job, mechanic_id: shop.mechanic.id });
    await aLine(ticket, { kind: "sublet", description: "Turn the rotors", quantity: 1_000, unit_price: 9_000, unit_cost: 7_777 });
    await completeShop();
    await approveAll(client, shop, ticket);
    await complete(client, shop, ticket);
    const invoice = await post(client, shop, ticket);
    await pay(client, shop, invoice.id, 33.33);
    const [text, estimate] = [textOf(invoicePaper(await frozenInvoice(invoice.id))), textOf(estimatePaper(await frozenEstimate(ticket)))];
    for (const word of ["Pads are at 1 mm", "Replace front pads", "180.00", shop.vehicle.vin])
      expect([text, estimate].join()).toContain(word);
    for (const word of ["77.77", "Complains", "33.33", "236.67"]) expect([text, estimate].join(), word).not.toContain(word);
    expect(text).toContain("Cara Customer, owner");
  });

  it("goes over as many pages as 300 lines with long descriptions need", async () => {
    const { id } = await anInvoice(client);
    const frozen = await frozenInvoice(id);
    if (!("jobs" in frozen.content)) throw new Error("not an invoice");
    const [line] = frozen.content.lines;
    if (!line) throw new Error("no line");
    const lines = Array.from({ length: 300 }, (_, index) => ({
      ...line,
      id: index,
      description: "Tighten the bolts of the wheel. ".repeat(9),
    }));
    const { render } = renderInvoice({ ...frozen, content: { ...frozen.content, lines } }, testDeps().fonts);
    const pdf = Buffer.from(await render()).toString("latin1");
    expect(pdf.match(/\/Type \/Page\b/g)?.length).toBeGreaterThan(20);
  });

  it("says unavailable, without details, when a font cannot be read", async () => {
    const { id } = await anInvoice(client);
    const { token } = await anAdmin();
    const assets = {
      fetch: async () => new Response("no", { status: 404 }),
      connect: () => {
        throw new Error("no sockets");
      },
    };
    const answer = await rawClient(testDeps({ ASSETS: assets }))(`/invoices/${id}/pdf`, { headers: bearer(token) });
    expect([answer.status, JSON.parse(await answer.text()).code]).toEqual([503, "unavailable"]);
  });

  it("names the file for every system, with letters of others besides (RFC 8187)", async () => {
    await rows("update shop set name = ?", 'Żądło "Motors"/王');
    const { id, number } = await anInvoice(client);
    await rows("update shop set name = 'Mechanic Shop'");
    const { headers } = await asPdf(`/invoices/${id}`, (await anAdmin()).token);
    expect(headers.get("Content-Disposition")).toBe(
      `inline; filename="Zad_o Motors_ - Invoice ${number}.pdf"; filename*=UTF-8''%C5%BB%C4%85d%C5%82o%20Motors%E7%8E%8B%20-%20Invoice%20${number}.pdf`,
    );
  });
});
