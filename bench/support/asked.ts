import { scryptSync } from "node:crypto";
import { request as httpRequest } from "node:http";
import { decodeJwt } from "jose";
import { FIRST_EPOCH } from "../../src/core/epoch.ts";
import { createTokens } from "../../src/edge/tokens.ts";
import { SECRETS } from "./runtime.ts";

/** A request of a benchmark. */
export interface Asked {
  readonly method: "GET" | "POST" | "PUT" | "OPTIONS";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export const PASSWORD = "correct horse battery";

const unpadded = (bytes: Buffer): string => bytes.toString("base64").replace(/=+$/, "");

/** A hash of PASSWORD as the app makes them, or one that costs next to nothing (`ln` = 1). */
export const passwordHash = (ln = 14): string => {
  const [r, p] = ln === 14 ? [8, 5] : [1, 1];
  const salt = Buffer.from("salt of a bench.");
  return `$scrypt$ln=${ln},r=${r},p=${p}$${unpadded(salt)}$${unpadded(scryptSync(PASSWORD, salt, 32, { N: 2 ** ln, r, p }))}`;
};

const tokens = (epoch: string) => createTokens(epoch, SECRETS.JWT_SECRET);

/** The headers of a mechanic of the loaded rows, whose account and session have the same id, in a database of that epoch. */
export const asMechanic = async (id: number, epoch = FIRST_EPOCH): Promise<Record<string, string>> => {
  const actor = { role: "mechanic", mechanicId: id, userId: id, session: { sid: String(id), gen: 1 } } as const;
  return { Authorization: `Bearer ${await tokens(epoch).sign(actor, Date.now())}`, "CF-Connecting-IP": "203.0.113.7" };
};

/** The same request for a Worker of another epoch, in whose tokens that stands. */
export const inEpoch = async (asked: Asked, epoch: string): Promise<Asked> => {
  const [, token] = asked.headers.Authorization?.split(" ") ?? [];
  const id = token === undefined ? null : Number(decodeJwt(token).sub?.split(":")[1]);
  return id === null ? asked : { ...asked, headers: { ...asked.headers, ...(await asMechanic(id, epoch)) } };
};

/** The headers of somebody without an account, at an address of his own. */
export const asAnyone = (host = 8): Record<string, string> => ({ "CF-Connecting-IP": `203.0.113.${host}` });

export const get = (path: string, headers: Record<string, string>): Asked => ({ method: "GET", path, headers });

/** A request with a JSON body. */
export const send = (method: "POST" | "PUT", path: string, headers: Record<string, string>, body: unknown): Asked => ({
  method,
  path,
  headers: { ...headers, "Content-Type": "application/json" },
  body: JSON.stringify(body),
});

/** A ticket for one customer, who has the vehicle with the same id, with a mechanic and a part. */
export const newTicket = (customer: number) => ({
  customer_id: customer,
  vehicle_id: customer,
  service_desc: "Brakes squeal",
  service_date: "2026-11-24",
  mechanic_ids: [3],
  parts: [{ inventory_id: 5, quantity: 1 }],
});

/**
 * Sends it and waits for the whole answer; tells how long that took, in milliseconds. Each has a connection of its own:
 * workerd closes those that were idle for some seconds, at the very moment when they might be used again.
 */
export const ask = (address: string, { path, method, headers, body }: Asked, more: Record<string, string> = {}) =>
  new Promise<{ status: number; headers: Record<string, string>; text: string; ms: number }>((resolve, reject) => {
    const start = performance.now();
    const request = httpRequest(address + path, { method, headers: { ...headers, ...more }, agent: false }, (response) => {
      const words: string[] = [];
      response.setEncoding("utf8").on("data", (text: string) => words.push(text));
      response.once("error", reject);
      response.once("end", () => {
        const headers = Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)]));
        resolve({ status: response.statusCode ?? 0, headers, text: words.join(""), ms: performance.now() - start });
      });
    });
    request.once("error", reject);
    request.end(body);
  });
