import { readdirSync, readFileSync } from "node:fs";

/** Clock ticks per second of Linux, as /proc counts them. */
const TICKS = 100;

/** The fields of a process from its state on, or none when it is gone. */
const fieldsOf = (pid: string): string[] => {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  } catch {
    return [];
  }
};

const isProcess = (name: string): boolean => /^\d+$/.test(name);

/**
 * The CPU time of this process's children so far, in microseconds: of workerd, while nothing else runs. Unlike the clock
 * it does not count what other programs of the machine take. NaN where there is no /proc.
 */
export const childrensCpu = (): number => {
  try {
    const children = readdirSync("/proc")
      .filter(isProcess)
      .map(fieldsOf)
      .filter(([, parent]) => parent === String(process.pid));
    return children.reduce((sum, fields) => sum + Number(fields[11]) + Number(fields[12]), 0) * (1_000_000 / TICKS);
  } catch {
    return Number.NaN;
  }
};
