import type { FinalStage } from "../final-stage.ts";
import { callableBy, portOnCard } from "./call.ts";
import type { AgentCard } from "./card.ts";

/** A port on which an agent may take calls, and what says so. */
export interface PortCandidate {
  readonly port: number;
  /** Completes "port 8000, from …", e.g. "the address in AgentCard.json". */
  readonly from: string;
}

/** What the files of an agent's folder say about ports. */
export interface PortClues {
  /** @default there is none */
  readonly card?: {
    /** Name of its file. */
    readonly file: string;
    /** A field of its own, which no version of A2A knows: it is the author's last word. */
    readonly port?: number | undefined;
    readonly content: Pick<AgentCard, "interfaces"> | undefined;
  };
  /** @default there is none, or nobody can read it */
  readonly dockerfile?: { readonly file: string; readonly stage: FinalStage };
  /** @default there is none */
  readonly compose?: {
    readonly file: string;
    /** Ports inside the container. */
    readonly ports: readonly number[];
    /** Entrypoint and command, when it sets them. */
    readonly command: string;
  };
}

/** The port that agents listen on when nothing says otherwise. */
export const DEFAULT_PORT = 5000;

/**
 * Where an agent may take calls: the most telling first, each port once. People copy files from one agent to the
 * next, so that a card's address may be wrong while the rest of the folder is right: the others are tried as well.
 * Where the card names its port in so many words, there is no other.
 */
export function portCandidates({
  card,
  dockerfile,
  compose,
}: PortClues): readonly [PortCandidate, ...PortCandidate[]] {
  if (card?.port !== undefined) return [{ port: card.port, from: `"port" in ${card.file}` }];
  const callable = card?.content && callableBy(card.content);
  const addressed = callable?.kind === "json-rpc" ? portOnCard(callable.url) : undefined;
  const { exposed = [], command = "", env } = dockerfile?.stage ?? {};
  const published = compose?.ports ?? [];
  const run = compose === undefined || compose.command === "" ? command : compose.command;
  const said: readonly (PortCandidate | undefined)[] = [
    candidate(addressed, `the address in ${card?.file ?? ""}`),
    candidate(only(exposed), `EXPOSE in ${dockerfile?.file ?? ""}`),
    ...published.map((port) => candidate(port, `the ports in ${compose?.file ?? ""}`)),
    candidate(portInCommand(run), "its command"),
    candidate(portIn(env?.get("PORT")), `ENV PORT in ${dockerfile?.file ?? ""}`),
    ...exposed.map((port) => candidate(port, `EXPOSE in ${dockerfile?.file ?? ""}`)),
  ];
  const all = [...said.filter((one) => one !== undefined), { port: DEFAULT_PORT, from: "the default" }];
  const [first = { port: DEFAULT_PORT, from: "the default" }, ...others] = all.filter(
    ({ port }, index) => all.findIndex((other) => other.port === port) === index,
  );
  return [first, ...others.slice(0, MOST - 1)];
}

/** As many as a container is asked on. */
const MOST = 6;

const only = (ports: readonly number[]): number | undefined => (ports.length === 1 ? ports[0] : undefined);

const candidate = (port: number | undefined, from: string): PortCandidate | undefined =>
  port !== undefined && port >= 1 && port <= 65535 ? { port, from } : undefined;

/** @example portInCommand("uvicorn main:app --port 8000") // 8000 */
const portInCommand = (command: string): number | undefined =>
  portIn(/(?:^|\s)(?:--?port|-p)[=\s]+["']?(\d{1,5})\b/.exec(command)?.[1]);

const portIn = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : undefined;
