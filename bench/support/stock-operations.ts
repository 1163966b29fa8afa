import type { Operation } from "./operations.ts";
import { make, STAFF, write } from "./write-operations.ts";

const aPart = () => ({ name: "Brake pad front", part_number: `N-${crypto.randomUUID()}`, price: 10, quantity: 5 });

/** Parts, and what comes in of them. */
export const stockOperations: readonly Operation[] = [
  write("part added", 0, (call) => call(STAFF, "POST", "/inventory", aPart())),
  write("part's price", 0, (call) => call(STAFF, "PATCH", "/inventory/7", { price: 11 })),
  write("part, all fields", 0, (call) => call(STAFF, "PUT", "/inventory/7", { ...aPart(), reorder_point: 1, reason: "counted" })),
  write("part received", 0, (call) => call(STAFF, "POST", "/inventory/8/receive", { quantity: 5 })),
  write("part corrected", 0, (call) => call(STAFF, "POST", "/inventory/8/correct", { quantity: 500_000, reason: "counted" })),
  write("part deleted", 0, async (call) => call(STAFF, "DELETE", `/inventory/${await make(call, "/inventory", aPart())}`)),
];
