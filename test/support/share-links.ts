import { type Answer, type Client, clock } from "./client.ts";
import { type Person, rows } from "./people.ts";

/** A link to a ticket, and the token that opens it. */
export interface Link {
  readonly link_id: number;
  readonly token: string;
}

/** Makes a link over the API, as staff. Throws when it was refused. */
export const aLink = async (
  client: Client,
  ticket: number,
  { token }: Pick<Person, "token">,
  body: Record<string, unknown> = { may: "decide" },
): Promise<Link> => {
  const answer = await client.post(`/service-tickets/${ticket}/share-links`, body, { token });
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return { link_id: answer.body.id, token: answer.body.token };
};

export const withToken = (token: string) => ({ headers: { "Share-Token": token } });

/** What the holder of a token is shown. */
export const open = (client: Client, token: string): Promise<Answer> => client.get("/shared", withToken(token));

/** What the holder of a token is answered who decides so. */
export const decideBy = (client: Client, token: string, body: unknown): Promise<Answer> =>
  client.post("/shared/authorizations", body, withToken(token));

/** A link as it stands. */
export const linkRow = async (id: number) =>
  (await rows<Record<string, string | number | null>>("select * from share_links where id = ?", id))[0];

/** So many hours later. */
export const later = (hours: number): void => {
  clock.now += hours * 3_600_000;
};

/** What a person sends who types their name. */
export const says = (estimate_id: number, decisions: readonly unknown[], more: Record<string, unknown> = {}) => ({
  estimate_id,
  person_name: "Cara Customer",
  decisions,
  ...more,
});
