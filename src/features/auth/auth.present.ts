import { TOKEN_SECONDS } from "../../core/ports.ts";
import type { Grant } from "./auth.grants.ts";

/** The answer of a login or a refresh; later reads of the account see that write. */
export const presentGrant = ({ account, token, refreshToken }: Grant, message: string) => {
  const { id: user_id, role, customer_id, mechanic_id, name } = account;
  const body = {
    token,
    token_type: "Bearer" as const,
    expires_in: TOKEN_SECONDS,
    refresh_token: refreshToken,
    role,
    user_id,
    customer_id,
    mechanic_id,
    name,
    message,
  };
  return { body, readers: [`user:${user_id}` as const] };
};
