import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { createApp, endpoints } from "../../src/app.ts";
import { createClient, testDeps } from "../support/client.ts";
import { anInvoiceOver, manyPayments, pay, reverse } from "../support/paid.ts";
import { aCustomer, anAdmin, rows } from "../support/people.ts";
import { anInvoice, credit } from "../support/posted.ts";
import { aTax } from "../support/repair-order.ts";
import { aShop } from "../support/shop.ts";

const client = createClient();
const asCsv = (token: string, headers: Record<string, string> = {}) => ({ token, headers: { Accept: "text/csv", ...headers } });
const linesOf = (text: string): string[] => text.split("\r\n").slice(0, -1);

describe("a listing as CSV", () => {
  it("has all rows, however many pages they are, each once, in the order of the listing", async () => {
    const { id, shop } = await manyPayments(client, 1_234);
    const { status, headers, body } = await client.get(`/payments?invoice_id=${id}`, asCsv(shop.mechanic.token));
    expect(status).toBe(200);
    expect(headers.get("Content-Type")).toBe("text/csv; charset=utf-8; header=present");
    expect(headers.get("Content-Disposition")).toBe('attachment; filename="payments.csv"');
    expect(headers.get("Vary")).toContain("Accept");
    const [header, ...lines] = linesOf(body);
    expect(header).toBe(
      "id,received_on,kind,method,reference,amount,invoice,invoice_id,reverses_id,reversed_by_id,recorded_by,created_at,note",
    );
    expect(lines).toHaveLength(1_234);
    const ids = lines.map((line) => Number(line.split(",")[0]));
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => b - a));
    expect(lines.every((line) => line.split(",")[5] === "0.01")).toBe(true);
  });

  it("has dates and amounts as such, and those of credit notes less than nothing", async () => {
    const shop = await aShop();
    const tax = await aTax(92_500, ["labor"]);
    const invoice = await anInvoice(client, shop);
    const note = await credit(client, invoice.id, [{ line_id: invoice.lines[0].id, net: 80 }]);
    await rows("delete from taxes where id = ?", tax);
    const { body } = await client.get(`/invoices?customer_id=${shop.customer.id}`, asCsv(shop.mechanic.token));
    const [header = "", ...lines] = linesOf(body);
    const named = (line = "") => Object.fromEntries(header.split(",").map((name, index) => [name, line.split(",")[index]]));
    expect(lines.map(named)).toMatchObject([
      {
        number: note.body.number,
        kind: "credit_note",
        date: "2026-11-20",
        due_date: "",
        credits: invoice.number,
        net: "-80.00",
        total: "-87.40",
        balance: "0.00",
      },
      {
        number: invoice.number,
        kind: "invoice",
        due_date: "2026-11-20",
        net: "180.00",
        tax: "16.65",
        total: "196.65",
        balance: "109.25",
        status: "unpaid",
      },
    ]);
    const taxes = await client.get("/invoice-taxes?from=2026-11-20", asCsv(shop.mechanic.token));
    expect(linesOf(taxes.body).slice(1, 3)).toEqual([
      `${note.body.number},credit_note,2026-11-20,Sales tax,9.25,-80.00,-7.40`,
      `${invoice.number},invoice,2026-11-20,Sales tax,9.25,180.00,16.65`,
    ]);
  });

  it.each([
    ["=1+1", "'=1+1"],
    ["+49 30", "'+49 30"],
    ["-2", "'-2"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ['"=1"', `"'""=1"""`],
    ["＝1", "'＝1"],
    ["x;=1+1;y", "x;'=1+1;y"],
    ['x; "@A1', `"x;' ""@A1"`],
    ["a;b 1-2", "a;b 1-2"],
    ['a, "b"', '"a, ""b"""'],
    ["plain 1-2", "plain 1-2"],
  ])("makes %s harmless in a cell", async (reference, cell) => {
    const { id, shop } = await anInvoiceOver(client, 500);
    expect((await pay(client, shop, id, 1, { method: "card", reference })).status).toBe(201);
    const { body } = await client.get(`/payments?invoice_id=${id}`, asCsv(shop.mechanic.token));
    expect(linesOf(body)[1]).toContain(`,card,${cell},1.00,`);
  });

  it("is sent to those only who rather have it, and without pages", async () => {
    const { token } = (await aShop()).mechanic;
    const typeFor = async (Accept: string) => (await client.get("/payments", { token, headers: { Accept } })).headers.get("Content-Type");
    for (const accept of [
      "*/*",
      "application/json",
      "text/html, */*",
      "text/csv;q=0.1, application/json",
      "text/csv;q=0.5, */*",
      "text/csv, application/json",
      "text/*, text/csv;q=0.1, application/json;q=0.2",
      "text/csv;q=0",
      "image/png",
    ])
      expect(await typeFor(accept), accept).toBe("application/json");
    for (const accept of [
      "text/csv",
      "TEXT/CSV;q=1",
      "text/csv, application/json;q=0.5",
      "text/csv, */*;q=0.1",
      "*/*, text/csv",
      "application/json;q=0, */*",
    ])
      expect(await typeFor(accept), accept).toContain("text/csv");
    for (const query of ["page=2", "per_page=5", "cursor=x"])
      expect(await client.get(`/payments?${query}`, asCsv(token)), query).toMatchObject({ status: 422, body: { code: "invalid" } });
    expect((await client.get("/payments", { headers: { Accept: "text/csv" } })).status).toBe(401);
  });

  it("is no listing that is cached, of which the cache would keep one form for both", () => {
    const files = endpoints.filter(({ spec }) => spec.file === "csv");
    expect(files.map(({ spec }) => spec.path)).toEqual(expect.arrayContaining(["/invoices", "/payments", "/invoice-taxes"]));
    for (const { policy, spec } of files) expect(policy.cache, spec.path).toBeUndefined();
  });

  it("goes on where no row of a page matches, without an empty piece", async () => {
    const { id, shop } = await manyPayments(client, 2_100);
    const [first] = await rows<{ id: number }>("select min(id) as id from payments where invoice_id = ?", id);
    const reversal = await reverse(client, first?.id ?? 0);
    const query = `invoice_id=${id}&kind=reversal&sort=id`;
    const { body } = await client.get(`/payments?${query}`, asCsv(shop.mechanic.token));
    expect(linesOf(body).map((line) => line.split(",")[0])).toEqual(["id", String(reversal.body.id)]);
    const headers = { Accept: "text/csv", Authorization: `Bearer ${shop.mechanic.token}`, "CF-Connecting-IP": "203.0.113.7" };
    const request = new Request(`http://localhost/payments?${query}`, { headers });
    const response = await createApp(testDeps()).fetch(request, env, createExecutionContext());
    const sizes: number[] = [];
    for await (const piece of response.body ?? []) sizes.push(piece.byteLength);
    expect(sizes).toHaveLength(2);
    expect(Math.min(...sizes)).toBeGreaterThan(0);
  });

  it("shows customers their own rows only", async () => {
    const shop = await aShop();
    const invoice = await anInvoice(client, shop);
    const own = await client.get("/invoices", asCsv(shop.customer.token));
    expect(linesOf(own.body).map((line) => line.split(",")[0])).toEqual(["number", invoice.number]);
    const other = await aCustomer();
    expect(linesOf((await client.get("/invoices", asCsv(other.token))).body)).toHaveLength(1);
  });

  it("is not streamed to a request for its headers", async () => {
    const { token } = await anAdmin();
    const logged: unknown[] = [];
    const headers = { Accept: "text/csv", Authorization: `Bearer ${token}`, "CF-Connecting-IP": "203.0.113.7" };
    const request = new Request("http://localhost/payments", { method: "HEAD", headers });
    const response = await createApp(testDeps({}, (line) => logged.push(line))).fetch(request, env, createExecutionContext());
    expect([response.status, response.headers.get("Content-Type"), response.body]).toEqual([
      200,
      expect.stringContaining("text/csv"),
      null,
    ]);
    expect(logged).toEqual([expect.not.objectContaining({ streamed: true })]);
  });
});
