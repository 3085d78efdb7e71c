/** A request that cannot be answered, with the status that says so. */
export class Problem extends Error {
  readonly status: number;

  constructor(status: number, message: string, cause?: unknown) {
    super(message, { cause });
    this.status = status;
  }
}
