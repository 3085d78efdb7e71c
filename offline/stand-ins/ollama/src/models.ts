import { hash } from "node:crypto";
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A model that was pulled: here, a name that is remembered. */
export interface Model {
  /** Canonical, with its tag. */
  readonly name: string;
  readonly modified: Date;
  /** SHA-256 of the name, 64 hex digits: there is nothing else to take it from. */
  readonly digest: string;
}

const NOTE = "Recorded by the offline stand-in for Ollama; there are no weights.\n";

/** Remembers models as files named after them, so that they survive whatever happens to the container. */
export class Models {
  readonly #folder: string;

  /** @throws Error of the file system when the folder cannot be made */
  constructor(folder: string) {
    this.#folder = join(folder, "standin");
    mkdirSync(this.#folder, { recursive: true });
  }

  /** The one changed last comes first, as in `ollama list`. */
  list(): readonly Model[] {
    return readdirSync(this.#folder)
      .map((file) => this.#model(decodeURIComponent(file)))
      .filter((model) => model !== undefined)
      .toSorted((a, b) => b.modified.getTime() - a.modified.getTime() || (a.name < b.name ? -1 : 1));
  }

  /** @param name canonical */
  find(name: string): Model | undefined {
    return this.#model(name);
  }

  add(name: string): void {
    writeFileSync(this.#path(name), NOTE);
  }

  /** @returns false when it was not there */
  remove(name: string): boolean {
    if (this.#model(name) === undefined) return false;
    rmSync(this.#path(name), { force: true });
    return true;
  }

  #model(name: string): Model | undefined {
    const stat = statSync(this.#path(name), { throwIfNoEntry: false });
    return stat === undefined ? undefined : { name, modified: stat.mtime, digest: digestOf(name) };
  }

  #path(name: string): string {
    return join(this.#folder, encodeURIComponent(name));
  }
}

export const digestOf = (name: string): string => hash("sha256", name);
