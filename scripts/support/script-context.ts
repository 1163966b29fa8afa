import { type Actor, accountOf, customerOf } from "../../src/core/actor.ts";
import type { Sealer } from "../../src/core/ports.ts";
import type { Db } from "../../src/db/client.ts";
import { OPERATOR, UNCONDITIONAL, type Writer } from "../../src/db/write/writer.ts";
import type { Services, WriteContext } from "../../src/http/app-env.ts";

/** Whoever runs a script is no account. */
const SCRIPT = { userId: null, role: OPERATOR, address: null } as const;

/** Safe: commands that scripts run ask for nothing else; another would fail in the test that loads what they make. */
const asServices = (services: Pick<Services, "passwords" | "emailTokens" | "mechanicSignup" | "dateBounds" | "numbers">): Services =>
  services as Services;

interface ScriptWrite {
  readonly db: Db;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly requestId: string;
  readonly hash: (password: string) => Promise<string>;
  /** Who writes; the operator with an admin's rights unless said. */
  readonly actor?: Actor;
  readonly address?: string;
  /** Makes the codes of audit entries, where the script has the key of the Worker that will seal them. */
  readonly sealer?: Sealer;
}

const whoIs = (actor: Actor | undefined, address: string | null): Pick<Writer, "userId" | "role" | "customerId" | "address"> => {
  if (actor === undefined) return SCRIPT;
  const userId = accountOf(actor)?.userId ?? null;
  return { userId, role: actor.role, customerId: customerOf(actor), address };
};

/** A script repeats no request and knows no versions. */
const unconditional = (requestId: string) => ({
  idempotency: { scope: "script", key: requestId, fingerprints: [requestId] as const },
  conditions: UNCONDITIONAL,
  onReplay: () => undefined,
});

/** What a command is given when a script runs it. */
export const scriptContext = ({ db, at, requestId, hash, actor, address, sealer }: ScriptWrite): WriteContext => {
  const now = new Date(at).toISOString();
  return {
    db,
    now,
    actor: actor ?? { role: "admin", mechanicId: null, userId: 0, session: { sid: requestId, gen: 1 } },
    writer: {
      ...whoIs(actor, address ?? null),
      ...unconditional(requestId),
      requestId,
      at: now,
      network: address ?? "",
      sealer: sealer ?? null,
      defer: null,
    },
    origin: "",
    services: asServices({
      passwords: { hash, verify: async () => false, isOutdated: () => false },
      // Tokens that nobody can have: a script mails nothing that waits for an answer.
      emailTokens: { create: () => ({ nonce: "", hash: `of no token: ${requestId}` }), hash: () => "", tokenOf: () => null },
      // A script writes into a database of its own, whose numbers nobody has.
      numbers: { given: async () => [], raise: async () => undefined },
      mechanicSignup: "approval",
      dateBounds: { pastYears: 10, futureYears: 5, bookingDays: 31 },
    }),
    network: address ?? "",
    beforeAnswer: () => undefined,
    defer: () => undefined,
    admitted: Promise.resolve(),
  };
};
