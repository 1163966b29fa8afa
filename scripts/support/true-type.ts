import { inflateSync } from "node:zlib";

/** What shapes text, sets it vertically, or varies a font; none of which documents do. */
const UNUSED: ReadonlySet<string> = new Set(["GPOS", "GSUB", "GDEF", "STAT", "gasp", "vhea", "vmtx", "DSIG"]);

/** A table of a font as WOFF keeps it. */
interface Entry {
  readonly tag: string;
  readonly checksum: number;
  readonly bytes: Buffer;
}

/** https://www.w3.org/TR/WOFF/: the header has 44 bytes, each entry of the directory 20. */
const entriesOf = (woff: Buffer): readonly Entry[] =>
  Array.from({ length: woff.readUInt16BE(12) }, (_, index) => {
    const at = 44 + index * 20;
    const [offset = 0, packed = 0, length = 0, checksum = 0] = [4, 8, 12, 16].map((field) => woff.readUInt32BE(at + field));
    const bytes = woff.subarray(offset, offset + packed);
    return { tag: woff.toString("latin1", at, at + 4), checksum, bytes: packed < length ? inflateSync(bytes) : bytes };
  });

/**
 * A font in TrueType of one in WOFF, without the tables that documents do not use. At run time there is nothing to unpack,
 * which costs time, and which the unpacker of fontkit does wrongly for some.
 */
export const toTrueType = (woff: Buffer): Buffer => {
  const entries = entriesOf(woff).filter(({ tag }) => !UNUSED.has(tag));
  const power = Math.floor(Math.log2(entries.length));
  const header = Buffer.alloc(12 + entries.length * 16);
  header.writeUInt32BE(0x10000, 0);
  const counts = [entries.length, 2 ** power * 16, power, (entries.length - 2 ** power) * 16];
  for (const [index, count] of counts.entries()) header.writeUInt16BE(count, 4 + index * 2);
  let offset = header.length;
  const parts = entries.map(({ tag, checksum, bytes }, index) => {
    const at = 12 + index * 16;
    header.write(tag, at, "latin1");
    for (const [field, value] of [checksum, offset, bytes.length].entries()) header.writeUInt32BE(value, at + 4 + field * 4);
    const padded = Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
    offset += padded.length;
    return padded;
  });
  return Buffer.concat([header, ...parts]);
};
