import { accessSync, constants, statfsSync } from "node:fs";

/** Where Linux keeps files in memory. */
const MEMORY = "/dev/shm";
/** More than all runtimes store at once, by far. Containers often have 64 MB there, which is too little. */
const NEEDED_BYTES = 2 ** 30;

const hasRoom = (): boolean => {
  try {
    accessSync(MEMORY, constants.W_OK);
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize >= NEEDED_BYTES;
  } catch {
    return false;
  }
};

/**
 * Has the databases and Durable Objects of the tests stored in memory, where the system has such a place: on a disk every
 * write waits for it. A TMPDIR that is set stays.
 */
export const storeInMemory = (): void => {
  if (process.env.TMPDIR === undefined && hasRoom()) process.env.TMPDIR = MEMORY;
};
