import { BlockList, isIP } from "node:net";
import { integer, list, optional, record, string } from "../schema/field.ts";
import { between } from "../schema/rules.ts";
import { definePlugin, type AnyPluginKind } from "./plugin.ts";

/** An address, or a range such as "10.0.0.0/8". */
const range = string((value) => {
  const [address = "", length, ...more] = value.split("/");
  const family = isIP(address);
  const isLength =
    length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= (family === 6 ? 128 : 32));
  return family !== 0 && isLength && more.length === 0 ? undefined : `invalid ip or cidr range: '${value}'`;
});

const config = record(
  {
    allow: optional(list(range)),
    deny: optional(list(range)),
    status: optional(integer(between(200, 599))),
    message: optional(string()),
  },
  ({ allow, deny }) =>
    [allow, deny].some((ranges) => ranges !== null && ranges.length > 0)
      ? undefined
      : { "@entity": { 1: "at least one of these fields must be non-empty: 'config.allow', 'config.deny'" } },
);

function isIn(address: string, ranges: readonly string[]): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  const known = new BlockList();
  for (const each of ranges) {
    const [start = "", length] = each.split("/");
    const type = isIP(start) === 6 ? "ipv6" : "ipv4";
    if (length === undefined) known.addAddress(start, type);
    else known.addSubnet(start, Number(length), type);
  }
  return known.check(address, family === 6 ? "ipv6" : "ipv4");
}

/** Lets in by the client's address: who is denied stays outside even if allowed, too. */
export const ipRestriction: AnyPluginKind = definePlugin({
  name: "ip-restriction",
  priority: 990,
  config,
  access: ({ allow, deny, status, message }, { clientAddress }) => {
    const isDenied = deny !== null && isIn(clientAddress, deny);
    const isAllowed = allow === null || allow.length === 0 || isIn(clientAddress, allow);
    if (!isDenied && isAllowed) return undefined;
    const error = message ?? `IP address not allowed: ${clientAddress}`;
    return { answer: { status: status ?? 403, error } };
  },
});
