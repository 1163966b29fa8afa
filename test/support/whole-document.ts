import type { Document } from "../fuzz/requests.ts";
import type { Client } from "./client.ts";

/** The served document with the operations of the one for legacy paths. Safe: other tests hold both against the specification. */
export const wholeDocument = async (client: Client): Promise<Document> => {
  const [current, legacy] = [await client.get("/openapi.json"), await client.get("/openapi-legacy.json")];
  const paths = { ...current.body.paths };
  for (const [path, operations] of Object.entries<object>(legacy.body.paths)) paths[path] = { ...paths[path], ...operations };
  return { ...current.body, paths } as Document;
};
