import type { ArchiveStore } from "../core/ports.ts";

/** Archives in a bucket of R2, or null where none is bound. */
export const createArchiveStore = (bucket: R2Bucket | undefined): ArchiveStore | null =>
  bucket === undefined
    ? null
    : {
        put: async (name, text) => {
          await bucket.put(name, text, { httpMetadata: { contentType: "application/x-ndjson" } });
        },
      };
