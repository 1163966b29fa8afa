import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { bundlePdfkit } from "./support/pdfkit.ts";
import { toTrueType } from "./support/true-type.ts";
import { ROOT } from "./support/wrangler.ts";

/** What the page at /docs needs of Swagger UI; the rest of the package stays away. */
const FILES = ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"];
const ASSETS = resolve(ROOT, "public/assets");

/** Noto Sans SC in slices, which its makers have cut by how often characters occur together. */
const CHINESE = resolve(ROOT, "node_modules/@fontsource/noto-sans-sc");
const SLICES = resolve(ROOT, "public/fonts/sc");

/** The numbered slices with the code points that each has, as in `U+4e00,U+4e8c-4e8d`. */
const readSlices = async (): Promise<readonly (readonly [slice: number, ranges: string])[]> => {
  const all: Readonly<Record<string, string>> = JSON.parse(await readFile(resolve(CHINESE, "unicode.json"), "utf8"));
  return Object.entries(all).flatMap(([name, ranges]) => {
    const slice = /^\[(\d+)\]$/.exec(name)?.[1];
    return slice === undefined ? [] : [[Number(slice), ranges] as const];
  });
};

/** First and last code point and slice of each range, in the order of the code points. */
const tableOf = (slices: readonly (readonly [slice: number, ranges: string])[]): readonly number[] =>
  slices
    .flatMap(([slice, ranges]) =>
      [...ranges.matchAll(/U\+([\da-f]+)(?:-([\da-f]+))?/gi)].map(([, first = "", last = first]) => [
        Number.parseInt(first, 16),
        Number.parseInt(last, 16),
        slice,
      ]),
    )
    .sort(([a = 0], [b = 0]) => a - b)
    .flat();

const convert = async (slice: number): Promise<void> =>
  writeFile(
    resolve(SLICES, `${slice}.ttf`),
    toTrueType(await readFile(resolve(CHINESE, "files", `noto-sans-sc-${slice}-400-normal.woff`))),
  );

/** Makes the slices of the Chinese font, with its license and a table of which slice has what. */
export const copyFonts = async (): Promise<void> => {
  await mkdir(SLICES, { recursive: true });
  const slices = await readSlices();
  await Promise.all([
    ...slices.map(([slice]) => convert(slice)),
    copyFile(resolve(CHINESE, "LICENSE"), resolve(SLICES, "license.txt")),
    writeFile(resolve(SLICES, "slices.json"), JSON.stringify(tableOf(slices))),
  ]);
};

/** Copies Swagger UI to where Workers serves static assets from, and the Chinese font of paper; bundles pdfkit. */
export const copyAssets = async (): Promise<void> => {
  await mkdir(ASSETS, { recursive: true });
  await Promise.all([
    ...FILES.map((file) => copyFile(resolve(ROOT, "node_modules/swagger-ui-dist", file), resolve(ASSETS, file))),
    copyFonts(),
    bundlePdfkit(),
  ]);
};

if (import.meta.main) await copyAssets();
