/** What is used of subset-font, which brings no types. */
declare module "subset-font" {
  interface Options {
    readonly targetFormat: "truetype";
    readonly noHinting: boolean;
    readonly dropTables: readonly string[];
  }
  /** A font with the characters of a text only. */
  export default function subsetFont(font: Uint8Array, text: string, options: Options): Promise<Buffer>;
}
