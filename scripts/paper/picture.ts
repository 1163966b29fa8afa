import { inflateSync } from "node:zlib";

/** A picture in shades of gray: 0 is black. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** PNG, 9.4: which of the pixels before a byte is nearest to their sum. */
const paeth = (left: number, up: number, corner: number): number => {
  const sum = left + up - corner;
  const [toLeft, toUp, toCorner] = [Math.abs(sum - left), Math.abs(sum - up), Math.abs(sum - corner)];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
};

/** PNG, 9.2: what is added to a byte, by the filter of its line. */
const FILTERS: readonly ((left: number, up: number, corner: number) => number)[] = [
  () => 0,
  (left) => left,
  (_, up) => up,
  (left, up) => (left + up) >> 1,
  paeth,
];

/** Bytes of a pixel with 8 bits for each color: by the bytes of the header from the depth to the interlacing. */
const BYTES: Readonly<Record<string, number>> = { "0800000000": 1, "0802000000": 3 };

/** Reads a PNG as `pdftoppm -gray -png` writes it: shades of gray, in some versions as red, green and blue. Throws an Error for others. */
export const readPng = (png: Buffer): Picture => {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const size = BYTES[png.toString("hex", 24, 29)];
  if (size === undefined) throw new Error("Not a PNG in shades of gray.");
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at))
    if (png.toString("latin1", at + 4, at + 8) === "IDAT") parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  const packed = inflateSync(Buffer.concat(parts));
  const line = width * size;
  const bytes = new Uint8Array(line * height);
  for (const at of bytes.keys()) {
    const [y, isFirst] = [Math.floor(at / line), at % line < size];
    const add = FILTERS[packed[y * (line + 1)] ?? 0] ?? (() => 0);
    const [left, up, corner] = [isFirst ? 0 : bytes[at - size], bytes[at - line], isFirst ? 0 : bytes[at - line - size]];
    bytes[at] = (packed[at + y + 1] ?? 0) + add(left ?? 0, up ?? 0, corner ?? 0);
  }
  return { width, height, pixels: bytes.filter((_, at) => at % size === 0) };
};

/** Half of the side of a square, in pixels: squares overlap, so that each letter is in the middle of one. */
const STEP = 3;

/** The ink of each square, 0 to 255. */
const inkOf = ({ width, height, pixels }: Picture): readonly number[] => {
  const columns = Math.ceil(width / STEP) + 1;
  const ink = new Array<number>(columns * (Math.ceil(height / STEP) + 1)).fill(0);
  for (const [at, pixel] of pixels.entries()) {
    const [column, row] = [Math.floor((at % width) / STEP), Math.floor(at / width / STEP)];
    for (const square of [
      row * columns + column,
      row * columns + column + 1,
      (row + 1) * columns + column,
      (row + 1) * columns + column + 1,
    ])
      ink[square] = (ink[square] ?? 0) + 255 - pixel;
  }
  return ink.map((sum) => sum / (2 * STEP) ** 2);
};

/**
 * How much two pictures differ: the greatest difference of ink in a square about as large as a letter, 0 to 255. Edges
 * that another version of poppler smooths otherwise make little of it, a letter that is missing or another one much.
 */
export const differenceOf = (one: Picture, other: Picture): number => {
  if (one.width !== other.width || one.height !== other.height) return 255;
  const inks = inkOf(other);
  return Math.max(...inkOf(one).map((ink, square) => Math.abs(ink - (inks[square] ?? 0))));
};
