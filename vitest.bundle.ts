import { globSync } from "node:fs";
import { relative, resolve } from "node:path";
import { build, type Plugin } from "vite";

const SRC = resolve(import.meta.dirname, "src");
const OUT = resolve(import.meta.dirname, ".wrangler/bundled-src");

/** The path of the bundled form of a source file, without its ending. */
const entryOf = (file: string): string => relative(SRC, file).replace(/\.ts$/, "");

/**
 * Lets tests import the app as one chunk with a facade per file: the runtime asks Vite for each module by itself, and
 * most runs have one for each test file. Names, exports and lines of source stay as they are.
 */
export const bundledSource = async (): Promise<Plugin> => {
  const files = globSync("src/**/*.ts").map((file) => resolve(file));
  await build({
    configFile: false,
    logLevel: "error",
    publicDir: false,
    build: {
      ssr: true,
      outDir: OUT,
      emptyOutDir: true,
      minify: false,
      sourcemap: true,
      target: "esnext",
      rolldownOptions: {
        input: Object.fromEntries(files.map((file) => [entryOf(file), file])),
        external: [/^[^./]/, /^node:/, /^cloudflare:/],
        preserveEntrySignatures: "strict",
        // Nothing is left out: what is called only to see whether it throws would be.
        treeshake: false,
        output: {
          minify: false,
          entryFileNames: "[name].js",
          chunkFileNames: "[name].js",
          codeSplitting: { groups: [{ name: "source", test: /\/src\// }] },
        },
      },
    },
  });
  return {
    name: "bundled-source",
    enforce: "pre",
    resolveId(source, importer) {
      if (!source.endsWith(".ts") || importer?.startsWith(OUT)) return null;
      const file = resolve(importer === undefined ? "." : resolve(importer, ".."), source);
      return files.includes(file) ? resolve(OUT, `${entryOf(file)}.js`) : null;
    },
  };
};
