/** Names and values, in the order in which they are written. */
export type Labels = readonly (readonly [name: string, value: string])[];

export interface Sample {
  /** What follows the name of the metric, e.g. "_bucket". @default nothing */
  readonly suffix?: string;
  readonly labels: Labels;
  readonly value: number;
}

/** A metric with all its samples. */
export interface Metric {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  /** One line. */
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** What the text format has other characters for in the value of a label. */
const ESCAPES: Readonly<Record<string, string>> = {
  "\\": String.raw`\\`,
  '"': String.raw`\"`,
  "\n": String.raw`\n`,
};
const escaped = (value: string): string => value.replace(/["\\\n]/g, (found) => ESCAPES[found] ?? found);

function lineOf(name: string, { suffix = "", labels, value }: Sample): string {
  const pairs = labels.map(([label, text]) => `${label}="${escaped(text)}"`).join(",");
  return `${name}${suffix}${pairs === "" ? "" : `{${pairs}}`} ${value}\n`;
}

/** Prometheus' text format (version 0.0.4), in the order of names; a metric without samples is left out, as in Kong. */
export const exposition = (metrics: readonly Metric[]): string =>
  metrics
    .filter(({ samples }) => samples.length > 0)
    .toSorted((left, right) => (left.name < right.name ? -1 : 1))
    .map(
      ({ name, type, help, samples }) =>
        `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${samples.map((sample) => lineOf(name, sample)).join("")}`,
    )
    .join("");
