import { Readable } from "node:stream";
import { Agent, request, type Dispatcher } from "undici";
import { z } from "zod";
import { isVersionRefusal } from "../../../engine/formats/api-version.ts";
import { negotiated } from "../../../engine/formats/negotiated.ts";
import { followStream } from "./build-output.ts";
import type { AgentContainer } from "./container.ts";
import { PermanentFailure } from "./failure.ts";

/** A container of an agent, whoever manages it. */
export interface ListedContainer {
  readonly id: string;
  readonly name: string;
  readonly agent: string;
  readonly hash: string;
  readonly managedBy: string;
  readonly running: boolean;
  /** Docker's own words, e.g. "Restarting (1) 2 seconds ago". */
  readonly status: string;
}

/** An image as far as it decides whether an agent may run of it. */
export interface Image {
  /** "sha256:" and 64 hex digits. */
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Bytes, its base included. */
  readonly size: number;
  /** Variables that every container of it has. */
  readonly env: ReadonlyMap<string, string>;
  /** Words that it runs. */
  readonly command: string;
}

/** The Docker API behind the build proxy, as far as the worker needs it. */
export interface Docker {
  readonly agents: () => Promise<readonly ListedContainer[]>;
  /** Undefined when there is no such image. */
  readonly image: (reference: string) => Promise<Image | undefined>;
  /**
   * @param within milliseconds; a build that takes longer is given up, and the builder stops
   * @throws PermanentFailure with the failing step
   */
  readonly build: (reference: string, context: Readable, within: number) => Promise<void>;
  /** Takes the name away, and what only it needed; nothing happens when it is gone already, or in use. */
  readonly removeImage: (reference: string) => Promise<void>;
  readonly push: (
    image: { readonly reference: string; readonly tag: string },
    registry: string,
  ) => Promise<void>;
  /**
   * Creates and starts; one that is there already is only started.
   * @param image id of the image that it has to be of, whatever its name means by now
   */
  readonly run: (container: AgentContainer, image: string) => Promise<void>;
  /** Stops with grace and removes; nothing happens when it is gone already. */
  readonly remove: (idOrName: string) => Promise<void>;
  /** The last lines of its log; empty when they cannot be had. */
  readonly lastLines: (idOrName: string) => Promise<string>;
  /** Whether its last end was for want of memory; false when that cannot be told. */
  readonly ranOutOfMemory: (idOrName: string) => Promise<boolean>;
  readonly close: () => Promise<void>;
}

/** Milliseconds. */
const PATIENCE = { usual: 15_000, push: 600_000, stop: 60_000 };
const STOP_SECONDS = 15;
const LOG_LINES = 20;

const ListSchema = z.array(
  z.object({
    Id: z.string(),
    Names: z.array(z.string()),
    State: z.string(),
    Status: z.string(),
    Labels: z.record(z.string(), z.string()),
  }),
);
const ContainerSchema = z.object({
  Image: z.string(),
  State: z.object({ OOMKilled: z.boolean().optional() }).optional(),
});
const ImageSchema = z.object({
  Id: z.string(),
  Size: z.number(),
  Config: z
    .object({
      Labels: z.record(z.string(), z.string()).nullish(),
      Env: z.array(z.string()).nullish(),
      Entrypoint: z.array(z.string()).nullish(),
      Cmd: z.array(z.string()).nullish(),
    })
    .nullish(),
});

/** @example assignment("A=b=c") // ["A", "b=c"] */
function assignment(text: string): readonly [string, string] {
  const [name = "", ...value] = text.split("=");
  return [name, value.join("=")];
}

