/** The first four groups of an IPv6 address, written out. */
const prefixOf = (address: string): string => {
  const [head = "", tail] = address.toLowerCase().split("::");
  const left = head.split(":").filter(Boolean);
  const right = tail === undefined ? [] : tail.split(":").filter(Boolean);
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array<string>(zeros).fill("0"), ...right];
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":");
};

/** An IPv4 address that is written as IPv6, such as ::ffff:203.0.113.7. */
const MAPPED = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i;

/**
 * The network that an anonymous client is known by: its IPv4 address, or the /64 of its IPv6 address, which is one
 * household. Only Cloudflare's own header tells it; X-Forwarded-For is the client's to write.
 */
export const networkOf = (connectingIp: string | undefined): string => {
  if (connectingIp === undefined) return "unknown";
  const mapped = MAPPED.exec(connectingIp)?.[1];
  if (mapped) return mapped;
  return connectingIp.includes(":") ? `${prefixOf(connectingIp)}::/64` : connectingIp;
};
