import { copyFile, mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { ROOT } from "./support/wrangler.ts";

/** What the page at /docs needs of Swagger UI; the rest of the package stays away. */
const FILES = ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"];
const ASSETS = resolve(ROOT, "public/assets");

/** Copies Swagger UI to where Workers serves static assets from. */
export const copyAssets = async (): Promise<void> => {
  await mkdir(ASSETS, { recursive: true });
  await Promise.all(FILES.map((file) => copyFile(resolve(ROOT, "node_modules/swagger-ui-dist", file), resolve(ASSETS, file))));
};

if (import.meta.main) await copyAssets();
