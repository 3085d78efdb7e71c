/** Work that will fail again however often it is tried, e.g. a build with an error in it. */
export class PermanentFailure extends Error {
  /** Step that failed, e.g. "Step 4/7 : RUN npm ci". */
  readonly step: string | undefined;

  constructor(message: string, step?: string) {
    super(message);
    this.step = step;
  }
}
