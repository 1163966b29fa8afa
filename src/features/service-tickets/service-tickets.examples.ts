/** Examples for the OpenAPI document. */
export const ticketExample = {
  id: 31,
  customer_id: 12,
  vehicle_id: 7,
  VIN: "1M8GDM9AXKP042788",
  service_desc: "Front brakes grind: replace pads, check discs",
  service_date: "2026-11-24",
  status: "open",
  scheduled_start: "2026-11-24T09:00:00.000Z",
  scheduled_end: "2026-11-24T11:00:00.000Z",
  mileage: 84_120,
  notes: null,
  parts_total: 99.8,
  created_at: "2026-11-20T09:30:00.000Z",
  updated_at: "2026-11-20T09:30:00.000Z",
  completed_at: null,
  closed_at: null,
  customer: { id: 12, name: "Ada Example" },
  mechanics: [{ id: 3, name: "Max Mechanic" }],
};

export const partExample = {
  inventory_id: 5,
  name: "Brake pad set, front",
  part_number: "BP-1042",
  quantity: 2,
  unit_price: 49.9,
  unit_cost: 27.5,
  total: 99.8,
  returned: false,
};

export const ticketDetailExample = { ...ticketExample, parts: [partExample] };

export const newTicketExample = {
  customer_id: 12,
  VIN: "1M8GDM9AXKP042788",
  vehicle: { make: "Example", model: "Wagon", year: 2019 },
  service_desc: "Front brakes grind: replace pads, check discs",
  service_date: "2026-11-24",
  mechanic_ids: [3],
  parts: [{ inventory_id: 5, quantity: 2 }],
};
