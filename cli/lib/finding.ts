import type { NasikoError } from "../../platform/errors/define-error.ts";

/** What was looked at before anything changes, and what came out. */
export interface Finding {
  readonly group: "engine" | "resources" | "ports" | "stack" | "images" | "toolchain";
  /** e.g. "memory" */
  readonly name: string;
  /** "problem": `up` refuses. "note": worth knowing; `up` goes on. */
  readonly verdict: "ok" | "note" | "problem";
  readonly text: string;
  /** Why `up` refuses, with the way out; present for a "problem". */
  readonly problem?: NasikoError;
}

type Group = Finding["group"];

export const ok = (group: Group, name: string, text: string): Finding => ({
  group,
  name,
  verdict: "ok",
  text,
});

export const note = (group: Group, name: string, text: string): Finding => ({
  group,
  name,
  verdict: "note",
  text,
});

export const refusal = (group: Group, name: string, problem: NasikoError): Finding => ({
  group,
  name,
  verdict: "problem",
  text: problem.message,
  problem,
});

export const problemsIn = (findings: readonly Finding[]): readonly NasikoError[] =>
  findings.flatMap(({ problem }) => problem ?? []);
