import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import subsetFont from "subset-font";
import { ROOT } from "./support/wrangler.ts";

/** Where Workers serves the fonts of paper from. */
const FONTS = resolve(ROOT, "public/fonts");
const SOURCE = resolve(ROOT, "node_modules/@expo-google-fonts/noto-sans");

/** The weights, and the files that they are made of. */
const WEIGHTS = { regular: "400Regular/NotoSans_400Regular.ttf", bold: "700Bold/NotoSans_700Bold.ttf" };

/** First and last code points: Latin with Vietnamese, Greek, Cyrillic, punctuation, currencies. */
const RANGES = [
  [0x20, 0x7e],
  [0xa0, 0x17f],
  [0x18f, 0x18f],
  [0x1a0, 0x1a1],
  [0x1af, 0x1b0],
  [0x1cd, 0x1dc],
  [0x218, 0x21b],
  [0x259, 0x259],
  [0x386, 0x3ce],
  [0x400, 0x45f],
  [0x490, 0x493],
  [0x49a, 0x49b],
  [0x4a2, 0x4a3],
  [0x4ae, 0x4b1],
  [0x4ba, 0x4bb],
  [0x4d8, 0x4d9],
  [0x4e8, 0x4e9],
  [0x1e80, 0x1e85],
  [0x1e9e, 0x1e9e],
  [0x1ea0, 0x1ef9],
  [0x2010, 0x2015],
  [0x2018, 0x2022],
  [0x2026, 0x2026],
  [0x2030, 0x2030],
  [0x2032, 0x2033],
  [0x2039, 0x203a],
  [0x20a0, 0x20c0],
  [0x2116, 0x2116],
  [0x2122, 0x2122],
  [0x2126, 0x2126],
  [0x2212, 0x2212],
  [0xfffd, 0xfffd],
] as const;

/** What only shapes text, which nothing does at run time, and hints for screens of long ago. */
const UNUSED = ["GSUB", "GPOS", "GDEF", "STAT", "gasp", "HVAR", "MVAR"];

const TEXT = RANGES.flatMap(([first, last]) =>
  Array.from({ length: last - first + 1 }, (_, index) => String.fromCodePoint(first + index)),
).join("");

/** The font of a weight with the characters of `RANGES` only; the same source makes the same bytes. */
const leanFont = async (file: string): Promise<Uint8Array> =>
  subsetFont(await readFile(resolve(SOURCE, file)), TEXT, { targetFormat: "truetype", noHinting: true, dropTables: UNUSED });

/** What `npm run fonts` makes, by the name of its file. */
const madeFiles = async (): Promise<readonly (readonly [name: string, bytes: Uint8Array])[]> => [
  ["noto-sans-regular.ttf", await leanFont(WEIGHTS.regular)],
  ["noto-sans-bold.ttf", await leanFont(WEIGHTS.bold)],
  ["noto-sans-license.txt", await readFile(resolve(SOURCE, "LICENSE_FONT"))],
];

const isStale = async (name: string, bytes: Uint8Array): Promise<boolean> =>
  !(await readFile(resolve(FONTS, name)).catch(() => null))?.equals(bytes);

const made = await madeFiles();
if (process.argv.includes("--check")) {
  for (const [name, bytes] of made)
    if (await isStale(name, bytes)) {
      process.stderr.write(`public/fonts/${name} is not what its source makes; run npm run fonts.\n`);
      process.exitCode = 1;
    }
} else for (const [name, bytes] of made) await writeFile(resolve(FONTS, name), bytes);
