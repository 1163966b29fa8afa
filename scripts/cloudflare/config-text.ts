/** The same configuration with another id in the first table of this name; comments and layout stay. Throws without one. */
export const withId = (toml: string, table: string, key: string, id: string): string => {
  const place = new RegExp(`(^\\[\\[${table}\\]\\]\\n(?:(?!\\[).*\\n)*?${key}\\s*=\\s*)"[^"]*"`, "m");
  if (!place.test(toml)) throw new Error(`wrangler.toml has no ${key} in [[${table}]].`);
  return toml.replace(place, (_, before: string) => `${before}"${id}"`);
};
