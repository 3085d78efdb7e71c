import type { TracerProvider } from "@opentelemetry/api";
import type * as InstrumentClient from "./instrument-client.ts";
import nodeModule, { createRequire } from "node:module";
import { type ClientName, MODEL_CLIENTS, type ModelClient } from "./model-clients.ts";
import { say } from "./say.ts";

/** By this name of the global object an ES module hands itself over. */
const LOADED = Symbol.for("nasiko.telemetry.loaded");

/** One of a client's files that are looked for. */
interface Found {
  readonly client: (typeof MODEL_CLIENTS)[number];
  readonly part: string;
}

/**
 * Reports calls of models once the agent loads a client that is known here; an agent that loads none pays nothing. ES
 * modules are seen by Node.js 22.15 and newer only.
 *
 * The packages that look into modules on their way (require-in-the-middle, import-in-the-middle) find each file that an
 * agent loads a second time, which doubles the time that an agent on LangChain takes to start. Here names are compared.
 */
export function instrumentModels(provider: TracerProvider): void {
  watchRequired(collect(provider));
  watchImported(collect(provider));
}

type Collector = ReturnType<typeof collect>;

/** By the method with which Node.js evaluates a CommonJS module, whoever asks for it. */
function watchRequired(collected: Collector): void {
  const { prototype } = nodeModule as unknown as { readonly prototype: Compiling };
  const compile = prototype._compile;
  prototype._compile = function (content, filename, ...rest) {
    const result = compile.call(this, content, filename, ...rest);
    const found = foundAt(filename.replaceAll("\\", "/"));
    if (found !== undefined) collected(found, this.exports);
    return result;
  };
}

/** What every version of Node.js has, and what packages that compile on the way rely on as well. */
interface Compiling {
  readonly exports: unknown;
  _compile: (this: Compiling, content: string, filename: string, ...rest: readonly unknown[]) => unknown;
}

function watchImported(collected: Collector): void {
  // Typed as if it were always there.
  const { registerHooks } = nodeModule as Partial<Pick<typeof nodeModule, "registerHooks">>;
  if (registerHooks === undefined) return;
  Reflect.defineProperty(global, LOADED, {
    value: (url: string, loaded: unknown) => {
      const found = foundAt(url);
      if (found !== undefined) collected(found, loaded);
    },
  });
  registerHooks({
    load: (url, context, nextLoad) => {
      const loaded = nextLoad(url, context);
      if (foundAt(url) === undefined || loaded.format !== "module" || loaded.source == null) return loaded;
      return { ...loaded, source: handingOver(textOf(loaded.source), url) };
    },
  });
}

/** Tells a client once all of its parts are there. */
function collect(provider: TracerProvider): (found: Found, loaded: unknown) => void {
  const loadedParts = new Map<ClientName, Map<string, unknown>>();
  return ({ client: { name, parts }, part }, loaded) => {
    const known = loadedParts.get(name) ?? new Map<string, unknown>();
    loadedParts.set(name, known.set(part, loaded));
    if (Object.keys(parts).some((each) => !known.has(each))) return;
    try {
      // `require` knows no types: this is what the bundler makes of the module.
      const { instrumentClient } = createRequire(__filename)(
        "./instrument-client.cjs",
      ) as typeof InstrumentClient;
      instrumentClient(name, known, provider);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      say(`calls by ${name} are not reported: ${reason}`);
    }
  };
}

const FOLDER = "/node_modules/";

/** @param path of a file, or its URL; undefined for one that is not wanted */
function foundAt(path: string): Found | undefined {
  const at = path.lastIndexOf(FOLDER);
  return at === -1 ? undefined : FILES.get(path.slice(at + FOLDER.length));
}

/** @example FILES.get("openai/index.mjs") */
const FILES: ReadonlyMap<string, Found> = new Map(
  MODEL_CLIENTS.flatMap((client) =>
    Object.entries<ModelClient["parts"][string]>(client.parts).flatMap(([part, files]) =>
      files.map((file): [string, Found] => [`${client.name}/${file}`, { client, part }]),
    ),
  ),
);

/** A module may import itself, and then has all that it exports in one object. */
const handingOver = (source: string, url: string): string =>
  [
    source,
    `import * as nasikoTelemetrySelf from ${JSON.stringify(url)};`,
    `globalThis[Symbol.for(${JSON.stringify(LOADED.description)})]?.(${JSON.stringify(url)}, nasikoTelemetrySelf);`,
    "",
  ].join("\n");

const textOf = (source: string | ArrayBuffer | NodeJS.TypedArray): string =>
  typeof source === "string" ? source : new TextDecoder().decode(source);
