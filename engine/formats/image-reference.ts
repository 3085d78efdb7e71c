/** The parts of an image's name, as Docker reads it. */
export interface ImageReference {
  /** Host and port of the registry; "docker.io" when the name begins with none. */
  readonly registry: string;
  /** Registry and path as they were written, without tag and digest. */
  readonly repository: string;
  /** @default none */
  readonly tag?: string;
  /** "sha256:" and 64 hex digits. @default none */
  readonly digest?: string;
}

/** @example parseReference("127.0.0.1:5000/acme/web:1.2") // registry 127.0.0.1:5000, tag 1.2 */
export function parseReference(reference: string): ImageReference {
  const [name = "", digest] = reference.split("@");
  const colon = name.lastIndexOf(":");
  const tagged = colon > name.lastIndexOf("/");
  const repository = tagged ? name.slice(0, colon) : name;
  const [first = "", ...rest] = repository.split("/");
  const hasHost = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  return {
    registry: hasHost ? first.replace(/^index\.docker\.io$/, "docker.io") : "docker.io",
    repository,
    ...(tagged ? { tag: name.slice(colon + 1) } : {}),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** A repository's name as Docker shows it: what images of Docker Hub may be written without is left out. */
export const familiarName = (repository: string): string =>
  repository.replace(/^(?:index\.)?docker\.io\//, "").replace(/^library\//, "");

/** An image's name as the engine lists it: familiar, and with a tag. */
export function localReference(reference: string): string {
  const name = familiarName(reference);
  const { tag, digest } = parseReference(name);
  return tag === undefined && digest === undefined ? `${name}:latest` : name;
}

/** Last part of a repository's path, e.g. "konga" of "pantsel/konga". */
export const shortName = (repository: string): string => repository.slice(repository.lastIndexOf("/") + 1);
