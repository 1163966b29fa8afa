import { describe, expect, it } from "vitest";
import { createClient } from "../support/client.ts";
import { aCustomer, aMechanic, rows } from "../support/people.ts";
import { aVin } from "../support/shop.ts";

const client = createClient();
const CAR = { make: "Toyota", model: "Corolla", year: 2019 };
const WAYS = ["POST /vehicles", "PUT /vehicles/{id}", "PATCH /vehicles/{id}", "POST /service-tickets"] as const;
type Way = (typeof WAYS)[number];

const aClerk = async () => ({ customer_id: (await aCustomer()).id, token: (await aMechanic()).token });
type Clerk = Awaited<ReturnType<typeof aClerk>>;

/** Gives the number to a vehicle in one of the ways: the answer, and the vehicle as it is then. */
const give = async (way: Way, number: string, { customer_id, token }: Clerk) => {
  const [method = "", path = ""] = way.split(" ");
  if (way === "POST /service-tickets") {
    const body = { customer_id, VIN: number, service_desc: "Oil", service_date: "2026-11-24" };
    const answer = await client.post(path, body, { token });
    const vehicle = answer.status < 300 ? (await client.get(`/vehicles/${answer.body.vehicle_id}`, { token })).body : {};
    return { answer, vehicle };
  }
  const known = method === "POST" ? undefined : await client.post("/vehicles", { customer_id, description: "Without a number" }, { token });
  const body = method === "POST" ? { ...CAR, customer_id, vin: number } : { vin: number };
  const answer = await client.send(method, path.replace("{id}", String(known?.body.id)), { body, token });
  return { answer, vehicle: answer.body };
};

/** What scanners and people put around a VIN. */
const TYPED: readonly ((vin: string) => string)[] = [
  (vin) => vin,
  (vin) => `I${vin}`,
  (vin) => `i${vin.toLowerCase()}`,
  (vin) => `${vin.slice(0, 3)} ${vin.slice(3, 9)}\u00a0${vin.slice(9)}`,
  (vin) => ` ${vin.slice(0, 9)}-${vin.slice(9)}\t`,
  (vin) => `${vin.slice(0, 9)}–${vin.slice(9)}`,
  (vin) => `\u200e${vin}\ufeff`,
];

describe.each(WAYS)("the number of a vehicle in %s", (way) => {
  it("is a VIN with 17 characters, however it was scanned or typed", async () => {
    const clerk = await aClerk();
    for (const typed of TYPED) {
      const vin = aVin();
      const { answer, vehicle } = await give(way, typed(vin), clerk);
      expect([200, 201], JSON.stringify(answer.body)).toContain(answer.status);
      expect(vehicle).toMatchObject({ vin, serial_number: null });
    }
  });

  it.each([
    ["9F02R123456", "9F02R123456"],
    ["SV30-0169266", "SV30-0169266"],
    ["sv30–0169267", "SV30-0169267"],
    ["Ford A 1930/77.2", "FORD A 1930/77.2"],
    ["1M8GDM9AXKP04278", "1M8GDM9AXKP04278"],
  ])("of another form is kept as the serial number: %s", async (typed, serial_number) => {
    const { vehicle } = await give(way, typed, await aClerk());
    expect(vehicle).toMatchObject({ vin: null, serial_number });
  });

  it.each([
    ["one sign 17 times", "00000000000000000"],
    ["letters of other alphabets", "1MſGDM9ABU14HG2GP"],
    ["the letter O among 17", "1M8GDM9AXKP04278O"],
    ["the letter Q among 17", "1M8GDM9AQKP042788"],
    ["one character", "7"],
    ["nothing but marks", "---"],
    ["nothing", ""],
    ["nothing to see", "\u200b\u200b"],
    ["a number with signs", "SV30#0169266"],
    ["a number that is too long", "9".repeat(41)],
    ["a number with a line break", "SV30\r\n0169266"],
  ])("is not %s", async (_, number) => {
    const { answer } = await give(way, number, await aClerk());
    expect([answer.status, answer.body.errors.map(({ pointer }: { pointer: string }) => pointer)]).toEqual([
      422,
      [way === "POST /service-tickets" ? "/body/VIN" : "/body/vin"],
    ]);
  });
});

