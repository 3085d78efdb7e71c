import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";

/** What the front does with a request instead of handing it on. */
export type Mood =
  | { readonly status: number; readonly code: string; readonly message: string }
  /** Takes the connection away in the middle. */
  | "break";

/** An HTTP front of a registry with moods. */
export interface MoodyFront {
  readonly address: string;
  /**
   * What happens to the next tries to get a manifest, one mood each; after them all is well. How often an engine asks
   * in one try is its own business, so a try ends when {@link calmDown} says so; a connection breaks once.
   */
  expect(...moods: readonly Mood[]): void;
  /** The try is over. */
  calmDown(): void;
  stop(): Promise<void>;
}

export async function startFront(registry: string): Promise<MoodyFront> {
  let moods: Mood[] = [];
  const server = createServer((incoming, outgoing) => {
    const aboutManifest = incoming.url?.includes("/manifests/") === true;
    const mood = aboutManifest ? moods[0] : undefined;
    if (mood === "break") moods.shift();
    if (mood === undefined) handOn(registry, incoming, outgoing);
    else if (mood === "break") incoming.socket.destroy();
    else answer(outgoing, mood);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    address: `127.0.0.1:${port}`,
    expect: (...next) => {
      moods = [...next];
    },
    calmDown: () => {
      if (moods[0] !== "break") moods.shift();
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(outgoing: ServerResponse, { status, code, message }: Exclude<Mood, "break">): void {
  outgoing.writeHead(status, { "content-type": "application/json" });
  outgoing.end(JSON.stringify({ errors: [{ code, message }] }));
}

function handOn(registry: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const [host = "", port = ""] = registry.split(":");
  // The host stays the front's own: the registry's redirects and upload addresses must lead back here.
  const { method, url, headers } = incoming;
  const onward = request({ host, port, method, path: url, headers }, (response) => {
    outgoing.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(outgoing);
  });
  onward.on("error", () => outgoing.destroy());
  incoming.pipe(onward);
}
