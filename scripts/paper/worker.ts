import { createFontStore } from "../../src/edge/font-store.ts";
import { DOCUMENTS } from "./documents.ts";

/** Prints the documents in workerd, as the app does: `/invoice-greek`. Fonts are read anew for each. */
export default {
  fetch: async (request: Request, { ASSETS }: { readonly ASSETS: Fetcher }): Promise<Response> => {
    const document = DOCUMENTS[new URL(request.url).pathname.slice(1)]?.(createFontStore(ASSETS));
    return document ? new Response(await document.render()) : new Response("no such document", { status: 404 });
  },
};
