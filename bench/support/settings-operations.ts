import { ADMIN } from "./caller.ts";
import type { Operation } from "./operations.ts";
import { make, STAFF, unique, write } from "./write-operations.ts";

export const LABOR = { kind: "labor", description: "Replace front pads", quantity: 1.5, unit_price: 120 };
export const PADS = { kind: "part", inventory_id: 5, condition: "new", quantity: 2 };

const aTax = () => ({ name: `Tax ${unique()}`, rate: 5, applies_to: ["fee"], valid_from: "2299-01-01" });
const aPackage = () => ({ name: `Package ${unique()}`, category: "Brakes", lines: [{ ...LABOR, unit_price: 90 }, PADS] });

/** The shop, its taxes and packages, and who pays no tax. */
export const settings: readonly Operation[] = [
  write("shop's settings", 0, (call) => call(ADMIN, "PATCH", "/shop", { labor_rate: 95 })),
  write("tax added, changed, removed", 0, async (call) => call(ADMIN, "DELETE", `/taxes/${await make(call, "/taxes", aTax())}`)),
  write("tax added", 0, async (call) => {
    const added = await call(ADMIN, "POST", "/taxes", aTax());
    await call(ADMIN, "DELETE", `/taxes/${added.body.id}`);
    return added;
  }),
  write("tax's rate", 0, (call) => call(ADMIN, "PATCH", "/taxes/2", { rate: 2 })),
  write("tax exemption", 0, (call) => call(ADMIN, "PUT", "/customers/9/tax-exemption", { reason: "Church", certificate: "C-1" })),
  write("tax exemption ended", 0, (call) => call(ADMIN, "DELETE", "/customers/9/tax-exemption")),
  write("package added, 2 lines", 2, (call) => call(STAFF, "POST", "/service-packages", aPackage())),
  write("package's name, 2 lines", 2, (call) => call(STAFF, "PATCH", "/service-packages/7", { name: `Package ${unique()}` })),
  write("package's 2 lines", 4, (call) => call(STAFF, "PUT", "/service-packages/7", aPackage())),
  write("package removed, 2 lines", 2, async (call) =>
    call(STAFF, "DELETE", `/service-packages/${await make(call, "/service-packages", aPackage(), STAFF)}`),
  ),
];
