import type { Document } from "./document.ts";

type Components = Readonly<Record<string, Readonly<Record<string, object>>>>;

/** Safe: components are objects by kind and name. */
const componentsOf = ({ components = {} }: Document): Components => components as Components;

const REFERENCE = /"\$ref":"#\/components\/(\w+)\/([^"]+)"/g;

/** The document without the components that its paths do not refer to, directly or through others. */
export const withUsedComponents = (document: Document): Document => {
  const all = componentsOf(document);
  const used = new Set<object>();
  const visit = (part: object): void => {
    for (const [, kind = "", name = ""] of JSON.stringify(part).matchAll(REFERENCE)) {
      const component = all[kind]?.[name];
      if (!component || used.has(component)) continue;
      used.add(component);
      visit(component);
    }
  };
  visit(document.paths ?? {});
  const usedOf = (named: Components[string]) => Object.fromEntries(Object.entries(named).filter(([, component]) => used.has(component)));
  // Security schemes are named without a reference.
  const components = Object.entries(all).map(([kind, named]) => [kind, kind === "securitySchemes" ? named : usedOf(named)]);
  return { ...document, components: Object.fromEntries(components) };
};
