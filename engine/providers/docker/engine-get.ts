import type { ClientRequest } from "node:http";

import type { EngineOptions } from "./connection.ts";

// Not imported: an import asks for every export, among them WebSocket, for which Node loads all of fetch (40 ms).
const { request: plain } = process.getBuiltinModule("node:http");

/** What the engine refused, in the shape of the library's own errors. */
class EngineAnswer extends Error {
  readonly statusCode: number;
  readonly json: unknown;

  constructor(statusCode: number, json: unknown, text: string) {
    super(text);
    this.statusCode = statusCode;
    this.json = json;
  }
}

/**
 * Asks the engine for something, without dockerode: loading the library with its ssh and gRPC takes longer than all
 * that `status` asks.
 * @param silence milliseconds that the engine may say nothing; then we hang up, as the library does
 * @returns the answer's JSON, or its text where it is none
 */
export async function engineGet(options: EngineOptions, path: string, silence: number): Promise<unknown> {
  const { statusCode, text } = await new Promise<{ readonly statusCode: number; readonly text: string }>(
    (resolve, reject) => {
      const request = open(options, path);
      request
        .setTimeout(silence, () => request.destroy())
        .on("response", (response) => {
          const parts: Buffer[] = [];
          response
            .on("data", (part: Buffer) => parts.push(part))
            .on("end", () =>
              resolve({ statusCode: response.statusCode ?? 0, text: Buffer.concat(parts).toString("utf8") }),
            )
            .on("error", reject);
        })
        .on("error", reject)
        .end();
    },
  );
  const answer = parse(text);
  if (statusCode >= 200 && statusCode < 300) return answer;
  throw new EngineAnswer(statusCode, answer, `(HTTP code ${statusCode}) ${text}`);
}

function open(
  { socketPath, protocol, host, port, ca, cert, key, agent }: EngineOptions,
  path: string,
): ClientRequest {
  if (typeof socketPath === "string") return plain({ socketPath, path });
  const address = {
    ...(host == null ? {} : { host }),
    ...(port == null ? {} : { port }),
    ...(agent === undefined ? {} : { agent }),
    path,
  };
  if (protocol !== "https") return plain(address);
  return process.getBuiltinModule("node:https").request({
    ...address,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
