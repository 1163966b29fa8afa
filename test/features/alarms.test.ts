import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { runJobs } from "../../src/jobs.ts";
import wrangler from "../../wrangler.toml?raw";
import { seal } from "../support/audit.ts";
import { clock, createClient, testDeps } from "../support/client.ts";
import { aCustomer, aMechanic, anAdmin, rows, unique } from "../support/people.ts";

const MINUTE = 60_000;
const START = clock.now;
const deps = testDeps();
const client = createClient(deps);

let log = vi.spyOn(console, "error");
beforeEach(() => {
  log = vi.spyOn(console, "error").mockImplementation(() => undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
  clock.now = START;
});

const alarmsFor = async (token?: string) => (await client.get("/health", { token })).body.alarms;
const at = (ms: number): string => new Date(ms).toISOString();

describe("an alarm", () => {
  it("is raised for a tail of the audit log that is unsealed for over ten minutes, in the log and to admins", async () => {
    const admin = await anAdmin();
    await seal(deps);
    expect(await alarmsFor(admin.token)).toEqual([]);
    await client.post("/customers", { name: "Ada", email: `alarm${unique()}@example.com`, phone: "+1 555 0100" }, { token: admin.token });
    clock.now = START + 10 * MINUTE;
    expect(await alarmsFor(admin.token)).toEqual([]);
    clock.now += 1;
    expect(await alarmsFor(admin.token)).toEqual([{ name: "audit_tail_unsealed", since: at(START) }]);
    const never = {
      ...deps,
      sealer: {
        seal: () => {
          throw new TypeError("broken");
        },
      },
    };
    await expect(runJobs(never)).rejects.toThrow("failed: seal_audit_log");
    expect(log.mock.calls.flat().map((line) => JSON.parse(line))).toEqual([
      { alarm: "job_failed", job: "seal_audit_log", error: "TypeError" },
      { alarm: "audit_tail_unsealed", since: at(START) },
    ]);
    log.mockClear();
    await runJobs(deps);
    expect([log.mock.calls, await alarmsFor(admin.token)]).toEqual([[], []]);
  });

  it("is raised for answers and sessions that nobody removes", async () => {
    const { token, userId } = await anAdmin();
    await seal(deps);
    const old = at(clock.now - 25 * 60 * MINUTE);
    await rows(
      "insert into idempotency_keys (scope, key, fingerprint, request_id, role, at, answer) values ('request', 'old', '', '', 'admin', ?, '{}')",
      old,
    );
    await rows("insert into sessions (user_id, created_at, last_used_at, expires_at) values (?1, ?2, ?2, ?2)", userId, old);
    expect(await alarmsFor(token)).toEqual([
      { name: "writes_not_removed", since: old },
      { name: "sessions_not_removed", since: old },
    ]);
    await runJobs(deps);
    expect(await alarmsFor(token)).toEqual([]);
  });

  it("is for admins only, and for none whose session has ended", async () => {
    const [admin, mechanic, customer] = [await anAdmin(), await aMechanic(), await aCustomer()];
    for (const token of [undefined, "nonsense", mechanic.token, customer.token]) expect(await alarmsFor(token)).toBeUndefined();
    expect(await alarmsFor(admin.token)).toEqual(expect.any(Array));
    await deps.gate.revoke(`user:${admin.userId}`, 2, clock.now);
    expect(await alarmsFor(admin.token)).toBeUndefined();
  });
});

it("Cloudflare's own logs of invocations, which have whole URLs, are off", () => {
  expect(wrangler).toMatch(/\[observability\.logs\]\nenabled = true\ninvocation_logs = false/);
});
