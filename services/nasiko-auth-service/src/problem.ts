/** An answer other than success, for the caller: `{"detail": …}` and what belongs to it. */
export class Problem extends Error {
  readonly status: number;
  readonly more: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    detail: string,
    more: Readonly<Record<string, unknown>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
    this.status = status;
    this.more = more;
    this.headers = headers;
  }
}

export const notFound = (what: string): Problem => new Problem(404, `There is no such ${what}`);
