import { byId } from "../../http/fields.ts";
import { orOwn, STAFF } from "../../http/policy.ts";
import { pdfRoute, route } from "../../http/route.ts";
import { historyExample } from "./history.examples.ts";
import { printedHistory } from "./history.paper.ts";
import { presentLog } from "./history.present.ts";
import { vehicleLog } from "./history.queries.ts";
import { VehicleHistory } from "./history.schemas.ts";

export const historyRoutes = [
  route(
    { access: orOwn(STAFF, "customer", "query"), fails: ["not_found", "merged"] },
    {
      method: "get",
      path: "/vehicles/{id}/history",
      operationId: "getVehicleHistory",
      tag: "Vehicles",
      summary: "Get the service history of a vehicle",
      description:
        "Of its 50 newest tickets, fewer where they are long: what was done when and at which mileage, what is open, what was declined, and " +
        "readings that went back. Customers see their own tickets. It follows from the tickets by fixed rules. " +
        "As `application/pdf` the service log: the visits that are done, on paper.",
      params: byId,
      pdf: printedHistory,
      answer: VehicleHistory,
      example: historyExample,
    },
    async ({ db, actor }, { params }) => ({ body: presentLog(params.id, await vehicleLog(db, actor, params.id)) }),
  ),
  pdfRoute(
    { access: orOwn(STAFF, "customer", "query"), fails: ["not_found", "merged"] },
    {
      path: "/vehicles/{id}/history/pdf",
      operationId: "printServiceLog",
      tag: "Vehicles",
      summary: "Get the service log of a vehicle as a PDF",
      description:
        "The visits that are done, of its 50 newest tickets. The bytes are the same all day, in the shop's time zone, while nothing changes.",
      params: byId,
      pdf: printedHistory,
    },
  ),
];
