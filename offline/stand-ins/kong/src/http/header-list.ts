export type HeaderPair = readonly [name: string, value: string];

/** Headers of one message, in order, repeated ones kept apart; names compare without case. */
export class HeaderList {
  #pairs: readonly HeaderPair[];

  constructor(pairs: readonly HeaderPair[] = []) {
    this.#pairs = pairs;
  }

  /** From Node's `rawHeaders`: name, value, name, value, … */
  static fromRaw(raw: readonly string[]): HeaderList {
    const pairs: HeaderPair[] = [];
    for (let index = 0; index + 1 < raw.length; index += 2)
      pairs.push([raw[index] ?? "", raw[index + 1] ?? ""]);
    return new HeaderList(pairs);
  }

  /** The first value of that name. */
  get(name: string): string | undefined {
    return this.getAll(name)[0];
  }

  getAll(name: string): readonly string[] {
    const wanted = name.toLowerCase();
    return this.#pairs.filter(([found]) => found.toLowerCase() === wanted).map(([, value]) => value);
  }

  has(name: string): boolean {
    return this.getAll(name).length > 0;
  }

  /** Replaces all of that name by one. */
  set(name: string, value: string): void {
    this.delete(name);
    this.append(name, value);
  }

  append(name: string, value: string): void {
    this.#pairs = [...this.#pairs, [name, value]];
  }

  delete(...names: readonly string[]): void {
    const unwanted = new Set(names.map((name) => name.toLowerCase()));
    this.#pairs = this.#pairs.filter(([name]) => !unwanted.has(name.toLowerCase()));
  }

  toPairs(): readonly HeaderPair[] {
    return this.#pairs;
  }

  toRaw(): string[] {
    return this.#pairs.flat();
  }
}
