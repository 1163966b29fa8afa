/** The IPv4 address at the end of an IPv6 one, as two of its groups. */
const toGroups = (dotted: string): string => {
  const [a = 0, b = 0, c = 0, d = 0] = dotted.split(".").map(Number);
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
};

/** The eight groups of an IPv6 address without leading zeros, however it is written. */
const groupsOf = (address: string): string[] => {
  const [head = "", tail] = address
    .toLowerCase()
    .replace(/[\d.]+\.\d+$/, toGroups)
    .split("::");
  const left = head.split(":").filter(Boolean);
  const right = tail === undefined ? [] : tail.split(":").filter(Boolean);
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  return [...left, ...Array<string>(zeros).fill("0"), ...right].map((group) => group.replace(/^0+(?=.)/, ""));
};

/** The first six groups of an IPv4 address that is written as IPv6, such as ::ffff:203.0.113.7. */
const MAPPED = "0:0:0:0:0:ffff";

/**
 * The network that identifies an anonymous client: the IPv4 address, or the /64 of the IPv6 address, which is one
 * household. Only Cloudflare's own header is trusted, since clients can write X-Forwarded-For.
 */
export const networkOf = (connectingIp: string | undefined): string => {
  if (connectingIp === undefined) return "unknown";
  if (!connectingIp.includes(":")) return connectingIp;
  const groups = groupsOf(connectingIp);
  if (groups.slice(0, 6).join(":") !== MAPPED) return `${groups.slice(0, 4).join(":")}::/64`;
  return groups
    .slice(6)
    .flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255])
    .join(".");
};
