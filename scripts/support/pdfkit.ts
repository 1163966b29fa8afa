import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { build } from "vite";
import { ROOT } from "./wrangler.ts";

const FOLDER = resolve(ROOT, "src/paper");
const FILE = resolve(FOLDER, "pdfkit.mjs");
/** What Vite calls the source below, which is no file. */
const ENTRY = "virtual:pdfkit";
const SOURCE = 'export { create } from "fontkit"; export { default as PDFDocument } from "pdfkit";';

const versionOf = async (name: string): Promise<string> =>
  JSON.parse(await readFile(resolve(ROOT, "node_modules", name, "package.json"), "utf8")).version;

/** Makes `src/paper/pdfkit.mjs` of the packages pdfkit and fontkit, in their forms for browsers, unless it is there. */
export const bundlePdfkit = async (): Promise<void> => {
  const banner = `/* pdfkit ${await versionOf("pdfkit")}, fontkit ${await versionOf("fontkit")} */`;
  if ((await readFile(FILE, "utf8").catch(() => "")).startsWith(banner)) return;
  await build({
    configFile: false,
    logLevel: "error",
    publicDir: false,
    // pdfkit makes an URL of it while it is loaded, which must be one.
    define: { "import.meta.url": '"file:///worker.js"' },
    plugins: [{ name: ENTRY, resolveId: (id) => (id === ENTRY ? ENTRY : null), load: (id) => (id === ENTRY ? SOURCE : null) }],
    build: {
      outDir: FOLDER,
      emptyOutDir: false,
      target: "esnext",
      minify: true,
      rolldownOptions: {
        input: ENTRY,
        preserveEntrySignatures: "strict",
        output: { format: "es", entryFileNames: "pdfkit.mjs", postBanner: banner },
      },
    },
  });
};
