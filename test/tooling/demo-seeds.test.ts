import { expect, it } from "vitest";
import { demoScript } from "../support/demo-shop.ts";

it("the demo data is the same for the same seed and day, and another for another", async () => {
  const script = await demoScript();
  expect((await demoScript()) === script).toBe(true);
  expect((await demoScript({ seed: 7 })) === script).toBe(false);
  expect((await demoScript({ today: "2026-11-22" })) === script).toBe(false);
});
