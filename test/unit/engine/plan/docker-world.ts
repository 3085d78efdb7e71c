import type { HostConfig } from "dockerode";

import type { PropertyMap } from "../../../../engine/core/values.ts";
import { endpoints } from "../../../../engine/providers/docker/endpoints.ts";
import { reader } from "../../../../engine/providers/schema/reader.ts";
import { type Container, created, updated } from "./docker-model.ts";

interface Made {
  readonly id: number;
  readonly shown: Container;
  /** Ids of what it was made with: networks and volumes. */
  readonly uses: ReadonlyMap<string, number>;
}

/** An engine with Docker's rules: names are unique, what is used cannot be removed, what is named has to be there. */
export class DockerWorld {
  readonly #containers = new Map<string, Made>();
  readonly #shared = new Map<string, number>();
  #count = 0;

  static networksOf(inputs: PropertyMap): readonly string[] {
    return endpoints(inputs).map(({ network }) => network);
  }

  makeShared(kind: string, name: string): void {
    const key = `${kind} ${name}`;
    if (this.#shared.has(key)) throw new Error(`${key} exists`);
    this.#shared.set(key, (this.#count += 1));
  }

  removeShared(kind: string, name: string): void {
    const key = `${kind} ${name}`;
    const users = [...this.#containers].filter(([, { uses }]) => uses.has(key)).map(([user]) => user);
    if (users.length > 0) throw new Error(`${key} is used by ${users.join(", ")}`);
    this.#shared.delete(key);
  }

  make(inputs: PropertyMap): void {
    const name = nameOf(inputs);
    if (this.#containers.has(name)) throw new Error(`${name} exists`);
    const needed = [
      ...DockerWorld.networksOf(inputs).map((network) => `network ${network}`),
      ...reader(inputs)
        .blocks("volumes")
        .flatMap((mount) => mount.text("volumeName") ?? [])
        .map((volume) => `volume ${volume}`),
    ];
    const uses = needed.map((key) => {
      const id = this.#shared.get(key);
      if (id === undefined) throw new Error(`${name} needs ${key}, which does not exist`);
      return [key, id] as const;
    });
    this.#containers.set(name, { id: (this.#count += 1), shown: created(inputs), uses: new Map(uses) });
  }

  update(inputs: PropertyMap, body: HostConfig): void {
    const name = nameOf(inputs);
    const made = this.#containers.get(name);
    if (made === undefined) throw new Error(`${name} does not exist`);
    this.#containers.set(name, { ...made, shown: updated(made.shown, body) });
  }

  remove(inputs: PropertyMap): void {
    if (!this.#containers.delete(nameOf(inputs))) throw new Error(`${nameOf(inputs)} does not exist`);
  }

  ids(): ReadonlyMap<string, number> {
    return new Map([...this.#containers].map(([name, { id }]) => [name, id]));
  }

  shown(): Readonly<Record<string, Container>> {
    return Object.fromEntries([...this.#containers].map(([name, { shown }]) => [name, shown]));
  }

  /** Containers that still hold on to a network or volume that was recreated meanwhile. */
  stale(): readonly string[] {
    return [...this.#containers]
      .filter(([, { uses }]) => [...uses].some(([key, id]) => this.#shared.get(key) !== id))
      .map(([name]) => name);
  }
}

const nameOf = (inputs: PropertyMap): string => reader(inputs).requiredText("name");
