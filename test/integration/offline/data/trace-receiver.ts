import { z } from "zod";
import type { Stack } from "./service-container.ts";

const PORT = 6006;

/** Keeps what it is sent as OTLP/JSON, answers as it is told, and shows it all. */
const PROGRAM = `
  let status = 200;
  const kept = [];
  require("node:http").createServer((request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      const body = Buffer.concat(parts);
      if (request.method === "PUT") status = Number(body);
      else if (request.method === "POST" && status === 200)
        kept.push(...JSON.parse(request.headers["content-encoding"] === "gzip" ? require("node:zlib").gunzipSync(body) : body).resourceSpans);
      response.statusCode = request.method === "POST" ? status : 200;
      response.end(request.method === "GET" ? JSON.stringify(kept) : "{}");
    });
  }).listen(${PORT});`;

const Attributes = z
  .array(z.object({ key: z.string(), value: z.object({ stringValue: z.string() }).partial() }))
  .default([])
  .transform((list) => Object.fromEntries(list.map(({ key, value }) => [key, value.stringValue ?? ""])));
const Kept = z.array(
  z.object({
    resource: z.object({ attributes: Attributes }).default({ attributes: {} }),
    scopeSpans: z.array(z.object({ spans: z.array(z.object({ name: z.string(), attributes: Attributes })) })),
  }),
);

/** A span that arrived, with what its sender is said to be. */
export interface Arrived {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly resource: Readonly<Record<string, string>>;
}

/** A store of traces that tells what it got. */
export interface TraceReceiver {
  /** With which status it answers from now on; what it refuses it does not keep. */
  readonly answer: (status: number) => Promise<void>;
  readonly named: (name: string) => Promise<readonly Arrived[]>;
}

/** Stands in the place of Phoenix; takes JSON alone. */
export async function startReceiver(stack: Stack): Promise<TraceReceiver> {
  const url = `http://${await stack.program("phoenix", PROGRAM)}:${PORT}`;
  return {
    answer: async (status) => {
      await fetch(url, { method: "PUT", body: String(status) });
    },
    named: async (name) => {
      const kept = Kept.parse(await (await fetch(url)).json());
      return kept.flatMap(({ resource, scopeSpans }) =>
        scopeSpans
          .flatMap(({ spans }) => spans)
          .filter((one) => one.name === name)
          .map((one) => ({ ...one, resource: resource.attributes })),
      );
    },
  };
}
