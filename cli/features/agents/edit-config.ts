import { isMap, parseDocument } from "yaml";

/** Agents by name: where each comes from, as `nasiko:agents` has it. */
export type AgentSources = Readonly<Record<string, string>>;

const PATH = ["config", "nasiko:agents"] as const;

/**
 * A stack's config file with exactly these agents; comments, order and form of all else stay as they are.
 * @param text the file; "" for one that does not exist yet
 * @throws YAMLParseError when it is no YAML
 */
export function withAgents(text: string, agents: AgentSources): string {
  const document = parseDocument(text);
  if (document.errors[0] !== undefined) throw document.errors[0];
  const written = document.getIn(PATH);
  if (isMap(written) && Object.keys(agents).length > 0) {
    for (const name of Object.keys(toRecord(written.toJSON()))) if (!(name in agents)) written.delete(name);
    for (const [name, source] of Object.entries(agents))
      if (written.get(name) !== source) written.set(name, source);
  } else {
    document.setIn(PATH, document.createNode(agents));
  }
  // No line is folded, and the file keeps its own step of indentation.
  return document.toString({
    lineWidth: 0,
    indent: indentOf(text),
    flowCollectionPadding: !/\{\S/.test(text),
  });
}

const toRecord = (value: unknown): object => (typeof value === "object" && value !== null ? value : {});

/** Spaces that the first indented line begins with. */
function indentOf(text: string): number {
  return /^( +)\S/m.exec(text)?.[1]?.length ?? 2;
}
