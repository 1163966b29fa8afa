import { describe, expect, it } from "vitest";
import { adviceFor, notFrozen, rebuiltBy, withoutRules } from "../../scripts/support/migration-texts.ts";

/** What drizzle-kit makes for a new column with a CHECK, and for a CHECK of an old one. */
const REBUILD = {
  name: "0017_preferred_contact.sql",
  text: `PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE \`__new_customers\` (
\t\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
\t\`preferred_contact\` text,
\tFOREIGN KEY (\`id\`) REFERENCES \`users\`(\`id\`) ON UPDATE no action ON DELETE no action,
\tCONSTRAINT "customers_preferred_contact_known" CHECK("__new_customers"."preferred_contact" in ('phone',
\t  'email')),
\tCONSTRAINT "customers_id_positive" CHECK("__new_customers"."id" > 0)
);
--> statement-breakpoint
DROP TABLE \`customers\`;`,
};
const BEFORE = { customers: { columns: { id: {} }, checkConstraints: { customers_id_positive: {} } } };

describe("a migration", () => {
  it("that builds a table anew is told what adds the column instead", () => {
    expect(rebuiltBy(REBUILD)).toEqual(["customers"]);
    const lines = adviceFor(REBUILD, BEFORE).split("\n");
    expect(lines[0]).toContain("migrations/0017_preferred_contact.sql builds customers anew");
    expect(lines.slice(2, -2).join("\n")).toBe(
      "ALTER TABLE `customers` ADD `preferred_contact` text CONSTRAINT \"customers_preferred_contact_known\" CHECK(\"preferred_contact\" in ('phone',\n\t  'email'));",
    );
  });

  it("that builds a table anew is told last where a column that changes is described", () => {
    const [additions, recipe] = adviceFor(REBUILD, BEFORE).split("\n").slice(-2);
    expect(additions).toMatch(/^Only new columns can be added so/);
    expect(recipe).toMatch(/0017_front_desk\.sql .* ARCHITECTURE\.md/);
  });

  it("that drops a table and makes it again needs a file of all its rules after it, for each such table", () => {
    const remade = (table: string): string => `DROP TABLE ${table};\nCREATE TABLE \`${table}\` (\n\t\`id\` integer\n);\n`;
    const front = { name: "0017_front_desk.sql", text: `${remade("parts")}${remade("vehicles")}DROP TABLE old_parts;` };
    const rules = (number: string, table: string) => ({ name: `${number}_rules_${table}.sql`, text: "" });
    const missing = (table: string) =>
      expect.stringMatching(`^0017_front_desk.sql makes ${table} again. Add a file ..._rules_${table}.sql`);
    expect(withoutRules([front])).toEqual([missing("parts"), missing("vehicles")]);
    expect(withoutRules([front, rules("0018", "vehicles")])).toEqual([missing("parts")]);
    expect(withoutRules([front, rules("0018", "vehicles"), rules("0019", "parts")])).toEqual([]);
    expect(withoutRules([rules("0009", "parts"), rules("0010", "vehicles"), front])).toHaveLength(2);
  });

  it("that changes an old column is told that nothing adds to it", () => {
    const known = { customers: { columns: { id: {}, preferred_contact: {} }, checkConstraints: {} } };
    expect(adviceFor(REBUILD, known)).toContain("ALTER TABLE ... ADD column ... CONSTRAINT ... CHECK (...);");
  });

  it("that adds a column is none of these", () => {
    expect(rebuiltBy({ name: "0017_x.sql", text: "ALTER TABLE `customers` ADD `nickname` text;" })).toEqual([]);
  });

  it("is frozen once its sum is written down: then it neither changes nor goes", () => {
    const sumOf = (text: string): string => `sum of ${text}`;
    const [kept, changed, added] = ["0000_a.sql", "0001_b.sql", "0002_c.sql"].map((name) => ({ name, text: name }));
    if (!kept || !changed || !added) throw new Error("three are made above");
    const sums = `${sumOf(kept.text)}  ${kept.name}\n${sumOf("before")}  ${changed.name}\nsum  0003_gone.sql\n`;
    expect(notFrozen([kept, changed, added], sums, sumOf)).toEqual([
      expect.stringMatching(/^0001_b.sql has changed/),
      expect.stringMatching(/^0002_c.sql is not frozen/),
      expect.stringMatching(/^0003_gone.sql is gone/),
    ]);
    expect(notFrozen([kept], `${sumOf(kept.text)}  ${kept.name}\n`, sumOf)).toEqual([]);
  });
});
