import * as http from "node:http";

/** One request; the path goes out exactly as it is written here. */
export interface Asked {
  readonly port: number;
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Answered {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

/** Sends the head of a request and hands out both ends. */
export function open({ port, method = "GET", path, headers = {} }: Asked): http.ClientRequest {
  return http.request({ host: "127.0.0.1", port, method, path, headers });
}

export function responseTo(request: http.ClientRequest): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once("response", resolve);
    request.once("error", reject);
  });
}

export async function ask(asked: Asked): Promise<Answered> {
  const request = open(asked);
  const answered = responseTo(request);
  request.end(asked.body);
  const response = await answered;
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer); // without an encoding set, chunks are Buffers
  const text = Buffer.concat(chunks).toString("utf8");
  return { status: response.statusCode ?? 0, headers: response.headers, text };
}

/** Asks with a JSON body. */
export const askJson = (asked: Omit<Asked, "body">, body: unknown): Promise<Answered> =>
  ask({
    ...asked,
    headers: { "content-type": "application/json", ...asked.headers },
    body: JSON.stringify(body),
  });

/** What the upstream program tells of the request that reached it. */
export interface Told {
  readonly server: string;
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: number;
}
// The upstream program is ours and writes exactly this.
export const told = ({ text }: Answered): Told => JSON.parse(text) as Told;

/** Waits until it holds; the test's own time limit ends a wait in vain. */
export async function eventually(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50));
}
