import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { parseArgs, promisify } from "node:util";
import { create } from "fontkit";
import { DOCUMENTS } from "./paper/documents.ts";
import { differenceOf, readPng } from "./paper/picture.ts";
import { type Press, withPress } from "./paper/press.ts";
import { SECRETS, WORDS } from "./paper/words.ts";
import { ROOT } from "./support/wrangler.ts";

/**
 * Looks at PDFs as people and other programs do: their pixels against the pictures in docs/paper, their words, their structure.
 * With --update the pictures are made anew; look at them. Needs poppler; qpdf is asked where it is there.
 */
const KEPT = resolve(ROOT, "docs/paper");
const MADE = resolve(ROOT, ".wrangler/paper");
const SLICES = resolve(ROOT, "public/fonts/sc");
/** Dots per inch: enough to see each letter. */
const RESOLUTION = "72";
/** How much the ink of a square may differ; a missing letter makes more of it than another smoothing. */
const MAX_DIFFERENCE = 22;
/** How often a document is printed to measure it. */
const TIMES = 20;

const { update } = parseArgs({ options: { update: { type: "boolean", default: false } } }).values;
const call = promisify(execFile);
const ask = async (program: string, ...args: readonly string[]): Promise<string> =>
  (await call(program, args, { maxBuffer: 16_000_000 })).stdout;
const isMissing = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "ENOENT";

const complaints: string[] = [];
const demand = (isTrue: boolean, complaint: string): void => {
  if (!isTrue) complaints.push(complaint);
};

/** The pages of a PDF as pictures, by the names of their files. */
const picturesOf = async (file: string): Promise<ReadonlyMap<string, Buffer>> => {
  const [folder, name] = [join(MADE, "pages"), basename(file, ".pdf")];
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  await ask("pdftoppm", "-r", RESOLUTION, "-gray", "-png", file, join(folder, name));
  const names = (await readdir(folder)).toSorted();
  return new Map(await Promise.all(names.map(async (page) => [page, await readFile(join(folder, page))] as const)));
};

const keptPictures = async (name: string): Promise<readonly string[]> =>
  (await readdir(KEPT)).filter((file) => file.startsWith(`${name}-`)).toSorted();

/** The greatest difference of a page from the picture that is kept of it; 255 if there are more pages, or fewer. */
const comparePages = async (name: string, pages: ReadonlyMap<string, Buffer>): Promise<number> => {
  if ((await keptPictures(name)).join() !== [...pages.keys()].join()) return 255;
  const all = [...pages].map(async ([page, png]) => differenceOf(readPng(png), readPng(await readFile(join(KEPT, page)))));
  return Math.max(...(await Promise.all(all)));
};

const keepPages = async (name: string, pages: ReadonlyMap<string, Buffer>): Promise<void> => {
  for (const old of await keptPictures(name)) await rm(join(KEPT, old));
  for (const [page, png] of pages) await writeFile(join(KEPT, page), png);
};

/** What other programs find in the file. */
const checkFile = async (name: string, file: string): Promise<void> => {
  const words = await ask("pdftotext", "-layout", file, "-");
  for (const word of WORDS[name] ?? []) demand(words.includes(word), `${name}: no ${word}`);
  for (const secret of SECRETS) demand(!words.includes(secret), `${name}: has ${secret}, which only the shop may know`);
  demand(/^Tagged: +yes$/m.test(await ask("pdfinfo", file)), `${name}: is not tagged`);
  const structure = await ask("pdfinfo", "-struct", file);
  for (const type of ["Document", "H1", "P", "Table", "TR", "TH", "TD"])
    demand(new RegExp(`^ *${type}\\b`, "m").test(structure), `${name}: no ${type} in its structure`);
  const fonts = (await ask("pdffonts", file)).split("\n").slice(2).filter(Boolean);
  demand(fonts.length > 0 && fonts.every((line) => / yes yes yes +\d+ +\d+$/.test(line)), `${name}: fonts\n${fonts.join("\n")}`);
  await ask("qpdf", "--check", file).catch((error: unknown) => demand(isMissing(error), `${name}: qpdf says ${String(error)}`));
};

const look = async (press: Press, name: string): Promise<void> => {
  const [file, pdf] = [join(MADE, `${name}.pdf`), await press.print(name)];
  demand(pdf.equals(await press.print(name)), `${name}: other bytes when it is printed again`);
  await writeFile(file, pdf);
  await checkFile(name, file);
  const pages = await picturesOf(file);
  if (update) await keepPages(name, pages);
  const difference = await comparePages(name, pages);
  demand(difference <= MAX_DIFFERENCE, `${name}: differs by ${difference.toFixed(0)} from its pictures in docs/paper`);
  const ms = await press.cpuOf(name, TIMES);
  const kib = (pdf.length / 1024).toFixed(0);
  process.stdout.write(`${name}: ${pages.size} pages, ${kib} KiB, ${ms.toFixed(0)} ms of CPU, differs by ${difference.toFixed(0)}\n`);
};

/** The pictures must tell of a font whose text is all there and whose letters are not. */
const lookWithout = async (press: Press, name: string, letter: string): Promise<void> => {
  const file = join(MADE, `${name}.pdf`);
  await writeFile(file, await press.print(name, letter));
  const difference = await comparePages(name, await picturesOf(file));
  process.stdout.write(`${name} without ${letter}: differs by ${difference.toFixed(0)}\n`);
  demand(difference > MAX_DIFFERENCE, `${name}: nobody sees that the font has no ${letter} (${difference.toFixed(0)})`);
};

/** Each slice of the Chinese font must be one that the printing can read. */
const readSlices = async (): Promise<void> => {
  const slices = (await readdir(SLICES)).filter((name) => name.endsWith(".ttf"));
  demand(slices.length > 90, `There are ${slices.length} slices of the Chinese font only`);
  for (const name of slices) {
    const font = create(await readFile(join(SLICES, name)));
    demand("characterSet" in font && font.characterSet.length > 1, `No character can be read of slice ${name}`);
  }
};

await rm(MADE, { recursive: true, force: true });
await Promise.all([mkdir(MADE, { recursive: true }), mkdir(KEPT, { recursive: true })]);
await withPress(MADE, async (press) => {
  for (const name of Object.keys(DOCUMENTS)) await look(press, name);
  for (const letter of ["e", "ł", "ż"]) await lookWithout(press, "estimate-polish", letter);
});
await readSlices();
for (const complaint of complaints) process.stderr.write(`${complaint}\n`);
if (complaints.length > 0) process.exitCode = 1;