describe("a vehicle", () => {
  it("without a VIN is known by a plate, a serial number or a description, and by something", async () => {
    const { customer_id, token } = await aClerk();
    for (const known of [
      { license_plate: "BERLIN 1930", make: "Ford", model: "A", year: 1930 },
      { serial_number: "sv30-0169268" },
      { description: "Single-axle trailer, green" },
      { description: "Engine alone, on a pallet", make: "Ford" },
    ])
      expect((await client.post("/vehicles", { ...known, customer_id }, { token })).status, JSON.stringify(known)).toBe(201);
    const nothing = await client.post("/vehicles", { ...CAR, customer_id }, { token });
    expect([nothing.status, nothing.body.errors]).toMatchObject([422, [{ pointer: "/body/vin", code: "required" }]]);
  });

  it("keeps something to know it by when it changes", async () => {
    const { customer_id, token } = await aClerk();
    const { body: trailer } = await client.post("/vehicles", { customer_id, description: "Trailer" }, { token });
    const change = (body: object) => client.patch(`/vehicles/${trailer.id}`, body, { token });
    const answer = await change({ description: null });
    expect([answer.status, answer.body.code]).toEqual([409, "vehicle_not_identified"]);
    expect((await change({ description: null, license_plate: "TR 1" })).body).toMatchObject({ description: null, license_plate: "TR 1" });
    expect((await change({ license_plate: null, vin: "TRAILER-77" })).body).toMatchObject({ serial_number: "TRAILER-77", vin: null });
  });

  it("with a VIN needs make, model and year, and no two have the same VIN however it is typed", async () => {
    const { customer_id, token } = await aClerk();
    const vin = aVin();
    const lacking = await client.post("/vehicles", { customer_id, vin: `I${vin}` }, { token });
    expect(lacking.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(["/body/make", "/body/model", "/body/year"]);
    expect((await client.post("/vehicles", { ...CAR, customer_id, vin }, { token })).status).toBe(201);
    for (const typed of TYPED) {
      const { status, body } = await client.post("/vehicles", { ...CAR, customer_id, vin: typed(vin) }, { token });
      expect([status, body.code]).toEqual([409, "vin_taken"]);
      const found = await client.get(`/vehicles?vin=${encodeURIComponent(typed(vin))}`, { token });
      expect(found.body.vehicles).toMatchObject([{ vin }]);
    }
  });

  it("may have the serial number of another one", async () => {
    const { customer_id, token } = await aClerk();
    for (const description of ["One", "Two"])
      expect((await client.post("/vehicles", { customer_id, description, serial_number: "77" }, { token })).status).toBe(201);
  });
});

describe("a ticket", () => {
  const job = { service_desc: "Wiper blades over the counter", service_date: "2026-11-24" };

  it("is there without a vehicle, for a sale over the counter", async () => {
    const { customer_id, token } = await aClerk();
    const { status, body } = await client.post("/service-tickets", { ...job, customer_id }, { token });
    expect([status, body]).toMatchObject([201, { vehicle_id: null, VIN: null, vehicle_differences: [] }]);
    expect((await client.get(`/service-tickets/${body.id}`, { token })).body).toMatchObject({ vehicle_id: null, VIN: null });
    expect(await rows("select id from vehicles where customer_id = ?", customer_id)).toEqual([]);
    for (const status of ["in_progress", "completed", "closed"])
      expect((await client.put(`/service-tickets/${body.id}/status`, { status }, { token })).status).toBe(200);
  });

  it("makes the vehicle that it describes, and finds it again by serial number or plate", async () => {
    const { customer_id, token } = await aClerk();
    const open = (fields: object) => client.post("/service-tickets", { ...job, customer_id, ...fields }, { token });
    const { body: trailer } = await open({ vehicle: { description: "Trailer", license_plate: "TR-77 X" } });
    const { body: old } = await open({ VIN: "sv30-0169266", vehicle: { make: "Toyota" } });
    expect((await open({ vehicle: { license_plate: "tr 77x" } })).body.vehicle_id).toBe(trailer.vehicle_id);
    expect((await open({ VIN: "SV30 0169266" })).body.vehicle_id).toBe(old.vehicle_id);
    const long = { license_plate: "品川 三三〇 あ 一二-三四 品川 三" };
    expect((await open({ vehicle: long })).body.vehicle_id).toBe((await open({ vehicle: long })).body.vehicle_id);
    expect((await open({ vehicle: { license_plate: "R 77X" } })).body.vehicle_id).toBeGreaterThan(old.vehicle_id);
    const nothing = await open({ vehicle: { color: "green" } });
    expect([nothing.status, nothing.body.errors[0].pointer]).toEqual([422, "/body/vehicle"]);
  });
});
