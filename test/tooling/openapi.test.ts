import { expect, it } from "vitest";
import written from "../../openapi.json?raw";
import { createClient } from "../support/client.ts";

it("openapi.json is the document as the app serves it; `npm run openapi` writes it anew", async () => {
  const { body } = await createClient().get("/openapi.json");
  expect(JSON.parse(written)).toEqual(body);
  expect(written === `${JSON.stringify(body, null, 2)}\n`, "openapi.json is laid out as `npm run openapi` does").toBe(true);
});
