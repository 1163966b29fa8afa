import { exports } from "cloudflare:workers";
import createFetchClient from "openapi-fetch";
import { expect, it } from "vitest";
import { mailedToken } from "../support/mail.ts";
import { anAdmin, PASSWORD, unique } from "../support/people.ts";
import { quick } from "../support/quick-passwords.ts";
import { aVin } from "../support/shop.ts";
import type { components, paths } from "./openapi.d.ts";

/**
 * A day in the shop with a client that tools made of openapi.json. There is no cast here: what the compiler takes is
 * what the document says, and the Worker answers it.
 */
const open = (token?: string) =>
  createFetchClient<paths>({
    baseUrl: "https://shop.test",
    fetch: (request) => exports.default.fetch(request),
    headers: { "CF-Connecting-IP": "192.0.2.77", ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }) },
  });
type Client = ReturnType<typeof open>;

/** The body of an answer that went well. */
const well = <T>({ data, error, response }: { data?: T; error?: unknown; response: Response }): T => {
  if (data === undefined) throw new Error(`${response.status} ${JSON.stringify(error)}`);
  return data;
};

const logIn = async (email: string, role: components["schemas"]["RoleCredentials"]["role"]): Promise<Client> => {
  const body = { email, password: PASSWORD, ...(role ? { role } : {}) };
  return open(well(await open().POST("/auth/login", { body })).token);
};

const someone = (name: string) => ({ name, email: `client${unique()}@example.com`, phone: "+1 555 0100", password: PASSWORD });

/** An admin takes on a mechanic, who logs in. */
const aMechanicAtWork = async () => {
  const admin = await logIn((await quick(anAdmin())).email, "admin");
  const mechanic = well(await admin.POST("/mechanics", { body: { ...someone("Max Example"), salary: 52_000.5 } }));
  expect(mechanic).toMatchObject({ status: "active", salary: 52_000.5 });
  return { mechanic, staff: await logIn(mechanic.email, "mechanic") };
};

const aCustomerWithCar = async () => {
  const person = someone("Ada Example");
  const { id: customer_id } = well(await open().POST("/customers", { body: person }));
  const login = await logIn(person.email, "customer");
  const proof = { token: await mailedToken(person.email, "verification") };
  const self = open(well(await login.POST("/auth/email/confirm", { body: proof })).token);
  const vehicle = well(await self.POST("/vehicles", { body: { vin: aVin(), make: "Example", model: "Wagon", year: 2019 } }));
  return { customer_id, self, vehicle };
};

it("a generated client works through a day in the shop", async () => {
  const { mechanic, staff } = await aMechanicAtWork();
  const { customer_id, self, vehicle } = await aCustomerWithCar();
  const part = well(await staff.POST("/inventory", { body: { name: "Brake pads", price: 49.9, quantity: 8, reorder_point: 7 } }));

  const job = { customer_id, vehicle_id: vehicle.id, service_desc: "Front brakes grind", service_date: "2026-11-24" };
  const opened = await staff.POST("/service-tickets", { body: job });
  const { id } = well(opened);
  expect(opened.response.headers.get("Location")).toBe(`/service-tickets/${id}`);

  const ticket = { params: { path: { id } } };
  well(await staff.PUT("/service-tickets/{id}/assign-mechanic/{mechanic_id}", { params: { path: { id, mechanic_id: mechanic.id } } }));
  const fit = { params: { path: { id, inventory_id: part.id }, header: { "Idempotency-Key": "fit-the-pads" } }, body: { quantity: 2 } };
  const fitted = await staff.PUT("/service-tickets/{id}/add-part/{inventory_id}", fit);
  const again = await staff.PUT("/service-tickets/{id}/add-part/{inventory_id}", fit);
  expect([well(fitted).parts_total, well(again).parts_total, again.response.headers.get("Idempotent-Replayed")]).toEqual([
    99.8,
    99.8,
    "true",
  ]);
  for (const status of ["in_progress", "completed", "closed"] as const)
    expect(well(await staff.PUT("/service-tickets/{id}/status", { ...ticket, body: { status } })).status).toBe(status);

  const { service_tickets, pagination } = well(
    await staff.GET("/service-tickets", { params: { query: { customer_id, status: "closed", per_page: 5, sort: "-id" } } }),
  );
  expect([service_tickets.map((row) => row.mechanics), pagination.total_items]).toEqual([[[{ id: mechanic.id, name: "Max Example" }]], 1]);
  const low = well(await staff.GET("/inventory/low-stock", { params: { query: { per_page: 100 } } })).inventory;
  expect(low).toContainEqual(expect.objectContaining({ id: part.id, quantity: 6, reorder_point: 7 }));
  expect(well(await self.GET("/customers/my-tickets")).tickets.map(({ VIN }) => VIN)).toEqual([vehicle.vin]);
});

