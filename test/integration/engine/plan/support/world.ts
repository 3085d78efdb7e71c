import type { ServiceSpec } from "../../../../../platform/services/service-spec.ts";

type Labels = Readonly<Record<string, string>>;

/** What the fixture declares: plain data, since it travels as configuration. */
export interface World {
  /** Value of the label `nasiko.stack`, and beginning of every name. */
  readonly stack: string;
  readonly specs: readonly ServiceSpec[];
  /** Reference by the name in `spec.image`. */
  readonly images: Readonly<Record<string, string>>;
  /** Folders relative to the fixture, by the reference of the image that is built from it. @default none */
  readonly builds?: Readonly<Record<string, string>>;
  /** Extra labels by role. */
  readonly networks: Readonly<Record<string, Labels>>;
  /** Extra labels by short name. @default none */
  readonly volumes?: Readonly<Record<string, Labels>>;
  /** Length by purpose. @default none */
  readonly secrets?: Readonly<Record<string, number>>;
  /** Arguments that have the last word, by service. @default none */
  readonly transforms?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
