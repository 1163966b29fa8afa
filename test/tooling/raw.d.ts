declare module "*?raw" {
  const text: string;
  export default text;
}

/** Of Vite: the files that a pattern finds, as what loads them, or with `eager` as what is in them. */
interface ImportMeta {
  glob<T = unknown>(pattern: string, options: { query: "?raw"; import: "default"; eager: true }): Record<string, T>;
  glob<T = unknown>(pattern: string, options: { eager: true }): Record<string, T>;
  glob(pattern: string): Record<string, () => Promise<unknown>>;
}