it("a generated client changes what it knows, and reads why it was refused", async () => {
  const { staff } = await aMechanicAtWork();
  const part = well(await staff.POST("/inventory", { body: { name: "Oil filter", price: 8, quantity: 3 } }));
  const path = { id: part.id };
  const { response } = await staff.GET("/inventory/{id}", { params: { path } });
  const etag = response.headers.get("ETag") ?? "";
  const unchanged = await staff.GET("/inventory/{id}", { params: { path, header: { "If-None-Match": etag } } });
  expect(unchanged.response.status).toBe(304);

  const change = (price: number) => staff.PATCH("/inventory/{id}", { params: { path, header: { "If-Match": etag } }, body: { price } });
  expect(well(await change(9)).price).toBe(9);
  const late = await change(10);
  expect([late.response.status, late.error?.code, late.data]).toEqual([412, "precondition_failed", undefined]);

  const { error } = await open().POST("/customers", { body: { ...someone("Ada"), email: "not an address" } });
  expect(error?.errors?.map(({ pointer }) => pointer)).toEqual(["/body/email"]);
  expect((await open().GET("/customers")).error).toMatchObject({ status: 401, code: "unauthenticated" });
});

it("a generated client shows an estimate, and the customer's own yes lets the parts be drawn", async () => {
  const { mechanic, staff } = await aMechanicAtWork();
  const { customer_id, self, vehicle } = await aCustomerWithCar();
  const part = well(await staff.POST("/inventory", { body: { name: "Brake pads", price: 49.9, quantity: 8 } }));
  const ticket = { customer_id, vehicle_id: vehicle.id, service_desc: "Front brakes grind", service_date: "2026-11-24" };
  const params = { path: { id: well(await staff.POST("/service-tickets", { body: ticket })).id } };

  const lines = [
    { kind: "labor" as const, description: "Replace front pads", quantity: 1.5, unit_price: 120, mechanic_id: mechanic.id },
    { kind: "part" as const, inventory_id: part.id, condition: "new" as const, quantity: 1 },
  ];
  const { jobs } = well(await staff.POST("/service-tickets/{id}/jobs", { params, body: { title: "Front brakes", lines } }));
  const early = await staff.POST("/service-tickets/{id}/draw-parts", { params });
  expect(early.error).toMatchObject({ status: 409, code: "nothing_to_draw" });

  const shown = well(await staff.POST("/service-tickets/{id}/estimates", { params, body: {} }));
  const decisions = jobs.map(({ id }) => ({ job_id: id, decision: "approved" as const }));
  const yes = well(await self.POST("/estimates/{id}/authorizations", { params: { path: { id: shown.id } }, body: { decisions } }));
  expect([yes.channel, yes.additional_net, shown.lines_net]).toEqual(["portal", 229.9, 229.9]);

  const drawn = well(await staff.POST("/service-tickets/{id}/draw-parts", { params }));
  expect(drawn.jobs.flatMap((job) => job.lines.map((line) => [line.covered, line.drawn]))).toEqual([
    [true, null],
    [true, 1],
  ]);
});
