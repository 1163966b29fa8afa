import { byId } from "../../http/fields.ts";
import { orOwn, type Policy, STAFF } from "../../http/policy.ts";
import { pdfRoute, route } from "../../http/route.ts";
import { historyExample } from "./history.examples.ts";
import { printedHistory } from "./history.paper.ts";
import { presentLog } from "./history.present.ts";
import { vehicleLog } from "./history.queries.ts";
import { VehicleHistory } from "./history.schemas.ts";

const policy = { access: orOwn(STAFF, "customer", "query"), fails: ["not_found", "merged"] } as const satisfies Policy;

export const historyRoutes = [
  route(
    policy,
    {
      method: "get",
      path: "/vehicles/{id}/history",
      operationId: "getVehicleHistory",
      tag: "Vehicles",
      summary: "Get the service history of a vehicle",
      description:
        "Of its 50 newest tickets, fewer where they are long: what was done when and at which mileage, what is open, what was declined, and " +
        "readings that went back. Customers see their own tickets. It follows from the tickets by fixed rules. " +
        "As `application/pdf` the service log: the finished visits, on paper.",
      params: byId,
      pdf: printedHistory,
      answer: VehicleHistory,
      example: historyExample,
    },
    async ({ db, actor }, { params }) => ({ body: presentLog(params.id, await vehicleLog(db, actor, params.id)) }),
  ),
  pdfRoute(policy, {
    path: "/vehicles/{id}/history/pdf",
    operationId: "printServiceLog",
    tag: "Vehicles",
    summary: "Get the service log of a vehicle as a PDF",
    description:
      "The finished visits, of its 50 newest tickets. The bytes are the same all day, in the shop's time zone, while nothing changes.",
    params: byId,
    pdf: printedHistory,
  }),
];
