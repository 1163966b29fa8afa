import { expect, it } from "vitest";
import current from "../../openapi.json?raw";
import legacy from "../../openapi-legacy.json?raw";
import { createClient } from "../support/client.ts";

it.each([
  ["openapi.json", current],
  ["openapi-legacy.json", legacy],
])("%s is the document as the app serves it; `npm run openapi` writes it anew", async (name, written) => {
  const { body } = await createClient().get(`/${name}`);
  expect(JSON.parse(written)).toEqual(body);
  expect(written === `${JSON.stringify(body, null, 2)}\n`, `${name} is laid out as \`npm run openapi\` does`).toBe(true);
});
