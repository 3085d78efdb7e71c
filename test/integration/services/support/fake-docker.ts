import type { ServerResponse } from "node:http";
import { answer, fakeServer, type FakeServer } from "./fake-server.ts";

export interface FakeContainer {
  readonly id: string;
  /** Also the host name by which the registry reaches it. */
  readonly name: string;
  readonly agent: string;
  readonly hash: string;
  readonly port: number;
  readonly created: number;
  readonly running?: boolean;
}

/** The Docker API behind the read proxy, as far as the registry uses it. */
export interface FakeDocker extends FakeServer {
  /** Adds a container, or changes it, and tells the listeners. */
  readonly set: (container: FakeContainer, action?: string) => void;
  readonly remove: (id: string) => void;
  /** Ends all event streams, as a proxy that restarts does. */
  readonly dropListeners: () => void;
  readonly listeners: () => number;
  /** While true, the list stays as it is, whatever the events say, as for a moment on a real engine. */
  frozen: boolean;
}

export async function fakeDocker(stack: string): Promise<FakeDocker> {
  const containers = new Map<string, FakeContainer>();
  const listeners = new Set<ServerResponse>();

  const tell = (action: string, id: string): void => {
    const event = { Type: "container", Action: action, Actor: { ID: id, Attributes: {} }, time: 1 };
    for (const listener of listeners) listener.write(`${JSON.stringify(event)}\n`);
  };

  let listed: readonly FakeContainer[] = [];
  const server = await fakeServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://docker");
    if (pathname === "/version") answer(response, 200, { ApiVersion: "1.41", MinAPIVersion: "1.12" });
    else if (pathname === "/v1.41/containers/json") {
      if (!fake.frozen) listed = [...containers.values()].toSorted((a, b) => b.created - a.created);
      answer(
        response,
        200,
        listed.map((container) => describe(container, stack)),
      );
    } else if (pathname === "/v1.41/networks") {
      answer(response, 200, [{ IPAM: { Config: [{ Subnet: "192.0.2.0/30", Gateway: "192.0.2.1" }] } }]);
    } else if (pathname === "/v1.41/events") {
      response.writeHead(200, { "content-type": "application/json" });
      response.flushHeaders();
      listeners.add(response);
      response.once("close", () => listeners.delete(response));
    } else {
      answer(response, 403, { message: "denied" });
    }
  });

  const fake: FakeDocker = {
    ...server,
    set: (container, action = "start") => {
      containers.set(container.id, container);
      tell(action, container.id);
    },
    remove: (id) => {
      containers.delete(id);
      tell("die", id);
      tell("destroy", id);
    },
    dropListeners: () => {
      for (const listener of listeners) listener.destroy();
    },
    listeners: () => listeners.size,
    frozen: false,
  };
  return fake;
}

function describe(container: FakeContainer, stack: string): unknown {
  return {
    Id: container.id,
    Names: [`/${container.name}`],
    Created: container.created,
    State: container.running === false ? "exited" : "running",
    Status: container.running === false ? "Exited (1) 1 second ago" : "Up 1 second",
    Labels: {
      "nasiko.stack": stack,
      "nasiko.kind": "agent",
      "nasiko.agent": container.agent,
      "nasiko.hash": container.hash,
      "nasiko.port": String(container.port),
    },
  };
}
