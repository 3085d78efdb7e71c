import type { Metric, Labels } from "./exposition.ts";
import { createHistogram, type Histogram } from "./histogram.ts";

/** By what requests are told apart. */
export interface Place {
  readonly service: string;
  readonly route: string;
}

/** How long a request took, in whole milliseconds. */
export interface Latencies {
  readonly request: number;
  /** Until the service answered; undefined when none was asked. */
  readonly upstream: number | undefined;
  readonly kong: number;
}

/** What became of one request. */
export interface Counted {
  readonly code: number;
  /** Whose answer the client got. */
  readonly source: "service" | "kong";
  /** Name of who called; empty when nobody is to know. */
  readonly consumer: string;
}

/** The figures of one place. */
export interface PlaceMetrics {
  readonly count: (counted: Counted) => void;
  readonly time: (latencies: Latencies) => void;
}

/** What is known of all requests since the start. */
export interface RequestMetrics {
  readonly of: (place: Place) => PlaceMetrics;
  /** Forgets all other places: routes come and go, and what is kept must not grow for ever. */
  readonly retain: (places: Iterable<Place>) => void;
  readonly read: () => readonly Metric[];
}

/** Milliseconds; Kong's own bounds. */
const KONG_BOUNDS = [1, 2, 5, 7, 10, 15, 20, 30, 50, 75, 100, 200, 500, 750, 1000, 3000, 6000];
const SERVICE_BOUNDS = [25, 50, 80, 100, 250, 400, 700, 1000, 2000, 5000, 10_000, 30_000, 60_000];

/** There are no other ones in Kong's open-source edition. */
const WORKSPACE = "default";

interface Tally extends Counted {
  count: number;
}

interface Figures extends PlaceMetrics {
  readonly place: Place;
  readonly tallies: ReadonlyMap<string, Readonly<Tally>>;
  readonly latencies: Readonly<Record<keyof Latencies, Histogram>>;
}

function createFigures(place: Place): Figures {
  const tallies = new Map<string, Tally>();
  const latencies = {
    request: createHistogram(SERVICE_BOUNDS),
    upstream: createHistogram(SERVICE_BOUNDS),
    kong: createHistogram(KONG_BOUNDS),
  };
  return {
    ...{ place, tallies, latencies },
    count: (counted) => {
      const key = `${counted.code} ${counted.source} ${counted.consumer}`;
      const tally = tallies.get(key);
      if (tally === undefined) tallies.set(key, { ...counted, count: 1 });
      else tally.count += 1;
    },
    time: ({ request, upstream, kong }) => {
      latencies.request.observe(request);
      if (upstream !== undefined) latencies.upstream.observe(upstream);
      latencies.kong.observe(kong);
    },
  };
}

const keyOf = ({ service, route }: Place): string => `${service}\n${route}`;

const HISTOGRAMS: Readonly<Record<keyof Latencies, readonly [name: string, help: string]>> = {
  request: ["kong_request_latency_ms", "Time from a request to the end of its answer"],
  upstream: ["kong_upstream_latency_ms", "Time that the service took to begin its answer"],
  kong: ["kong_kong_latency_ms", "Time that the gateway and its plugins took"],
};

function histogramOf(kind: keyof Latencies, all: readonly Figures[]): Metric {
  const [name, help] = HISTOGRAMS[kind];
  const read = all.map(({ place: { service, route }, latencies }) =>
    latencies[kind].samples([
      ["service", service],
      ["route", route],
      ["workspace", WORKSPACE],
    ]),
  );
  const samples = (["bucket", "count", "sum"] as const).flatMap((part) => read.flatMap((each) => each[part]));
  return { name, type: "histogram", help, samples };
}

const labelsOf = ({ service, route }: Place, { code, source, consumer }: Counted): Labels => [
  ["service", service],
  ["route", route],
  ["code", String(code)],
  ["source", source],
  ["workspace", WORKSPACE],
  ["consumer", consumer],
];

export function createRequestMetrics(): RequestMetrics {
  const known = new Map<string, Figures>();
  return {
    of: (place) => {
      const key = keyOf(place);
      const found = known.get(key) ?? createFigures(place);
      known.set(key, found);
      return found;
    },
    retain: (places) => {
      const kept = new Set(Array.from(places, keyOf));
      for (const key of known.keys()) if (!kept.has(key)) known.delete(key);
    },
    read: () => {
      const all = [...known]
        .toSorted(([left], [right]) => (left < right ? -1 : 1))
        .map(([, figures]) => figures);
      return [
        {
          name: "kong_http_requests_total",
          type: "counter",
          help: "Requests by service, route, status and whose answer it was",
          samples: all.flatMap(({ place, tallies }) =>
            [...tallies.values()].map((tally) => ({ labels: labelsOf(place, tally), value: tally.count })),
          ),
        },
        ...(["request", "upstream", "kong"] as const).map((kind) => histogramOf(kind, all)),
      ];
    },
  };
}
