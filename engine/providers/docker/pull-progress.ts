/** Follows what the engine says while it pulls, one JSON message at a time. */
export interface PullProgress {
  /** Takes a message in; returns a line when there is something new worth telling. */
  accept(message: unknown): string | undefined;
  /** What the engine gave up with. */
  error(): string | undefined;
}

/** One line for every tenth of the download. */
const STEPS = 10;
const MEGABYTE = 1_000_000;

/** Sums up all layers: their own lines would be pages. */
export function createPullProgress(): PullProgress {
  const layers = new Map<string, { readonly current: number; readonly total: number }>();
  let reported = -1;
  let failure: string | undefined;
  return {
    accept: (message) => {
      failure = textOf(message, "error") ?? failure;
      const layer = textOf(message, "id");
      const status = textOf(message, "status");
      if (layer === undefined || status === undefined) return undefined;
      const known = layers.get(layer);
      if (status === "Downloading") {
        const detail: unknown = Reflect.get(Object(message), "progressDetail");
        const total = numberOf(detail, "total");
        if (total > 0) layers.set(layer, { current: numberOf(detail, "current"), total });
      } else if (known !== undefined && /^(?:Download|Pull) complete$/.test(status)) {
        layers.set(layer, { ...known, current: known.total });
      }
      const [current, total] = sums([...layers.values()]);
      const step = total === 0 ? -1 : Math.floor((current / total) * STEPS);
      // Layers that begin later make the whole larger: what was reported once is not reported again.
      if (step <= reported) return undefined;
      reported = step;
      return `pulled ${megabytes(current)} of ${megabytes(total)} MB`;
    },
    error: () => failure,
  };
}

function sums(layers: readonly { readonly current: number; readonly total: number }[]): [number, number] {
  return layers.reduce<[number, number]>(
    ([current, total], layer) => [current + layer.current, total + layer.total],
    [0, 0],
  );
}

const megabytes = (bytes: number): string => (bytes / MEGABYTE).toFixed(1);

function textOf(value: unknown, name: string): string | undefined {
  const field: unknown = Reflect.get(Object(value), name);
  return typeof field === "string" ? field : undefined;
}

function numberOf(value: unknown, name: string): number {
  const field: unknown = Reflect.get(Object(value), name);
  return typeof field === "number" ? field : 0;
}
