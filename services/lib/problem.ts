/** What belongs to a problem besides its sentence. */
export interface ProblemDetails {
  /** Fields of the answer's body. @default none */
  readonly more?: Readonly<Record<string, unknown>>;
  /** Headers of the answer. @default none */
  readonly headers?: Readonly<Record<string, string>>;
  /** What made the request fail, for the log. @default nothing else did */
  readonly cause?: unknown;
}

/** A request that cannot be answered as asked, with the status and the sentence for the caller. */
export class Problem extends Error {
  readonly status: number;
  readonly more: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, detail: string, { more = {}, headers = {}, cause }: ProblemDetails = {}) {
    super(detail, { cause });
    this.status = status;
    this.more = more;
    this.headers = headers;
  }
}

export const notFound = (what: string): Problem => new Problem(404, `There is no such ${what}`);
