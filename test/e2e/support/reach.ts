import { connect } from "node:net";

import { docker, type TestStack } from "./test-stack.ts";

/** Where something of the stack listens inside its container, whether or not that is published. */
const LISTENERS: Readonly<Record<string, readonly number[]>> = {
  mongodb: [27017],
  redis: [6379],
  "kong-database": [5432],
  kong: [8000, 8001, 4318, 8100],
  "docker-proxy-read": [2375, 9101],
  "docker-proxy-build": [2375],
  "kong-service-registry": [8080],
  "agent-registry": [5000],
  "nasiko-backend": [8000],
  "nasiko-chat-history": [8002],
  "nasiko-router": [8000],
  "nasiko-web": [4000],
  "langtrace-postgres": [5432],
  "langtrace-clickhouse": [8123, 9000],
  langtrace: [3000],
  phoenix: [6006],
  prometheus: [9090],
  "otel-collector": [4317, 4318, 4320, 8888, 8889],
  ollama: [11434],
  n8n: [5678],
};

/** One place to knock at. */
export interface Door {
  readonly service: string;
  /** Network of the address, or "name" for the name that services use. */
  readonly by: string;
  readonly host: string;
  readonly port: number;
}

/** Every door of every service: by name, and by its address on each network that it is on. */
export async function doorsOf(stack: TestStack): Promise<readonly Door[]> {
  const doors = await Promise.all(
    Object.entries(LISTENERS).map(async ([service, ports]) => {
      const container = await docker.container(stack.containerName(service));
      const networks = Object.entries(container?.NetworkSettings.Networks ?? {});
      const places = [
        { by: "name", host: service },
        ...networks.map(([by, { IPAddress }]) => ({ by, host: IPAddress })),
      ];
      return ports.flatMap((port) => places.map((place) => ({ service, port, ...place })));
    }),
  );
  return [
    ...doors.flat(),
    { service: "kong", by: "name", host: "kong-admin", port: 8001 },
    { service: "kong", by: "name", host: "kong-status", port: 8100 },
  ];
}

/** Milliseconds: what is filtered does not answer at all. */
const PATIENCE = 10_000;

/** The doors that open from here: this machine has an address on every network of its own engine. */
export async function openHere(doors: readonly Door[]): Promise<readonly Door[]> {
  const opens = await Promise.all(
    doors.map(
      ({ host, port }) =>
        new Promise<boolean>((resolve) => {
          const socket = connect({ host, port, timeout: PATIENCE });
          const done = (open: boolean): void => {
            socket.destroy();
            resolve(open);
          };
          socket
            .on("connect", () => done(true))
            .on("error", () => done(false))
            .on("timeout", () => done(false));
        }),
    ),
  );
  return doors.filter((_door, index) => opens[index]);
}

/** Tries all doors at once, and prints the numbers of those that open. */
const KNOCK = `
  const doors = JSON.parse(process.argv[1]);
  const open = [];
  Promise.all(doors.map(([host, port], index) => new Promise((resolve) => {
    const socket = require("node:net").connect({ host, port });
    const timer = setTimeout(() => socket.destroy(new Error("silent")), ${PATIENCE});
    socket.on("connect", () => { open.push(index); socket.destroy(); });
    socket.on("error", () => {});
    socket.on("close", () => { clearTimeout(timer); resolve(); });
  }))).then(() => console.log(JSON.stringify(open)));
`;

/** The doors that open from inside a container that has Node. */
export async function openFrom(container: string, doors: readonly Door[]): Promise<readonly Door[]> {
  const list = JSON.stringify(doors.map(({ host, port }) => [host, port]));
  const { exitCode, output } = await docker.exec(container, ["node", "-e", KNOCK, list], {
    timeout: 120_000,
    signal: new AbortController().signal,
  });
  if (exitCode !== 0) throw new Error(`${container} could not knock: ${output}`);
  // The script above prints a list of numbers.
  const open = JSON.parse(output) as readonly number[];
  return doors.filter((_door, index) => open.includes(index));
}
