import { z } from "zod";
import { testDeps } from "./client.ts";
import { rows } from "./people.ts";

const { emailTokens } = testDeps();

/** The mails to this address, the newest first, with their kind and, where they carry one, their token. */
export const mailsTo = async (email: string) => {
  const found = await rows<{ kind: string; params: string; nonce: string | null; hash: string | null }>(
    `select mails.kind, params, nonce, hash from mails left join email_tokens on email_tokens.id = mails.token_id
      where recipient = ? order by mails.id desc`,
    email,
  );
  return found.map(({ kind, params, nonce, hash }) => ({
    kind,
    params: z.record(z.string(), z.unknown()).parse(JSON.parse(params)),
    token: nonce && hash ? emailTokens.tokenOf({ nonce, hash }) : null,
  }));
};

/** The token of the newest mail of this kind to this address. Throws when there is none. */
export const mailedToken = async (email: string, kind: string): Promise<string> => {
  const token = (await mailsTo(email)).find((mail) => mail.kind === kind)?.token;
  if (!token) throw new Error(`no mail ${kind} with a token to ${email}`);
  return token;
};
