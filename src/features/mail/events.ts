import type { Hono } from "hono";
import { Failure } from "../../core/errors.ts";
import type { AppEnv } from "../../http/app-env.ts";
import { send } from "../../http/pipeline/answer.ts";
import { countAndFail, otherMethods, unknownRoute } from "../../http/pipeline/mount.ts";
import { BODY_BYTES, readBytes } from "../../http/pipeline/request.ts";
import { noteEvent } from "./events.commands.ts";
import { readEvent } from "./events.schemas.ts";

const PATH = "/mail-events";

/**
 * Takes what the provider tells of mail that was sent. It is for the provider and not for clients, so the document has it not: who
 * calls is known by the signature over the body as it came, and a request without a good one counts like one to no route.
 */
export const mountMailEvents = (app: Hono<AppEnv>): void => {
  app.post(PATH, async (c) => {
    const { mail, bodyTimeoutMs, clock, primary } = c.get("deps");
    if (!mail.events) return unknownRoute(c);
    const body = await readBytes(c.req.raw, { bytes: BODY_BYTES, ms: bodyTimeoutMs });
    if (!mail.events.isSigned((name) => c.req.header(name), body, clock())) return countAndFail(new Failure("signature_invalid"))(c);
    const event = readEvent(body);
    if (event) await noteEvent(primary(), event, new Date(clock()).toISOString());
    return send(c, 204, null);
  });
  app.all(PATH, (c) => (c.get("deps").mail.events ? otherMethods("POST, OPTIONS")(c) : unknownRoute(c)));
};
