import { Agent, request } from "undici";
import { isVersionRefusal } from "../../../engine/formats/api-version.ts";
import { negotiated } from "../../../engine/formats/negotiated.ts";
import { isObject, isText, parseJson } from "../../lib/json.ts";
import { lines } from "../../lib/lines.ts";

/** Something happened to a container of the stack. */
export interface DockerEvent {
  /** e.g. "start", "die", "health_status: unhealthy" */
  readonly action: string;
  /** Id of the container. */
  readonly id: string;
}

/** What is asked of Docker. */
export interface DockerClient {
  /** The containers of agents, running or not, as the engine lists them. */
  list(): Promise<unknown>;
  /** The networks of agents, as the engine lists them. */
  networks(): Promise<unknown>;
  /** Resolves when the subscription stands; what is listed after that misses nothing. */
  events(signal: AbortSignal): Promise<AsyncIterable<DockerEvent>>;
  close(): Promise<void>;
}

const PATIENCE = 5000;

interface GetOptions {
  readonly bodyTimeout: number;
  readonly signal?: AbortSignal;
  /** Ask once more when only the version was wrong. @default true */
  readonly again?: boolean;
}

const AGENTS = { label: ["nasiko.kind=agent"] };
const NETWORKS = { label: ["nasiko.network=agents"] };
const EVENTS = ["create", "start", "die", "destroy", "pause", "unpause", "rename", "health_status"];

export function createDockerClient(url: string): DockerClient {
  const dispatcher = new Agent({ connect: { timeout: PATIENCE }, headersTimeout: 2 * PATIENCE });
  const version = negotiated(async () => {
    const { statusCode, body } = await request(`${url}/version`, { dispatcher, bodyTimeout: PATIENCE });
    if (statusCode === 200) return body.json();
    throw new Error(`Docker answers ${statusCode}: ${await body.text()}`);
  });
  const get = async (
    path: string,
    filters: object,
    options: GetOptions,
  ): Promise<AsyncIterable<Uint8Array>> => {
    const query = new URLSearchParams({ filters: JSON.stringify(filters) }).toString();
    const target = `${url}${await version.prefix()}${path}${path.includes("?") ? "&" : "?"}${query}`;
    const { statusCode, body } = await request(target, { dispatcher, ...options });
    if (statusCode === 200) return body;
    const text = await body.text();
    if (!isVersionRefusal(statusCode, text)) throw new Error(`Docker answers ${statusCode}: ${text}`);
    // The engine was upgraded since it was asked.
    version.forget();
    if (options.again === false) throw new Error(`Docker answers ${statusCode}: ${text}`);
    return get(path, filters, { ...options, again: false });
  };
  return {
    list: async () => {
      const body = await get("/containers/json?all=1", AGENTS, { bodyTimeout: PATIENCE });
      return parseJson(await readText(body));
    },
    networks: async () =>
      parseJson(await readText(await get("/networks", NETWORKS, { bodyTimeout: PATIENCE }))),
    events: async (signal) => {
      const filters = { ...AGENTS, type: ["container"], event: EVENTS };
      return readEvents(await get("/events", filters, { bodyTimeout: 0, signal }));
    },
    close: () => dispatcher.destroy(),
  };
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<DockerEvent> {
  for await (const line of lines(body)) {
    const event = parseJson(line);
    const actor = isObject(event) ? event["Actor"] : undefined;
    const id = isObject(actor) ? actor["ID"] : undefined;
    const action = isObject(event) ? event["Action"] : undefined;
    if (isText(id) && isText(action)) yield { action, id };
  }
}
