import { describe, expect, test } from "vitest";

import { likelyCause } from "../../../../../cli/stack/diagnosis/likely-causes.ts";
import { type Listener, readListeners } from "../../../../../cli/stack/diagnosis/listening.ts";

const HEAD =
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
const socket = (address: string, port: number, state = "0A"): string =>
  `   0: ${address}:${port.toString(16).toUpperCase().padStart(4, "0")} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  0 0 1 1 0\n`;

describe("the kernel's tables of sockets", () => {
  test("tell where something listens, and whether only the container itself reaches it", () => {
    const tables = [
      HEAD,
      socket("00000000", 8000),
      socket("0100007F", 5000),
      socket("00000000", 9000, "01"),
      socket("0B00007F", 41234),
      HEAD,
      socket("0".repeat(32), 9999),
      socket(`${"0".repeat(24)}01000000`, 7000),
      socket(`${"0".repeat(16)}FFFF00000100007F`, 7001),
      socket("0".repeat(32), 5000),
      "cat: /proc/net/tcp7: No such file or directory\n",
    ].join("");
    expect(readListeners(tables)).toEqual([
      { port: 5000, loopback: false },
      { port: 7000, loopback: true },
      { port: 7001, loopback: true },
      { port: 8000, loopback: false },
      { port: 9999, loopback: false },
    ]);
  });

  test.each(["", "nonsense", HEAD])("may hold nothing: %j", (text) => {
    expect(readListeners(text)).toEqual([]);
  });
});

describe("an agent that does not answer where it is asked", () => {
  const causeOf = (listeners: readonly Listener[], text = ""): string | undefined =>
    likelyCause({
      member: { kind: "agent", name: "x", container: "c" },
      stack: "local",
      reason: { kind: "not-served", text: "" },
      port: 8000,
      listeners,
      text: `the agent does not answer on port 8000: connect ECONNREFUSED${text}`,
    })?.cause;

  test("listens elsewhere, as is seen in its container or by the service registry", () => {
    const both = "The agent listens on port 9999, and the platform asks on port 8000.";
    expect(causeOf([{ port: 9999, loopback: false }])).toBe(both);
    expect(causeOf([], "; something in its container listens on port 9999, 10000")).toBe(both);
    expect(
      causeOf([
        { port: 8000, loopback: true },
        { port: 9999, loopback: false },
      ]),
    ).toBe(both);
  });

  test("listens where only its container reaches it", () => {
    expect(causeOf([{ port: 8000, loopback: true }])).toMatch(/own loopback address/);
  });

  test("is not said to listen elsewhere when it listens where it is asked", () => {
    expect(
      causeOf([
        { port: 8000, loopback: false },
        { port: 9999, loopback: false },
      ]),
    ).not.toMatch(/9999/);
  });
});
