import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { chapters } from "./postman/chapters.ts";
import { collectionOf } from "./postman/collection.ts";
import { ROOT } from "./support/wrangler.ts";

/** Writes the Postman collection of openapi.json; with --check, looks whether it is written already. */
const PLACE = resolve(ROOT, "postman/mechanic-shop.postman_collection.json");

const { check } = parseArgs({ options: { check: { type: "boolean", default: false } } }).values;
const document = JSON.parse(await readFile(resolve(ROOT, "openapi.json"), "utf8"));
const text = `${JSON.stringify(await collectionOf(document, chapters), null, 2)}\n`;
if (!check) await writeFile(PLACE, text);
else if ((await readFile(PLACE, "utf8")) !== text)
  throw new Error("The Postman collection is not the one of openapi.json: npm run postman.");
