import { isObject } from "../../../../../services/lib/json.ts";
import type { Issue, Issues } from "../schema/parsed.ts";

/** A request that the Admin API refuses, in Kong's shape. */
export class AdminProblem extends Error {
  override readonly name = "AdminProblem";
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;

  constructor(status: number, body: Readonly<Record<string, unknown>> & { readonly message: string }) {
    super(body.message);
    this.status = status;
    this.body = body;
  }
}

/** Prints a value the way Kong does in its messages: `{id="…",service=null}`. */
export function luaText(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return `{${value.map(luaText).join(",")}}`;
  if (!isObject(value)) return String(value);
  const entries = Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return `{${entries.map(([key, item]) => `${key}=${luaText(item)}`).join(",")}}`;
}

/** Positions in lists become JSON lists (1 is the first), names stay objects. */
function issueToJson(issue: Issue): unknown {
  if (typeof issue === "string") return issue;
  const entries = Object.entries(issue);
  if (entries.length === 0 || !entries.every(([key]) => /^[1-9]\d*$/.test(key)))
    return Object.fromEntries(entries.map(([key, inner]) => [key, issueToJson(inner)]));
  const last = Math.max(...entries.map(([key]) => Number(key)));
  return Array.from({ length: last }, (_, index) => {
    const inner = issue[String(index + 1)];
    return inner === undefined ? null : issueToJson(inner);
  });
}

function sentences(issues: Issues, path: string): readonly string[] {
  const entries = Object.entries(issues).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return entries.flatMap(([key, issue]) => {
    const name = path === "" ? key : `${path}.${key}`;
    if (typeof issue === "string") return [path === "@entity" ? issue : `${name}: ${issue}`];
    return sentences(issue, name);
  });
}

export function schemaViolation(issue: Issue): AdminProblem {
  const issues: Issues = typeof issue === "string" ? { "@entity": { 1: issue } } : issue;
  const found = sentences(issues, "");
  const message =
    found.length === 1
      ? `schema violation (${found.join("")})`
      : `${found.length} schema violations (${found.join("; ")})`;
  return new AdminProblem(400, { code: 2, name: "schema violation", message, fields: issueToJson(issues) });
}

export const primaryKeyViolation = (id: string): AdminProblem =>
  new AdminProblem(400, {
    code: 3,
    name: "primary key violation",
    message: `primary key violation on key '${luaText({ id })}'`,
    fields: { id },
  });

/** A reference to something that does not exist. */
export const invalidReference = (field: string, collection: string, id: string): AdminProblem =>
  new AdminProblem(400, {
    code: 4,
    name: "foreign key violation",
    message: `the foreign key '${luaText({ id })}' does not reference an existing '${collection}' entity.`,
    fields: { [field]: { id } },
  });

/** Something that others still point to. */
export const stillReferenced = (collection: string, by: string): AdminProblem =>
  new AdminProblem(400, {
    code: 4,
    name: "foreign key violation",
    message: `an existing '${by}' entity references this '${collection}' entity`,
    fields: { "@referenced_by": by },
  });

export const uniqueViolation = (fields: Readonly<Record<string, unknown>>): AdminProblem =>
  new AdminProblem(409, {
    code: 5,
    name: "unique constraint violation",
    message: `UNIQUE violation detected on '${luaText(fields)}'`,
    fields,
  });

export const notFoundByKey = (fields: Readonly<Record<string, string>>): AdminProblem =>
  new AdminProblem(404, {
    code: 6,
    name: "not found",
    message:
      "id" in fields
        ? `could not find the entity with primary key '${luaText(fields)}'`
        : `could not find the entity with '${luaText(fields)}'`,
    fields,
  });

export const notFound = (): AdminProblem => new AdminProblem(404, { message: "Not found" });

export const methodNotAllowed = (): AdminProblem => new AdminProblem(405, { message: "Method not allowed" });

export const invalidOffset = (offset: string, reason: string): AdminProblem =>
  new AdminProblem(400, {
    code: 7,
    name: "invalid offset",
    message: `'${offset}' is not a valid offset: ${reason}`,
  });

export const invalidSize = (reason: string): AdminProblem =>
  new AdminProblem(400, { code: 9, name: "invalid size", message: reason });

export const invalidOption = (option: string, reason: string): AdminProblem =>
  new AdminProblem(400, {
    code: 11,
    name: "invalid options",
    message: `invalid option (${option}: ${reason})`,
    options: { [option]: reason },
  });

/** A reference by name to something that does not exist. */
export const unresolvedReference = (
  field: string,
  key: string,
  value: string,
  parent: string,
): AdminProblem => {
  const reason = `the foreign key cannot be resolved with '${luaText({ [key]: value })}' for an existing '${parent}' entity`;
  return new AdminProblem(400, {
    code: 13,
    name: "foreign keys unresolved",
    message: `foreign key unresolved (${field}.${key}: ${reason})`,
    fields: { [field]: { [key]: reason } },
  });
};

export const unexpected = (): AdminProblem =>
  new AdminProblem(500, { message: "An unexpected error occurred" });
