/** One figure as it stands now. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Figures of one name. */
export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge";
  readonly samples: readonly Sample[];
}

/** Of the format below. */
export const EXPOSITION_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Writes figures as Prometheus reads them; what has no sample is left out. */
export const exposition = (metrics: readonly Metric[]): string =>
  metrics
    .filter(({ samples }) => samples.length > 0)
    .flatMap(({ name, help, type, samples }) => [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} ${type}`,
      ...samples.map(({ labels, value }) => `${name}{${labelsOf(labels)}} ${value}`),
    ])
    .map((line) => `${line}\n`)
    .join("");

const labelsOf = (labels: Sample["labels"]): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${value.replaceAll(/["\\\n]/g, escaped)}"`)
    .join(",");

const escaped = (character: string): string => (character === "\n" ? String.raw`\n` : `\\${character}`);
