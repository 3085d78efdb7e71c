import { isIP } from "node:net";
import { isObject, isText } from "../../lib/json.ts";

/** Addresses of one family: their value, and how many bits they have. */
interface Address {
  readonly value: bigint;
  readonly bits: 32 | 128;
}

/**
 * Where agents call from: the subnets of their networks without the gateway's address of each, as which Docker lets
 * everybody appear who comes through a published port, and which no agent can take.
 * @param networks Docker's list of the agents' networks
 * @throws Error when it names no address
 */
export function agentAddresses(networks: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(networks) ? networks : [];
  const found = list.flatMap(configsOf).flatMap((config) => {
    const { Subnet: subnet, Gateway: gateway } = config;
    if (!isText(subnet)) return [];
    return isText(gateway) && gateway !== "" ? without(subnet, gateway) : [subnet];
  });
  if (found.length === 0) throw new Error("the engine names no address of the agents' network");
  return found;
}

function configsOf(network: unknown): readonly Readonly<Record<string, unknown>>[] {
  const ipam = isObject(network) ? network["IPAM"] : undefined;
  const configs = isObject(ipam) ? ipam["Config"] : undefined;
  return Array.isArray(configs) ? configs.filter(isObject) : [];
}

/** A range in parts that leave one address out; the range itself when the address is not in it. */
function without(range: string, excluded: string): readonly string[] {
  const [text = "", length = ""] = range.split("/");
  const start = read(text);
  const hole = read(excluded.split("/", 1)[0] ?? "");
  const prefix = Number(length);
  if (start === undefined || hole === undefined || !Number.isInteger(prefix)) return [range];
  const { bits } = start;
  const size = BigInt(bits - prefix);
  if (hole.bits !== bits || hole.value >> size !== start.value >> size) return [range];
  // Each step halves what still holds the hole, and keeps the other half.
  return Array.from({ length: bits - prefix }, (_, step) => {
    const rest = size - BigInt(step) - 1n;
    const kept = ((hole.value >> rest) ^ 1n) << rest;
    return `${write({ value: kept, bits })}/${bits - Number(rest)}`;
  });
}

function read(text: string): Address | undefined {
  if (isIP(text) === 4)
    return { value: text.split(".").reduce((sum, part) => (sum << 8n) | BigInt(part), 0n), bits: 32 };
  if (isIP(text) !== 6 || text.includes(".") || text.includes("%")) return undefined;
  const [head = "", tail] = text.split("::");
  const groups = (part: string): readonly string[] => (part === "" ? [] : part.split(":"));
  const [before, after] = [groups(head), groups(tail ?? "")];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0");
  const value = [...before, ...zeros, ...after].reduce(
    (sum, group) => (sum << 16n) | BigInt(`0x${group}`),
    0n,
  );
  return { value, bits: 128 };
}

function write({ value, bits }: Address): string {
  const width = bits === 32 ? 8n : 16n;
  const parts = Array.from({ length: bits / Number(width) }, (_, index) => {
    const part = (value >> (width * BigInt(index))) & ((1n << width) - 1n);
    return part.toString(bits === 32 ? 10 : 16);
  });
  return parts.toReversed().join(bits === 32 ? "." : ":");
}
