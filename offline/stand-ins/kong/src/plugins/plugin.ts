import type { Route } from "../entities/route.ts";
import type { Service } from "../entities/service.ts";
import type { HeaderList } from "../http/header-list.ts";
import type { Identities, Identity } from "../entities/identities.ts";
import type { Latencies } from "../metrics/request-metrics.ts";
import type { Field } from "../schema/field.ts";

/** What a plugin may know of a request, and change of it. */
export interface Exchange {
  readonly method: string;
  /** In normal form. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly clientAddress: string;
  /** As the client sent them. */
  readonly requestHeaders: HeaderList;
  /** What will be sent to the upstream server. Already holds Kong's own headers. */
  readonly upstreamHeaders: HeaderList;
  readonly route: Route;
  readonly service: Service | null;
  /** Everybody who is known. */
  readonly identities: Identities;
  /** Who calls, once a plugin has found out. */
  readonly identity: Identity | undefined;
}

/** An answer that a plugin gives in place of the upstream server. */
export interface Answer {
  readonly status: number;
  /** A text is sent as it is, anything else as JSON; undefined sends no body. */
  readonly body?: unknown;
  readonly headers?: readonly (readonly [string, string])[];
  /** Kong's form for errors: the message gets the request id beside it. */
  readonly error?: string;
}

/** What a plugin does in its turn before the request is passed on. */
export interface AccessOutcome {
  /** Ends the request here. */
  readonly answer?: Answer;
  /** Who calls; the plugins that come later are told. */
  readonly identity?: Identity;
  /** Headers for whatever response the client gets in the end. */
  readonly responseHeaders?: readonly (readonly [string, string])[];
  /** Bytes of the request's body beyond which it is answered with 413. @default any number */
  readonly largestBody?: number;
  /** Keeps this plugin from touching the response. @default false */
  readonly leaveResponse?: boolean;
}

/** What became of a request in the end. */
export interface Ended {
  readonly status: number;
  /** Whether the upstream server was asked. */
  readonly forwarded: boolean;
  /** Whose answer the client got, or waited for in vain. */
  readonly source: "service" | "kong";
  readonly latencies: Latencies;
  /** Name of the consumer that a plugin found to be the caller. */
  readonly consumer: string | undefined;
}

/** How a plugin follows a request from before the first one's turn to its end. */
export interface Following {
  /** Headers for whatever response the client gets in the end. */
  readonly responseHeaders: readonly (readonly [string, string])[];
  readonly ended: (ended: Ended) => void;
}

/** A kind of plugin; `C` is its checked configuration. */
export interface PluginKind<C> {
  readonly name: string;
  /** Kong's order: higher ones take their turn first. */
  readonly priority: number;
  readonly config: Field<C>;
  /** Begins to follow a request; may add headers for the upstream server. */
  readonly begin?: (config: C, exchange: Exchange) => Following | undefined;
  /** @param id of the plugin's entity, for what it counts */
  readonly access?: (config: C, exchange: Exchange, id: string) => AccessOutcome | undefined;
  /** Changes the headers of the response, whoever made it. */
  readonly response?: (config: C, request: HeaderList, response: HeaderList) => void;
}

/** A plugin whose configuration's type has been closed over, so that kinds can stand in one list. */
export interface BoundPlugin {
  readonly id: string;
  readonly name: string;
  readonly priority: number;
  readonly begin: (exchange: Exchange) => Following | undefined;
  readonly access: (exchange: Exchange) => AccessOutcome | undefined;
  readonly response: (request: HeaderList, response: HeaderList) => void;
}

/** A kind of plugin as the list of kinds sees it. */
export interface AnyPluginKind {
  readonly name: string;
  readonly priority: number;
  readonly config: Field<unknown>;
  /** Binds a stored configuration, or undefined when it does not fit the kind. */
  readonly bind: (id: string, config: unknown) => BoundPlugin | undefined;
}

export function definePlugin<C>(kind: PluginKind<C>): AnyPluginKind {
  const { name, priority, config: field } = kind;
  return {
    name,
    priority,
    config: field,
    bind: (id, stored) => {
      const parsed = field.parse(stored);
      if (!parsed.ok) return undefined;
      const config = parsed.value;
      return {
        id,
        name,
        priority,
        begin: (exchange) => kind.begin?.(config, exchange),
        access: (exchange) => kind.access?.(config, exchange, id),
        response: (request, response) => kind.response?.(config, request, response),
      };
    },
  };
}
