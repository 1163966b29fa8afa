import { describe, expect, it } from "vitest";
import { networkOf } from "../../src/http/client-address.ts";

describe("the network of a client", () => {
  it("is the address of an IPv4 client", () => {
    expect(networkOf("203.0.113.7")).toBe("203.0.113.7");
    expect(networkOf("203.0.113.70")).not.toBe(networkOf("203.0.113.7"));
  });

  it.each([
    "2001:db8:1:2::",
    "2001:db8:1:2::1",
    "2001:DB8:1:2:ffff:ffff:ffff:ffff",
    "2001:0db8:0001:0002:0000:0000:0000:0001",
    "2001:db8:1:2:0:0:192.0.2.1",
    "2001:db8:1:2::192.0.2.1",
  ])("is the same /64 for %s", (address) => {
    expect(networkOf(address)).toBe("2001:db8:1:2::/64");
  });

  it.each([
    ["::1", "0:0:0:0::/64"],
    ["::", "0:0:0:0::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["2001:db8:0:0::1", "2001:db8:0:0::/64"],
    ["2001:0:0:1::1", "2001:0:0:1::/64"],
    ["1::2:3:4:5:6:7", "1:0:2:3::/64"],
    ["1:2:3:4:5:6:7::", "1:2:3:4::/64"],
    ["::5:6:7:8", "0:0:0:0::/64"],
    ["::4:5:6:7:8", "0:0:0:4::/64"],
    ["0:0:0:4:5:6:7:8", "0:0:0:4::/64"],
  ])("of %s is %s", (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  it("tells neighbouring households apart", () => {
    expect(networkOf("2001:db8:1:3::1")).not.toBe(networkOf("2001:db8:1:2::1"));
  });

  it.each(["::ffff:203.0.113.7", "::FFFF:203.0.113.7", "::ffff:cb00:7107", "0:0:0:0:0:ffff:203.0.113.7", "0:0:0:0:0:ffff:cb00:7107"])(
    "is the IPv4 address inside %s",
    (address) => {
      expect(networkOf(address)).toBe("203.0.113.7");
    },
  );

  it("is one for all whose address is not told", () => {
    expect(networkOf(undefined)).toBe("unknown");
  });
});
