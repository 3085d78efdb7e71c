import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type Docker from "dockerode";
import type { ProxyArguments } from "../../../engine/providers/docker/client-proxies.ts";
import { type DockerClient, UNLIMITED } from "../../../engine/providers/docker/client.ts";
import {
  BASE_NAMES,
  BASE_RECIPES,
  baseIdentity,
  baseReferences,
} from "../../../platform/images/base-recipes.ts";
import type { BaseIdentity, BaseName } from "../../../platform/images/base-recipes.ts";
import { readCertificates } from "./certificates.ts";
import type { CertificateAuthority } from "./certificates.ts";
import { requireRootfsTools, rootfsInstructions, startRootfs } from "./debian-rootfs.ts";
import type { Architecture } from "./debian-rootfs.ts";
import { baseFailed } from "./errors.ts";
import { followImage } from "./image-stream.ts";
import { fetchNodePackages, nodeContext } from "./node-context.ts";
import { recipeContext } from "./recipe-context.ts";
import type { RunningCommand } from "../../lib/run-command.ts";
import { withWorkFolder } from "./work-folder.ts";

export interface PrepareOptions {
  readonly docker: DockerClient;
  /** Bases that are needed; those they stand on come along. */
  readonly wanted: readonly BaseName[];
  /** PEM files with certificate authorities for the trust store, e.g. {@link hostCertificateFiles}. */
  readonly caCerts: readonly string[];
  /** Of the engine. */
  readonly arch: Architecture;
  /** Build arguments that lead builds out, see `clientProxies`. @default no proxies */
  readonly proxies?: ProxyArguments;
  /** Where Debian's packages come from; never part of a hash. @default debootstrap's own choice */
  readonly debianMirror?: string;
  /** Called with every line that the tools and the engine write; see `baseProgress`. */
  readonly report: (base: BaseName, message: string) => void;
  readonly signal: AbortSignal;
}

export interface PreparedBase extends BaseIdentity {
  readonly outcome: "present" | "built";
}

/** Names the authorities in a base's trust store, so that one that lacks a wanted authority is recreated. */
export const AUTHORITIES_LABEL = "nasiko.ca-certs";

/** Bases that are being made. */
export interface BasesUnderWay {
  /** All of them. @throws NSK-BASE-FAILED */
  readonly all: Promise<readonly PreparedBase[]>;
  /** Resolves as soon as the base of this reference is there; at once for any other image. @throws NSK-BASE-FAILED */
  readonly ready: (reference: string) => Promise<void>;
}

/** Makes the bases that are missing on the engine, and waits for them: see {@link beginBases}. */
export const prepareBases = async (options: PrepareOptions): Promise<readonly PreparedBase[]> =>
  (await beginBases(options)).all;

/**
 * Begins to make the bases that are missing on the engine, and nothing else. Runs at the same time do not disturb each
 * other: an image gets its name when it is whole, and the first one to have it keeps it.
 * @throws NSK-BASE-NEEDS-ROOT, NSK-BASE-NEEDS-TOOL, NSK-CA-INVALID
 */
export async function beginBases(options: PrepareOptions): Promise<BasesUnderWay> {
  const certificates = readCertificates(options.caCerts);
  const bases = withFoundations(options.wanted).map((name) => baseIdentity(name));
  const missing = new Set<BaseName>();
  for (const base of bases)
    if (!(await isPresent(options.docker, base, certificates))) missing.add(base.name);

  const [ownRoot] = [...missing].filter((name) => BASE_RECIPES[name].on === undefined);
  if (ownRoot !== undefined) requireRootfsTools(ownRoot);
  const arrivals = new Map(bases.map(({ reference }) => [reference, Promise.withResolvers<undefined>()]));
  const arrived = (reference: string): void => arrivals.get(reference)?.resolve(undefined);
  const work =
    missing.size === 0
      ? Promise.resolve()
      : withWorkFolder((folder) => build(missing, { ...options, certificates, work: folder, arrived }));
  for (const { name, reference } of bases) if (!missing.has(name)) arrived(reference);
  for (const { promise, reject } of arrivals.values()) {
    work.catch(reject);
    // Whoever waits for it hears of a failure; nobody has to.
    promise.catch(() => undefined);
  }
  const all = work.then(() =>
    bases.map((base): PreparedBase => ({ ...base, outcome: missing.has(base.name) ? "built" : "present" })),
  );
  all.catch(() => undefined);
  return { all, ready: async (reference) => arrivals.get(reference)?.promise };
}

interface BuildOptions extends PrepareOptions {
  readonly certificates: readonly CertificateAuthority[];
  /** Private temporary folder of one base. */
  readonly work: string;
  /** Called for each that has its name. */
  readonly arrived: (reference: string) => void;
}

/**
 * Makes each as soon as the one that it stands on is there; what has to be fetched for it is fetched meanwhile. When one
 * fails the others are stopped, and all have ended when this does.
 */
