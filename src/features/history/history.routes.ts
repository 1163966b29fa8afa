import { byId } from "../../http/fields.ts";
import { orOwn, STAFF } from "../../http/policy.ts";
import { route } from "../../http/route.ts";
import { historyExample } from "./history.examples.ts";
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
        "readings that went back. Customers see their own tickets. It follows from the tickets by fixed rules.",
      params: byId,
      answer: VehicleHistory,
      example: historyExample,
    },
    async ({ db, actor }, { params }) => ({ body: presentLog(params.id, await vehicleLog(db, actor, params.id)) }),
  ),
];
