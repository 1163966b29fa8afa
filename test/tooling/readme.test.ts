import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import exampleSecrets from "../../.dev.vars.example?raw";
import readme from "../../README.md?raw";
import { DEMO_LOGINS, DEMO_PASSWORD } from "../../scripts/demo-data.ts";
import { endpoints } from "../../src/app.ts";
import config from "../../wrangler.toml?raw";

const secrets: string[] = JSON.parse(/^\[secrets\]\s+required = (\[.*\])/m.exec(config)?.[1] ?? "null");

describe("the README", () => {
  it("lists every route of the API and no other", () => {
    const rows = [...readme.matchAll(/^\| ([A-Z ]+) \| `(\/\S*)` \|/gm)];
    const listed = rows.flatMap(([, methods = "", path]) => methods.split(" ").map((method) => `${method} ${path}`));
    expect(listed.sort()).toEqual(endpoints.map(({ spec }) => `${spec.method.toUpperCase()} ${spec.path}`).sort());
  });

  it("explains every variable with its default", () => {
    for (const [name, value] of Object.entries(env))
      if (typeof value === "string" && !secrets.includes(name))
        expect(readme.includes(`| \`${name}\` | ${value === "" ? "empty" : `\`${value}\``} |`), name).toBe(true);
  });

  it("explains every secret, and the example has it", () => {
    for (const name of secrets) expect(readme.includes(`\`${name}\``), name).toBe(true);
    expect([...exampleSecrets.matchAll(/^(\w+)=/gm)].map(([, name]) => name)).toEqual(secrets);
  });

  it("has the demo logins", () => {
    for (const [role, email] of Object.entries(DEMO_LOGINS))
      expect(readme.includes(`| ${role} | \`${email}\` | \`${DEMO_PASSWORD}\` |`), role).toBe(true);
  });
});
