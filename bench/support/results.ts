import { writeFile } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import { resolve } from "node:path";
import workerd from "workerd/package.json" with { type: "json" };
import wrangler from "wrangler/package.json" with { type: "json" };
import { ROOT } from "../../scripts/support/wrangler.ts";

/** The middle of some numbers. Throws when there are none. */
export const median = (numbers: readonly number[]): number => {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error("the median of nothing");
  return middle;
};

type Row = readonly (string | number)[];

/** A table of Markdown whose columns are aligned, so that it reads as well on a terminal. */
export const tableOf = (heads: readonly string[], rows: readonly Row[]): string => {
  const cells = [heads, heads.map(() => ""), ...rows.map((row) => row.map(String))];
  const widths = heads.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[], filler = " "): string =>
    `| ${widths.map((width, column) => (row[column] ?? "").padEnd(width, filler)).join(" | ")} |`;
  return [line(heads), line([], "-"), ...rows.map((row) => line(row.map(String)))].join("\n");
};

/** When, where and with what something was measured. */
const setting = (): string => {
  const [cpu] = cpus();
  const machine = `${cpus().length} × ${cpu?.model.trim() ?? "unknown CPU"}, ${Math.round(totalmem() / 2 ** 30)} GiB`;
  return `${new Date().toISOString().slice(0, 10)}, ${machine}, Node ${process.versions.node}, workerd ${workerd.version}, wrangler ${wrangler.version}`;
};

/** Prints a table and keeps it as `bench/results/<name>.md`, with what it shows and what it was measured on. */
export const report = async (
  name: string,
  title: string,
  words: readonly string[],
  heads: readonly string[],
  rows: readonly Row[],
  more: readonly string[] = [],
): Promise<void> => {
  const text = [
    `# ${title}`,
    "",
    ...words,
    "",
    tableOf(heads, rows),
    "",
    ...more,
    ...(more.length > 0 ? [""] : []),
    `${setting()}.`,
    "",
  ].join("\n");
  await writeFile(resolve(ROOT, `bench/results/${name}.md`), text);
  process.stdout.write(text);
};
