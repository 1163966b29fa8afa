import type { ClientKey } from "../../src/core/ports.ts";
import { LISTINGS, type Listing } from "./endpoints.ts";
import type { Claims } from "./judge.ts";
import type { Profile } from "./profiles.ts";
import type { Isolate, World } from "./world.ts";

/** Someone who uses the API: from an address, with or without a token. */
interface Person {
  readonly address: string;
  readonly id: number;
  token: string | undefined;
}

const claimsOf = (token: string): Claims => {
  const [, gen, , ends] = token.split("/");
  return { gen: Number(gen), ends: Number(ends) * 1_000 };
};

/** What people do in a world; each is a sequence of requests with pauses, beside all the others. */
export const createActors = (world: World, profile: Profile) => {
  const { chance, time, judge, send, anIsolate } = world;

  /** Pauses: none, those of a person, and those around the edges of what Cloudflare and the code promise. */
  const pause = (): Promise<void> => {
    const lengths = [
      0,
      chance.below(60),
      chance.below(3_000),
      chance.below(15_000),
      chance.between(58_000, 75_000),
      chance.between(100_000, 125_000),
    ];
    return time.sleep(lengths[chance.pick([0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 4, 5])] ?? 0);
  };

  const beginFor = ({ address, id, token }: Person, isolate: Isolate, isLogin = false) => {
    const key: ClientKey = token && !isLogin ? `user:${id}` : `address:${address}`;
    return world.begin(isolate, key, token && !isLogin ? claimsOf(token) : null);
  };

  const look = async (person: Person, listing: Listing | null, path: string, isolate = anIsolate()): Promise<number> => {
    const begun = beginFor(person, isolate);
    const answered = await send(isolate, { method: "GET", path, address: person.address, token: person.token }, begun);
    judge.read(begun, listing, answered);
    return answered.status;
  };
  const lookAtListing = (person: Person, listing = chance.pick(LISTINGS), isolate = anIsolate()) =>
    look(person, listing, listing.path, isolate);
  const lookAtRecord = (person: Person, id: number) => look(person, null, `/sim/records/${id}`);

  const write = async (person: Person, method: "PUT" | "POST", path: string, asNobody = false): Promise<number> => {
    const [isolate, who] = [anIsolate(), asNobody ? { ...person, token: undefined } : person];
    const begun = beginFor(who, isolate);
    const answered = await send(isolate, { method, path, address: who.address, token: who.token }, begun);
    judge.wrote(begun, answered, null);
    return answered.status;
  };

  const logIn = async (person: Person): Promise<boolean> => {
    const isolate = anIsolate();
    const begun = beginFor(person, isolate, true);
    const answered = await send(isolate, { method: "POST", path: `/sim/logins/${person.id}`, address: person.address }, begun);
    judge.wrote(begun, answered, `user:${person.id}`);
    if (answered.token) person.token = answered.token;
    return answered.token !== undefined;
  };

  const times = async (count: number, once: () => Promise<unknown>): Promise<void> => {
    for (let i = 0; i < count && !world.failure(); i++) await once();
  };

  /** Reads listings again and again, mostly twice at one place, and so fills the cache; sometimes also when all must have seen its watermarks. */
  const reader = async (person: Person): Promise<void> =>
    times(chance.between(3, 6), async () => {
      await time.sleep(chance.pick([0, 20, 500, 5_000, 20_000, 45_000]) + chance.below(1_000));
      const [listing, isolate] = [chance.pick(LISTINGS), anIsolate()];
      const lookThere = () => lookAtListing(person, listing, isolate.isAlive ? isolate : anIsolate());
      await times(chance.percent(70) ? 2 : 1, lookThere);
      if (chance.percent(80)) return;
      await time.sleep(chance.between(60_000, 119_000));
      await lookThere();
    });

  /** Changes a record, some also from two places at once, then looks for it in its record and in listings. */
  const writer = async (person: Person): Promise<void> =>
    times(chance.between(1, 3), async () => {
      await pause();
      const id = chance.between(1, 4);
      const change = () => write(person, "PUT", `/sim/records/${id}`);
      await Promise.all(chance.percent(30) ? [change(), change()] : [change()]);
      await times(chance.between(1, 2), async () => {
        await pause();
        await (chance.percent(35) ? lookAtRecord(person, id) : lookAtListing(person));
      });
    });

  /** Registers without a token, logs in, and reads as the account that it has now. */
  const newcomer = async (person: Person): Promise<void> => {
    await pause();
    if (chance.percent(50)) await lookAtListing(person);
    if ((await write(person, "POST", `/sim/accounts/${person.id}`)) !== 201) return;
    if (chance.percent(40)) await lookAtListing(person);
    await pause();
    await times(3, async () => person.token ?? (await logIn(person)));
    if (!person.token) return;
    await times(chance.between(2, 4), async () => {
      await (chance.percent(40) ? lookAtRecord(person, person.id) : lookAtListing(person));
      await pause();
    });
  };

  /** Revokes its own tokens, and goes on with old ones beside the new. */
  const revoker = async (person: Person): Promise<void> => {
    const first: Person = { ...person };
    // One listing: its limit is soon reached.
    const listing = chance.pick(LISTINGS);
    await times(2, async () => {
      const old: Person = { ...person };
      await pause();
      await lookAtListing(person, listing);
      const revoking = person.token ?? "";
      const status = await write(person, "POST", "/sim/revocations");
      if (status === 200) judge.revocationAnswered(`user:${person.id}`, claimsOf(revoking).gen + 1);
      await Promise.all([
        times(4, async () => {
          await lookAtListing(old, listing);
          if (chance.percent(20)) await write(old, "PUT", `/sim/records/${chance.between(1, 4)}`);
          await time.sleep(chance.pick([0, 100, 2_000, 20_000]));
        }),
        times(2, async () => {
          await pause();
          if (await logIn(person)) await lookAtListing(person, listing);
        }),
        time.sleep(chance.between(50_000, 200_000)).then(() => lookAtListing(old, listing)),
      ]);
    });
    // Up to the end of its life the old token is void.
    await time.sleep(claimsOf(first.token ?? "").ends - time.now() - chance.between(100, 120_000));
    await lookAtListing(first);
  };

  /** Sends as much as it can, in bursts, with pauses about as long as a window. */
  const flood = async (person: Person): Promise<void> =>
    times(chance.between(5, 9), async () => {
      const isLogin = chance.percent(30);
      const once = (): Promise<unknown> => (isLogin ? logIn(person) : lookAtRecord(person, 1));
      await Promise.all(Array.from({ length: chance.between(1, 5) }, once));
      const window = chance.pick(profile.floodMs);
      await time.sleep(chance.pick([0, 100, window / 10, window / 3, window]) + chance.below(500));
    });

  let people = 0;
  const someone = async (withToken: boolean, address?: string): Promise<Person> => {
    people += 1;
    const id = people + 10;
    const person: Person = { address: address ?? `203.0.113.${chance.below(3)}`, id, token: undefined };
    if (!withToken) return person;
    world.d1.commit([], { [`user:${id}`]: 1 });
    return { ...person, token: `${id}/1/session-${id}/${Math.floor(time.now() / 1_000) + 3_600}` };
  };

  const rebuild = async (): Promise<void> => {
    await time.sleep(chance.between(20_000, 60_000));
    world.d1.rebuild();
    judge.rebuilt();
    world.deploy();
    // The shop goes on: other rows, and the same accounts.
    for (let id = 11; id <= 10 + people; id++) world.d1.commit([], { [`user:${id}`]: 1 });
  };

  return async (): Promise<void> => {
    const { readers, writers, newcomers, revokers, floods } = profile.cast;
    const cast: Promise<void>[] = [];
    const add = async (count: number, role: (person: Person) => Promise<void>, withToken: () => boolean, address?: string) => {
      for (let i = 0; i < count; i++) cast.push(role(await someone(withToken(), address)));
    };
    await add(readers, reader, () => chance.percent(60));
    await add(writers, writer, () => true);
    await add(newcomers, newcomer, () => false);
    await add(revokers, revoker, () => true);
    await add(floods, flood, () => false, "203.0.113.9");
    await Promise.all([...cast, ...(profile.rebuilt ? [rebuild()] : [])]);
  };
};
