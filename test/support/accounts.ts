import { env } from "cloudflare:workers";
import type { Client } from "./client.ts";
import { PASSWORD, type Person, rows, unique } from "./people.ts";

const AT = "2026-11-20T09:30:00.000Z";

/** An e-mail that this file has not used before. */
export const anEmail = (): string => `someone${unique()}@example.com`;

/** A customer's or mechanic's record that nobody can log in to. */
export const aRecord = async (table: "customers" | "mechanics", status = "active") => {
  const email = anEmail();
  const [more, values] = table === "customers" ? ["", ""] : [", salary, status", `, 100, '${status}'`];
  const [made] = await rows<{ id: number }>(
    `insert into ${table} (name, email, phone, created_at, updated_at${more}) values ('Rec Ord', ?, '+1 555 0300', ?, ?${values}) returning id`,
    email,
    AT,
    AT,
  );
  return { id: made?.id ?? 0, email };
};

/** Makes this admin the only active one. */
export const onlyAdmin = ({ userId }: Person) =>
  env.DB.prepare("update users set status = 'disabled' where role = 'admin' and id <> ?").bind(userId).run();

/** All that a refused write on accounts could have touched. */
export const accountState = async () => [
  await rows("select * from users"),
  await rows("select * from sessions"),
  await rows("select * from customers"),
  await rows("select * from mechanics"),
  await rows("select * from audit_log where action <> 'access.refused'"),
  await rows("select * from audit_draft"),
  await rows("select * from idempotency_keys"),
];

/** What a change of an account is about. */
export const userOf = async (id: number) => (await rows("select email, role, status, gen, version from users where id = ?", id))[0];

/** Does a token still work? 200 or 401. */
export const statusOf = async (client: Client, token: string): Promise<number> => (await client.get("/auth/me", { token })).status;

/** Logs in with the password of the tests. */
export const logIn = (client: Client, email: string, role: string) => client.post("/auth/login", { email, role, password: PASSWORD });
