import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { chapters } from "./postman/chapters.ts";
import { collectionOf, type Document, withPathsOf } from "./postman/collection.ts";
import { ROOT } from "./support/wrangler.ts";

/** Writes the Postman collection of both OpenAPI documents; with --check, looks whether it is written already. */
const PLACE = resolve(ROOT, "postman/mechanic-shop.postman_collection.json");

const { check } = parseArgs({ options: { check: { type: "boolean", default: false } } }).values;
const documentIn = async (file: string): Promise<Document> => JSON.parse(await readFile(resolve(ROOT, file), "utf8"));
const [current, legacy] = [await documentIn("openapi.json"), await documentIn("openapi-legacy.json")];
const text = `${JSON.stringify(await collectionOf(withPathsOf(current, legacy), chapters), null, 2)}\n`;
if (!check) await writeFile(PLACE, text);
else if ((await readFile(PLACE, "utf8")) !== text)
  throw new Error("The Postman collection is not the one of the documents: npm run postman.");
