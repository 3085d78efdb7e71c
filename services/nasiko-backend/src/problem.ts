/** An answer other than success, for the caller: `{"detail": …}` and what belongs to it. */
export class Problem extends Error {
  readonly status: number;
  readonly more: Readonly<Record<string, unknown>>;

  constructor(status: number, detail: string, more: Readonly<Record<string, unknown>> = {}) {
    super(detail);
    this.status = status;
    this.more = more;
  }
}

export const notFound = (what: string): Problem => new Problem(404, `There is no such ${what}`);