export function connectDocker(url: string): Docker {
  const dispatcher = new Agent({ connections: 4 });

  const version = negotiated(async () => {
    const { usual } = PATIENCE;
    const { statusCode, body } = await request(`${url}/version`, {
      ...{ dispatcher, headersTimeout: usual, bodyTimeout: usual },
    });
    if (statusCode === 200) return body.json();
    throw refusal(statusCode, await body.text(), "/version");
  });

  const ask = async (
    method: "GET" | "POST" | "DELETE",
    path: string,
    options: AskOptions = {},
  ): Promise<Dispatcher.ResponseData> => {
    const { patience = PATIENCE.usual, body, type = "application/json", again = true, signal } = options;
    const answer = await request(`${url}${await version.prefix()}${path}`, {
      method,
      dispatcher,
      headersTimeout: patience,
      bodyTimeout: patience,
      ...(body === undefined ? {} : { body, headers: { "content-type": type } }),
      ...(signal === undefined ? {} : { signal }),
    });
    if (answer.statusCode !== 400) return answer;
    const text = await answer.body.text();
    if (!isVersionRefusal(400, text)) throw options.refused?.(text) ?? refusal(400, text, path);
    // The engine was upgraded since it was asked: nothing is wrong with the work.
    version.forget();
    // A context that was sent is used up; the next attempt at the work sends another.
    if (!again || body instanceof Readable) throw new Error(messageOf(text));
    return ask(method, path, { ...options, again: false });
  };

  /** Asks for something that has to be done, or to be done already. */
  const act = async (
    method: "POST" | "DELETE",
    path: string,
    fine: readonly number[],
    options?: AskOptions,
  ): Promise<number> => {
    const { statusCode, body } = await ask(method, path, options);
    const text = await body.text();
    if (!fine.includes(statusCode)) throw refusal(statusCode, text, path);
    return statusCode;
  };

  const remove = async (container: string): Promise<void> => {
    const options = { patience: PATIENCE.stop };
    const path = `/containers/${container}`;
    const stopped = await act("POST", `${path}/stop?t=${STOP_SECONDS}`, [204, 304, 404], options);
    if (stopped !== 404) await act("DELETE", `${path}?v=1&force=1`, [204, 404, 409], options);
  };

  return {
    agents: async () => {
      const { statusCode, body } = await ask("GET", "/containers/json?all=1");
      const text = await body.text();
      if (statusCode !== 200) throw refusal(statusCode, text, "/containers/json");
      return ListSchema.parse(JSON.parse(text)).map(({ Id, Names, State, Status, Labels }) => ({
        id: Id,
        name: (Names[0] ?? "").replace(/^\//, ""),
        agent: Labels["nasiko.agent"] ?? "",
        hash: Labels["nasiko.hash"] ?? "",
        managedBy: Labels["nasiko.managed-by"] ?? "",
        running: State === "running",
        status: Status,
      }));
    },
    image: async (reference) => {
      const { statusCode, body } = await ask("GET", `/images/${reference}/json`);
      const text = await body.text();
      if (statusCode === 404) return undefined;
      if (statusCode !== 200) throw refusal(statusCode, text, "/images");
      const { Id: id, Size: size, Config } = ImageSchema.parse(JSON.parse(text));
      const { Labels, Env, Entrypoint, Cmd } = Config ?? {};
      return {
        ...{ id, size, labels: Labels ?? {} },
        env: new Map((Env ?? []).map(assignment)),
        command: [...(Entrypoint ?? []), ...(Cmd ?? [])].join(" "),
      };
    },
    build: async (reference, context, within) => {
      const deadline = AbortSignal.timeout(within);
      try {
        const { statusCode, body } = await ask("POST", `/build?t=${reference}`, {
          patience: within,
          body: context,
          type: "application/x-tar",
          signal: deadline,
          // A Dockerfile that cannot be parsed is refused before the first step.
          refused: (text) => new PermanentFailure(`the build failed: ${messageOf(text)}`),
        });
        if (statusCode !== 200) throw refusal(statusCode, await body.text(), "/build");
        await followStream(body, "the build");
      } catch (error) {
        if (!deadline.aborted) throw error;
        throw new PermanentFailure(
          `the build took longer than ${Math.round(within / 1000)} s, and was given up`,
        );
      }
    },
    removeImage: async (reference) => {
      await act("DELETE", `/images/${reference}`, [200, 404, 409]);
    },
    push: async ({ reference, tag }, registry) => {
      const repository = `${registry}/${reference.slice(0, reference.lastIndexOf(":"))}`;
      await act("POST", `/images/${reference}/tag?repo=${encodeURIComponent(repository)}&tag=${tag}`, [201]);
      const { statusCode, body } = await ask("POST", `/images/${repository}/push?tag=${tag}`, {
        patience: PATIENCE.push,
      });
      if (statusCode !== 200) throw refusal(statusCode, await body.text(), "/push");
      // A registry that is away comes back: unlike a build, a push is worth another attempt.
      await followStream(body, "the push").catch((error: unknown) => {
        throw error instanceof PermanentFailure ? new Error(error.message) : error;
      });
    },
    run: async ({ name, body }, image) => {
      const create = (): Promise<number> =>
        act("POST", `/containers/create?name=${name}`, [201, 409], { body: JSON.stringify(body) });
      const isOfImage = async (): Promise<boolean> => {
        const { statusCode, body: answer } = await ask("GET", `/containers/${name}/json`);
        const text = await answer.text();
        if (statusCode !== 200) throw refusal(statusCode, text, "/containers");
        return ContainerSchema.parse(JSON.parse(text)).Image === image;
      };
      await create();
      if (!(await isOfImage())) {
        // One of before, or the name was given to another image meanwhile.
        await remove(name);
        await create();
        if (!(await isOfImage())) throw new Error(`${name} is not of the image that was checked`);
      }
      await act("POST", `/containers/${name}/start`, [204, 304]);
    },
    remove,
    lastLines: async (container) => {
      const { statusCode, body } = await ask(
        "GET",
        `/containers/${container}/logs?stdout=1&stderr=1&tail=${LOG_LINES}`,
      );
      const bytes = Buffer.from(await body.arrayBuffer());
      return statusCode === 200 ? readFrames(bytes).trim() : "";
    },
    ranOutOfMemory: async (container) => {
      const { statusCode, body } = await ask("GET", `/containers/${container}/json`);
      const text = await body.text();
      return statusCode === 200 && ContainerSchema.parse(JSON.parse(text)).State?.OOMKilled === true;
    },
    close: () => dispatcher.destroy(),
  };
}

interface AskOptions {
  readonly patience?: number;
  readonly body?: string | Readable;
  readonly type?: string;
  readonly signal?: AbortSignal;
  /** What a refusal of the request itself means. @default another attempt fails, too */
  readonly refused?: (text: string) => Error;
  /** Ask once more when only the version was wrong. @default true */
  readonly again?: boolean;
}

/** What the proxy does not allow will not be allowed later either; everything else may pass. */
function refusal(status: number, text: string, path: string): Error {
  const message = `Docker answers ${status} to ${path.split("?", 1)[0] ?? ""}: ${messageOf(text)}`;
  return status === 403 || status === 400 ? new PermanentFailure(message) : new Error(message);
}

function messageOf(text: string): string {
  try {
    return z.object({ message: z.string() }).parse(JSON.parse(text)).message;
  } catch {
    return text.slice(0, 500);
  }
}

/** Docker's log frames: one byte of stream, three of nothing, four of length, the text. */
function readFrames(bytes: Buffer): string {
  let text = "";
  for (let at = 0; at + 8 <= bytes.length;) {
    const length = bytes.readUInt32BE(at + 4);
    text += bytes.toString("utf8", at + 8, at + 8 + length);
    at += 8 + length;
  }
  return text;
}
