import type { NasikoError } from "../errors/define-error.ts";
import { sensitive, type SensitiveText } from "../services/env-value.ts";
import type { NamedVariable } from "./compose-file.ts";
import {
  agentFileInvalid,
  agentVariableMissing,
  agentVariableUngiven,
  agentVariableWithheld,
} from "./errors.ts";
import type { VariableLookup } from "../settings/variable.ts";
import { readEnvFile } from "../../engine/formats/compose/env-file.ts";
import { type Interpolated, interpolate } from "../../engine/formats/compose/interpolate.ts";
import { type AgentContract, lineInvalid } from "./read-agent.ts";

export interface AgentEnvironmentRequest {
  /** Name of the agent, for the messages. */
  readonly agent: string;
  readonly contract: Pick<AgentContract, "composePath" | "environment" | "ownValues" | "envFiles">;
  /** Secrets of this agent, by variable. */
  readonly secrets: Readonly<Record<string, string>>;
  /** What the platform says, e.g. where its gateway is. */
  readonly platform: Readonly<Record<string, string>>;
  /** Settings, environment and env files. */
  readonly outside: VariableLookup;
  /** Which variables from outside the agent may have; secrets of the platform it has not, whatever this says. */
  readonly mayHave: (name: string) => boolean;
  /** Where it comes from, for the messages. */
  readonly folder: string;
}

export interface AgentEnvironment {
  readonly env: Readonly<Record<string, string | SensitiveText>>;
  /** Every variable without a value. */
  readonly problems: readonly NasikoError[];
  /** Secrets that nothing in the compose file asks for. */
  readonly unused: readonly string[];
}

/**
 * The variables that an agent gets: those that its compose file names, and no others. Values are looked for among
 * the agent's secrets, what the platform says, settings with environment and env files as far as the agent may have
 * them, and the folder's own .env.
 */
export function agentEnvironment(request: AgentEnvironmentRequest): AgentEnvironment {
  const { agent, contract, secrets, folder } = request;
  const asked = new Set<string>();
  const lookup: VariableLookup = (name) => {
    asked.add(name);
    return find(name, request);
  };
  const problems: NasikoError[] = [];
  const env: Record<string, string | SensitiveText> = {};
  const fromFiles = new Map<string, string>();
  for (const { path, bytes } of contract.envFiles) {
    // A file may be made of those before it.
    const file = readEnvFile(bytes, (name) => {
      const before = fromFiles.get(name);
      return lookup(name) ?? (before === undefined ? undefined : { value: before, sensitive: true });
    });
    problems.push(...file.problems.map((problem) => lineInvalid(path, problem)));
    for (const { name, value } of file.variables) {
      fromFiles.set(name, value);
      env[name] = sensitive(value);
    }
  }
  for (const named of contract.environment) {
    const { name, line } = named;
    const filled = fillIn(named, lookup);
    const where = { path: contract.composePath, line };
    if ("malformed" in filled) problems.push(malformed({ ...where, reason: filled.malformed }));
    else {
      for (const variable of filled.missing) {
        const missing = { agent, variable, ...where };
        const outside = request.outside(variable);
        if (outside === undefined) problems.push(agentVariableMissing(missing));
        else if (outside.withheld === true) problems.push(agentVariableWithheld(missing));
        else problems.push(agentVariableUngiven({ ...missing, folder }));
      }
      env[name] = filled.sensitive ? sensitive(filled.value) : filled.value;
    }
  }
  return { env, problems, unused: Object.keys(secrets).filter((name) => !asked.has(name)) };
}

function find(name: string, request: AgentEnvironmentRequest): ReturnType<VariableLookup> {
  const secret = ownValue(request.secrets, name);
  if (secret !== undefined) return { value: secret, sensitive: true };
  const platform = ownValue(request.platform, name);
  if (platform !== undefined) return { value: platform, sensitive: false };
  const outside = request.outside(name);
  if (outside !== undefined && outside.withheld !== true && request.mayHave(name)) return outside;
  const own = ownValue(request.contract.ownValues, name);
  // People keep keys in such files; what is none is no worse for being treated as one.
  return own === undefined ? undefined : { value: own, sensitive: true };
}

function fillIn(
  { name, text }: NamedVariable,
  lookup: VariableLookup,
): Omit<Interpolated, "demanded"> | { readonly malformed: string } {
  if (text === undefined) {
    const found = lookup(name);
    return found === undefined ? { value: "", sensitive: false, missing: [name] } : { ...found, missing: [] };
  }
  try {
    return interpolate(text, lookup);
  } catch (error) {
    if (error instanceof SyntaxError) return { malformed: error.message };
    throw error;
  }
}

const malformed = (where: {
  readonly path: string;
  readonly line: number;
  readonly reason: string;
}): NasikoError => agentFileInvalid({ ...where, suggestion: "Write ${NAME}, or $$ for a dollar sign." });

const ownValue = (values: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.hasOwn(values, name) ? values[name] : undefined;
