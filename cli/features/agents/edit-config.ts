import { isDeepStrictEqual } from "node:util";

import { isMap, parseDocument } from "yaml";

import type { AgentSources, AgentVariables } from "../../stack/config/agent-decisions.ts";

/**
 * A stack's config file with exactly these agents; comments, order and form of all else stay as they are.
 * @param text the file; "" for one that does not exist yet
 * @throws YAMLParseError when it is no YAML
 */
export const withAgents = (text: string, agents: AgentSources): string => withEntries(text, "agents", agents);

/** The same for the variables that agents may have; the setting goes when there are none. */
export const withAgentVariables = (text: string, variables: AgentVariables): string =>
  withEntries(text, "agentEnv", variables, { dropEmpty: true });

function withEntries(
  text: string,
  setting: string,
  entries: Readonly<Record<string, string | readonly string[]>>,
  { dropEmpty = false } = {},
): string {
  const path = ["config", `nasiko:${setting}`];
  const document = parseDocument(text);
  if (document.errors[0] !== undefined) throw document.errors[0];
  const written = document.getIn(path);
  const isEmpty = Object.keys(entries).length === 0;
  if (isEmpty && dropEmpty) {
    if (written === undefined) return text;
    document.deleteIn(path);
  } else if (isMap(written) && !isEmpty) {
    const before = toRecord(written.toJSON());
    for (const name of Object.keys(before)) if (!(name in entries)) written.delete(name);
    for (const [name, value] of Object.entries(entries))
      if (!isDeepStrictEqual(before[name], value)) written.set(name, document.createNode(value));
  } else {
    document.setIn(path, document.createNode(entries));
  }
  // No line is folded, and the file keeps its own step of indentation.
  return document.toString({
    lineWidth: 0,
    indent: indentOf(text),
    flowCollectionPadding: !/\{\S/.test(text),
  });
}

const toRecord = (value: unknown): Readonly<Record<string, unknown>> =>
  // Whatever a key of an object holds is unknown; that much is known of every object.
  typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

/** Spaces that the first indented line begins with. */
function indentOf(text: string): number {
  return /^( +)\S/m.exec(text)?.[1]?.length ?? 2;
}
