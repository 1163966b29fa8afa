import { type Actor, isStaff, type LinkHolder, loggedIn } from "../../core/actor.ts";
import { Failure, type FieldError } from "../../core/errors.ts";
import { type CAPACITIES, type CHANNELS, REMOTE_CHANNELS } from "../../db/schema/estimates.ts";
import type { NewAuthorization } from "./authorizations.schemas.ts";

/** Who decided, how they said it, and which account or link recorded it. */
export interface SaidBy {
  readonly channel: (typeof CHANNELS)[number];
  /** Null for the name of the customer's record. */
  readonly person_name: string | null;
  readonly capacity: (typeof CAPACITIES)[number];
  readonly contact: string | null;
  readonly staff_user_id: number | null;
  readonly customer_user_id: number | null;
  readonly share_link_id: number | null;
}

const BY_NOBODY = { staff_user_id: null, customer_user_id: null, share_link_id: null };

const isRemote = (channel: string): boolean => REMOTE_CHANNELS.some((remote) => remote === channel);

const wrong = (field: string, code: string, detail: string): FieldError => ({ pointer: `/body/${field}`, code, detail });

const missing = (field: string, value: unknown, detail: string): FieldError[] =>
  (value ?? undefined) === undefined ? [wrong(field, "required", detail)] : [];

const byStaff = ({ channel, person_name, capacity, contact }: NewAuthorization, userId: number): SaidBy => {
  const errors = [
    ...missing("channel", channel, "Say how the customer said it."),
    ...(channel === "portal" || channel === "link"
      ? [wrong("channel", "not_allowed", `Only the customer decides by '${channel}', with an account or a link.`)]
      : []),
    ...missing("person_name", person_name, "Say who decided."),
    ...missing("capacity", capacity, "Say whether it was the owner or a designee."),
    ...(channel && isRemote(channel) ? missing("contact", contact, "Say which number was called or address written to.") : []),
  ];
  if (errors.length > 0 || !channel || !person_name || !capacity) throw new Failure("invalid", {}, errors);
  return { channel, person_name, capacity, contact: contact ?? null, ...BY_NOBODY, staff_user_id: userId };
};

const byCustomer = ({ channel, person_name, capacity, contact }: NewAuthorization, userId: number): SaidBy => {
  const errors = [
    ...(channel === undefined || channel === "portal" ? [] : [wrong("channel", "not_allowed", "Your own account decides by 'portal'.")]),
    ...(capacity === undefined || capacity === "owner" ? [] : [wrong("capacity", "not_allowed", "Your own account decides as the owner.")]),
    ...((contact ?? null) === null ? [] : [wrong("contact", "not_allowed", "Only staff says whom they reached where.")]),
  ];
  if (errors.length > 0) throw new Failure("invalid", {}, errors);
  return {
    channel: "portal",
    person_name: person_name ?? null,
    capacity: "owner",
    contact: null,
    ...BY_NOBODY,
    customer_user_id: userId,
  };
};

/** The holder of a link acts for the owner, whom the shop sent it to, under the name that they type. */
const byLink = ({ person_name }: NewAuthorization, { linkId }: LinkHolder): SaidBy => ({
  channel: "link",
  person_name: person_name ?? null,
  capacity: "owner",
  contact: null,
  ...BY_NOBODY,
  share_link_id: linkId,
});

/** Who said it. Throws `invalid` for what staff has to say and did not, and for what only staff may say. */
export const saidBy = (actor: Actor, body: NewAuthorization): SaidBy => {
  if (actor.role === "link") return byLink(body, actor);
  const { userId } = loggedIn(actor);
  return isStaff(actor) ? byStaff(body, userId) : byCustomer(body, userId);
};
