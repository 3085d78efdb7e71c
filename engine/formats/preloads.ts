import { familiarName, parseReference } from "./image-reference.ts";

/** What programs load before their own code, by the interpreter that runs them. */
export interface Preloads {
  /** Absolute path of a CommonJS module for Node.js. */
  readonly node: string;
  /** Absolute path of a folder for Python, which imports `sitecustomize` from it. */
  readonly python: string;
}

/** Where both are in a folder that was laid out for them. @param folder absolute */
export const preloadsIn = (folder: string): Preloads => ({
  node: `${folder}/node/register.cjs`,
  python: `${folder}/python`,
});

export type PreloadVariables = Readonly<Partial<Record<"NODE_OPTIONS" | "PYTHONPATH", string>>>;

/** Under Node's permission model a file that nobody named may not be read: the program would not start. */
const NAMES_FILES = /--(?:experimental-)?permission\b/;

/**
 * The variables by which both interpreters load something first. They add to what the container would have without
 * them, and come last in it, so that a program finds its own modules before any other.
 *
 * `--require`, not `--import`: a Node.js that knows no `--import` (before 18.18) would refuse to start.
 * @param given variables that the container has otherwise, those of its image included
 * @param command words that the container runs, as far as they are known
 */
export function preloadVariables(
  { node, python }: Preloads,
  given: (name: string) => string | undefined,
  command = "",
): PreloadVariables {
  const options = given("NODE_OPTIONS") ?? "";
  const path = given("PYTHONPATH") ?? "";
  return {
    ...(NAMES_FILES.test(`${options} ${command}`)
      ? {}
      : { NODE_OPTIONS: `${options} --require=${node}`.trimStart() }),
    PYTHONPATH: path === "" ? python : `${path}:${python}`,
  };
}

/** Publishers whose images set neither variable, besides the official ones of Docker Hub. */
const PLAIN = [
  ...["ghcr.io/astral-sh/uv", "gcr.io/distroless/", "cgr.dev/chainguard/", "public.ecr.aws/docker/library/"],
  ...["mcr.microsoft.com/devcontainers/", "localhost/"],
];

/**
 * Whether an image from outside is known to set none of these variables: what another sets would be lost.
 * @example isPlainBase("python:3.13-slim") // true
 */
export function isPlainBase(reference: string): boolean {
  const { registry, repository } = parseReference(reference);
  const name = familiarName(repository);
  if (registry === "docker.io") return /^[a-z0-9][\w.-]*$/.test(name) && name !== "scratch";
  return PLAIN.some((known) => name === known || (known.endsWith("/") && name.startsWith(known)));
}
