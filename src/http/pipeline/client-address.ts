import type { CountedNetwork } from "../policy.ts";

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

/** The address of an IPv4 client, also when it is written as IPv6, or the groups of an IPv6 address. */
const parse = (connectingIp: string): string | readonly string[] => {
  if (!connectingIp.includes(":")) return connectingIp;
  const groups = groupsOf(connectingIp);
  if (groups.slice(0, 6).join(":") !== MAPPED) return groups;
  return groups
    .slice(6)
    .flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255])
    .join(".");
};

/**
 * The network that identifies an anonymous client: the IPv4 address, or the /64 of the IPv6 address, which is one
 * household. Only Cloudflare's own header is trusted, since clients can write X-Forwarded-For.
 */
export const networkOf = (connectingIp: string | undefined): string => {
  const address = connectingIp === undefined ? "unknown" : parse(connectingIp);
  return typeof address === "string" ? address : `${address.slice(0, 4).join(":")}::/64`;
};

/** How many households' limits a /56 and a /48 have, which a provider may give to one customer. */
const FACTOR_56 = 4;
const FACTOR_48 = 16;

/** Where an anonymous client is counted: by one gate, in these networks of its address, none for IPv4. */
export interface Counted {
  readonly gate: string;
  readonly networks: readonly CountedNetwork[];
}

/** An IPv6 client is counted in its /64, /56 and /48, with rising limits, by the gate of the /48. */
export const countedBy = (connectingIp: string | undefined): Counted => {
  const address = connectingIp === undefined ? "unknown" : parse(connectingIp);
  if (typeof address === "string") return { gate: address, networks: [] };
  const wide = address.slice(0, 3).join(":");
  const middle = `${wide}:${(Number.parseInt(address[3] ?? "0", 16) & 0xff00).toString(16)}`;
  return {
    gate: `${wide}::/48`,
    networks: [
      { name: networkOf(connectingIp), size: "", factor: 1 },
      { name: `${middle}::/56`, size: "-56", factor: FACTOR_56 },
      { name: `${wide}::/48`, size: "-48", factor: FACTOR_48 },
    ],
  };
};