async function build(missing: ReadonlySet<BaseName>, options: BuildOptions): Promise<void> {
  const failure = new AbortController();
  const signal = AbortSignal.any([options.signal, failure.signal]);
  const made = new Map<BaseName, Promise<void>>();
  for (const name of BASE_NAMES.filter((each) => missing.has(each))) {
    const { on } = BASE_RECIPES[name];
    const foundation = (on === undefined ? undefined : made.get(on)) ?? Promise.resolve();
    const work = mkdtempSync(join(options.work, `${name}-`));
    const making = make(name, foundation, { ...options, signal, work }).catch((error: unknown) => {
      failure.abort(error);
      throw error;
    });
    made.set(name, making);
  }
  await Promise.allSettled(made.values());
  signal.throwIfAborted();
  await Promise.all(made.values());
}

/** @param foundation resolves when the base below is there */
async function make(name: BaseName, foundation: Promise<void>, options: BuildOptions): Promise<void> {
  const { folder, on } = BASE_RECIPES[name];
  if (on === undefined) return buildRootfs(name, options);
  if (folder !== "offline/bases/node") {
    await foundation;
    return buildUpon(name, (references) => recipeContext(name, references), options);
  }
  const [packages] = await Promise.all([
    fetchNodePackages(name, options.work, options.arch, options.signal),
    foundation,
  ]);
  return buildUpon(name, (references) => nodeContext(name, packages, references), options);
}

async function buildRootfs(name: BaseName, options: BuildOptions): Promise<void> {
  const base = baseIdentity(name);
  const onLine = (line: string): void => options.report(base.name, line);
  const rootfs = await startRootfs({ ...options, base: name, report: onLine });
  try {
    onLine("importing");
    await publish(base, options, (docker) => importRootfs(docker, base, rootfs, options));
  } finally {
    await rootfs.stop();
  }
}

async function importRootfs(
  docker: Docker,
  base: BaseIdentity,
  rootfs: RunningCommand,
  { certificates, report, signal }: BuildOptions,
): Promise<string> {
  const ids = certificates.map((authority) => authority.id).join(" ");
  const answer = await docker.importImage(rootfs.stdout, {
    changes: [
      ...rootfsInstructions(base.name),
      `LABEL nasiko.kind=base nasiko.hash=${base.hash} ${AUTHORITIES_LABEL}="${ids}"`,
    ],
    abortSignal: signal,
  });
  const onLine = (line: string): void => report(base.name, line);
  const id = await followImage(docker, answer, { base: base.name, signal, onLine });
  if ((await rootfs.exit) === 0) return id;
  // An archive that ends early looks whole to the engine.
  await docker.getImage(id).remove();
  throw baseFailed({ base: base.name, step: "debootstrap", output: rootfs.tail() });
}

/** Builds a base that stands on another one from a context that its recipe makes. */
async function buildUpon(
  name: BaseName,
  contextOf: (references: Readonly<Record<BaseName, string>>) => Readable,
  options: BuildOptions,
): Promise<void> {
  const base = baseIdentity(name);
  const { signal } = options;
  const onLine = (line: string): void => options.report(base.name, line);
  onLine("building");
  await publish(base, options, async (docker) => {
    const answer = await docker.buildImage(contextOf(baseReferences()), {
      labels: { "nasiko.kind": "base", "nasiko.hash": base.hash },
      buildargs: { ...options.proxies, ...BASE_RECIPES[name].args },
      rm: true,
      forcerm: true,
      abortSignal: signal,
    });
    return await followImage(docker, answer, { base: base.name, signal, onLine });
  });
}

/** Gives a finished image its name, unless another run was faster: then ours goes. */
async function publish(
  base: BaseIdentity,
  { docker, certificates, arrived }: BuildOptions,
  make: (docker: Docker) => Promise<string>,
): Promise<void> {
  const id = await docker.call(`make ${base.reference}`, make, UNLIMITED);
  if (await isPresent(docker, base, certificates)) {
    const other = await docker.image(base.reference);
    if (other?.Id !== id) await docker.find(`remove ${id}`, (library) => library.getImage(id).remove());
  } else {
    const [repo = "", tag = ""] = base.reference.split(":");
    await docker.call(`name ${base.reference}`, (library) => library.getImage(id).tag({ repo, tag }));
  }
  arrived(base.reference);
}

async function isPresent(
  docker: DockerClient,
  base: BaseIdentity,
  certificates: readonly CertificateAuthority[],
): Promise<boolean> {
  const image = await docker.image(base.reference);
  // Docker says null where there are no labels.
  const trusted = (image?.Config.Labels as Record<string, string> | null | undefined)?.[AUTHORITIES_LABEL];
  const ids = new Set(trusted?.split(" "));
  return image !== undefined && certificates.every((authority) => ids.has(authority.id));
}

/** The wanted bases and those below them, each after the one it stands on. */
function withFoundations(wanted: readonly BaseName[]): readonly BaseName[] {
  const needed = new Set<BaseName>();
  const add = (name: BaseName): void => {
    const { on } = BASE_RECIPES[name];
    if (on !== undefined) add(on);
    needed.add(name);
  };
  wanted.forEach(add);
  return BASE_NAMES.filter((name) => needed.has(name));
}
