import { isUuid } from "../schema/rules.ts";
import type { PageRequest, TagFilter } from "../store/page-request.ts";
import { invalidOffset, invalidOption, invalidSize } from "./problem.ts";

export interface Page<T> {
  readonly data: readonly T[];
  /** Absent on the last page. */
  readonly offset?: string;
  /** Address of the next page, or null. */
  readonly next: string | null;
}

type Query = Readonly<Record<string, string | undefined>>;

const TAG = String.raw`[ -+\-.0-~\u0080-\u{10ffff}]+`;
const ALL_TAGS = new RegExp(`^${TAG}(,${TAG})*$`, "u");
const ANY_TAG = new RegExp(`^${TAG}(/${TAG})*$`, "u");

function parseTags(text: string | undefined): TagFilter | undefined {
  if (text === undefined) return undefined;
  if (text === "") throw invalidOption("tags", "cannot be null");
  if (ALL_TAGS.test(text)) return { tags: text.split(","), mode: "all" };
  if (ANY_TAG.test(text)) return { tags: text.split("/"), mode: "any" };
  throw invalidOption("tags", "invalid filter syntax");
}

const encodeOffset = (id: string): string => Buffer.from(JSON.stringify([id])).toString("base64url");

function parseOffset(offset: string | undefined): string | undefined {
  if (offset === undefined) return undefined;
  let decoded: unknown;
  try {
    decoded = JSON.parse(Buffer.from(offset, "base64url").toString("utf8"));
  } catch {
    throw invalidOffset(offset, "bad json encoding");
  }
  const id: unknown = Array.isArray(decoded) ? decoded[0] : undefined;
  if (typeof id !== "string" || !isUuid(id)) throw invalidOffset(offset, "not an offset of this list");
  return id;
}

function parseSize(text: string | undefined): number {
  if (text === undefined) return 100;
  const size = Number(text);
  if (text === "" || Number.isNaN(size)) throw invalidSize("size must be a number");
  if (!Number.isInteger(size) || size < 1 || size > 1000)
    throw invalidSize("size must be an integer between 1 and 1000");
  return size;
}

/** Reads `size`, `offset` and `tags`. @throws AdminProblem in Kong's words */
export const parsePage = (query: Query): PageRequest => ({
  size: parseSize(query["size"]),
  after: parseOffset(query["offset"]),
  tags: parseTags(query["tags"]),
});

/**
 * Makes the answer to a list request.
 * @param found up to one more than was asked for: the one too many says that there is a next page
 * @param path of the list, e.g. "/services"
 */
export function toPage<T extends { readonly id: string }>(
  found: readonly T[],
  request: PageRequest,
  path: string,
  query: Query,
): Page<T> {
  const data = found.slice(0, request.size);
  const last = data.at(-1);
  if (found.length <= request.size || last === undefined) return { data, next: null };
  const offset = encodeOffset(last.id);
  const kept = ["tags", "size"].flatMap((name) => {
    const value = query[name];
    return value === undefined ? [] : [`&${name}=${encodeURIComponent(value)}`];
  });
  return { data, offset, next: `${path}?offset=${offset}${kept.join("")}` };
}
