import type { Rule } from "./field.ts";

/** Rules that Kong's entities share, in Kong's words where a client may read them. */

export const between =
  (lowest: number, highest: number): Rule<number> =>
  (value) =>
    value < lowest || value > highest ? `value should be between ${lowest} and ${highest}` : undefined;

export const greaterThan =
  (limit: number): Rule<number> =>
  (value) =>
    value > limit ? undefined : `value must be greater than ${limit}`;

export const oneOf =
  (...allowed: readonly (string | number)[]): Rule<string | number> =>
  (value) =>
    allowed.includes(value) ? undefined : `expected one of: ${allowed.join(", ")}`;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
export const isUuid = (text: string): boolean => UUID.test(text);
export const uuid: Rule<string> = (value) => (isUuid(value) ? undefined : "expected a valid UUID");

/** A name that may stand in a path of the Admin API. */
export const entityName: Rule<string> = (value) =>
  /^[\w.~\-\u0080-\u{10ffff}]+$/u.test(value)
    ? undefined
    : `invalid value '${value}': the only accepted ascii characters are alphanumerics or ., -, _, and ~`;

export const tag: Rule<string> = (value) =>
  /^[ -+\-.0-~\u0080-\u{10ffff}]+$/u.test(value)
    ? undefined
    : `invalid tag '${value}': expected printable ascii (except \`,\` and \`/\`) or valid utf-8 sequences`;

export const headerName: Rule<string> = (value) =>
  /^[!#$%&'*+\-.^_`|~0-9a-z]+$/i.test(value) ? undefined : `bad header name '${value}'`;

const LABELS = /^(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*\.?$/i;
const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/;
/** With two colons at least. */
const IPV6 = /^\[?(?=[0-9a-f]*:[0-9a-f.]*:)[0-9a-f:.]+\]?$/i;

/** A host name or an IP address, without a port. */
export const host: Rule<string> = (value) => {
  if (IPV6.test(value)) return undefined;
  if (/:\d+$/.test(value)) return "must not have a port";
  if (IPV4.test(value))
    return value.split(".").every((part) => Number(part) <= 255) ? undefined : `invalid value: ${value}`;
  return value.length <= 253 && LABELS.test(value) ? undefined : `invalid value: ${value}`;
};

const PATH_CHARACTERS = /^\/[\w.\-~/%:@!$&'()*+,;=]*$/;

/** What is left to say about percent signs that encode nothing. */
export function percentComplaint(path: string): string | undefined {
  const stray = /%(?![0-9a-f]{2}).{0,2}/i.exec(path);
  return stray === null ? undefined : `invalid url-encoded value: '${stray[0]}'`;
}

/** The path of a service: what stands before every path that is asked of it. */
export const servicePath: Rule<string> = (value) => {
  if (!value.startsWith("/")) return "should start with: /";
  if (value.includes("//")) return "must not have empty segments";
  if (!PATH_CHARACTERS.test(value))
    return `invalid path: '${value}' (characters outside of the reserved list of RFC 3986 found)`;
  return percentComplaint(value);
};
