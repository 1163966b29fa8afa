import { expect, it } from "vitest";
import { endpoints } from "../../src/app.ts";
import { runJobs } from "../../src/jobs.ts";
import { createClient, testDeps } from "../support/client.ts";
import { anAdmin, PASSWORD } from "../support/people.ts";
import { watchedD1 } from "../support/watched-d1.ts";
import { aWorld, bodyOf, pathOf } from "../support/world.ts";

/** `npm run statements:record`, at a release: writes down what the app asks of the database, for the tests of the next releases. */
it("records the statements of this release", async () => {
  const { d1, asked } = watchedD1();
  const deps = testDeps({ DB: d1 });
  const client = createClient(deps);
  for (const endpoint of endpoints) {
    const [world, { token, email }] = [await aWorld(client), await anAdmin()];
    const path = pathOf(endpoint, world, token);
    const isLogin = endpoint.spec.path.endsWith("/login");
    const body = isLogin ? { email, password: PASSWORD } : bodyOf(endpoint, world);
    await client.send(endpoint.spec.method, path, { token, body });
    if (endpoint.spec.method !== "get") continue;
    for (const query of ["q=ada", "page=2", "sort=-id", "entity=user"])
      await client.get(`${path}${path.includes("?") ? "&" : "?"}${query}`, { token });
  }
  await runJobs(deps);
  const lines = [...new Set(asked.map(({ sql }) => JSON.stringify(sql)))].sort();
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("statements.jsonl");
}, 300_000);
