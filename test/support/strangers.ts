import { anEmail, logIn } from "./accounts.ts";
import type { Client } from "./client.ts";
import { PASSWORD } from "./people.ts";

/** Somebody who signs up by themselves, and logs in. */
export const signUp = async (client: Client, email = anEmail()) => {
  const { body: record } = await client.post("/customers", { name: "Stan Stranger", email, phone: "+1 555 0199", password: PASSWORD });
  const { body } = await logIn(client, email, "customer");
  return { id: Number(record.id), email, token: String(body.token), refresh: String(body.refresh_token) };
};
