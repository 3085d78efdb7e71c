import { parseDuration } from "../../../engine/formats/duration.ts";
import { isAllowedBase, type BaseRules } from "./allowed-bases.ts";
import { logicalLines, type LogicalLine } from "./logical-lines.ts";
import { type DockerfileRefusal, quoted, Refused } from "./refusal.ts";
import { plainWords, quotedWords, takeFlags, wordsOrList } from "./words.ts";

/** Labels by which the platform knows what is its own. */
const PLATFORM_LABELS = "nasiko.";
/** Seconds between two runs of a health check: each one starts a program on the engine. */
const SHORTEST_INTERVAL = 5;

/** What is known at one line of the file. */
interface Position {
  readonly rules: BaseRules;
  /** Names of the stages that are complete. */
  readonly stages: ReadonlySet<string>;
  /** How many stages are complete. */
  readonly complete: number;
  /** Build arguments of the whole file; undefined: whose value cannot be told. */
  readonly variables: ReadonlyMap<string, string | undefined>;
}

/**
 * Checks the Dockerfile of an upload before an engine sees it: it may take things from its own folder, from its own
 * earlier stages and from a list of public bases, and nothing else; nor may it carry the platform's labels. What is not
 * understood is refused. Takes time that grows with the size of the file only.
 * @returns the first thing that is not allowed; undefined when all is
 */
export function checkDockerfile(dockerfile: string, rules: BaseRules): DockerfileRefusal | undefined {
  try {
    check(logicalLines(dockerfile), rules);
    return undefined;
  } catch (error) {
    if (error instanceof Refused) return { line: error.line, reason: error.message };
    throw error;
  }
}

function check(lines: readonly LogicalLine[], rules: BaseRules): void {
  const stages = new Set<string>();
  const variables = new Map<string, string | undefined>();
  /** The stage that is being described: the engine does not know its name before it is complete. */
  let current: { readonly name: string } | undefined;
  let complete = 0;
  for (const logical of lines) {
    const { line, keyword, rest } = logical;
    if (keyword === "FROM") {
      if (current !== undefined) complete++;
      if (current !== undefined && current.name !== "") stages.add(current.name);
      current = { name: checkFrom(logical, { rules, stages, complete, variables }) };
      if (stages.has(current.name)) throw new Refused(line, `there are two stages called ${current.name}`);
      continue;
    }
    if (keyword === "ARG" && current === undefined) declare(rest, variables);
    else if (current === undefined) throw new Refused(line, `${keyword} stands before the first FROM`);
    else checkInstruction(logical, { rules, stages, complete, variables });
  }
  if (current === undefined) throw new Refused(lines.at(-1)?.line ?? 1, "there is no FROM line");
}

/** @returns the name of the stage; empty when it has none */
function checkFrom({ line, rest }: LogicalLine, position: Position): string {
  const { rest: image } = takeFlags(rest, ["platform"], line);
  const [mention = "", as = "AS", name = "", ...more] = plainWords(image);
  const stage = name.toLowerCase();
  if (more.length > 0 || as.toUpperCase() !== "AS" || (name !== "" && !/^[a-z][\w.-]{0,127}$/.test(stage)))
    throw new Refused(line, "FROM is not understood; it is FROM image, or FROM image AS name");
  const reference = substitute(mention, position.variables);
  if (reference === undefined)
    throw new Refused(
      line,
      `which image ${quoted(mention)} is cannot be told; give the argument a plain value`,
    );
  if (reference !== "scratch" && !position.stages.has(reference.toLowerCase()))
    requireBase(reference, line, position);
  return stage;
}

function requireBase(reference: string, line: number, { rules }: Position): void {
  if (!isAllowedBase(reference, rules))
    throw new Refused(
      line,
      `${quoted(reference)} is neither an earlier stage nor one of the bases that NASIKO_AGENT_BASES allows`,
    );
}

function checkInstruction({ line, keyword, rest }: LogicalLine, position: Position): void {
  switch (keyword) {
    case "ADD":
      checkAdd(takeFlags(rest, ["chown", "chmod", "link", "exclude"], line).rest, line);
      return;
    case "COPY":
      for (const [name, value] of takeFlags(
        rest,
        ["from", "chown", "chmod", "link", "parents", "exclude"],
        line,
      ).flags)
        if (name === "from") requireSource(value, line, position);
      return;
    case "RUN":
      for (const [name, value] of takeFlags(rest, ["mount", "network"], line).flags)
        if (name === "mount") checkMount(value, line, position);
        else if (value !== "none" && value !== "default")
          throw new Refused(line, `RUN has no network ${quoted(value)}`);
      return;
    case "LABEL":
      checkLabels(rest, line);
      return;
    case "HEALTHCHECK":
      checkHealth(rest, line);
      return;
    case "ONBUILD": {
      const [, word = "", inner = ""] = /^([^ \t]*)(?![^ \t])(.*)$/s.exec(rest) ?? [];
      const trigger = word.toUpperCase();
      if (!["ADD", "COPY", "RUN", "LABEL", "ENV", "USER", "WORKDIR"].includes(trigger))
        throw new Refused(line, `ONBUILD ${quoted(word)} is not allowed`);
      checkInstruction({ line, keyword: trigger, rest: inner.trim() }, position);
    }
  }
}

/** A variable, a quote or a backslash could hide an address; COPY takes nothing from the network, whatever it is told. */
function checkAdd(rest: string, line: number): void {
  const words = wordsOrList(rest, line);
  for (const word of words.slice(0, -1)) {
    if (word.includes("://") || word.includes("@") || /^github\.com\//i.test(word))
      throw new Refused(
        line,
        `ADD takes nothing from the network, as ${quoted(word)} would; fetch it in a RUN step`,
      );
    if (/["'\\$:]/.test(word))
      throw new Refused(line, `what ADD takes cannot be told from ${quoted(word)}; write COPY instead`);
  }
}

/** The `from` of COPY and of a mount. */
function requireSource(from: string, line: number, position: Position): void {
  if (position.stages.has(from.toLowerCase())) return;
  if (/^\d{1,4}$/.test(from) && Number(from) < position.complete) return;
  requireBase(from, line, position);
}

function checkMount(value: string, line: number, position: Position): void {
  for (const part of value.split(",")) {
    const [name = "", ...rest] = part.split("=");
    if (!/^[a-z]+$/.test(name)) throw new Refused(line, `the mount ${quoted(value)} is not understood`);
    if (name === "from") requireSource(rest.join("="), line, position);
  }
}

function checkLabels(rest: string, line: number): void {
  const words = quotedWords(rest);
  // The old form has one label, whose value is the rest of the line.
  const names = words[0]?.includes("=") === true ? words : plainWords(rest).slice(0, 1);
  for (const word of names) {
    const [, , name] = /^(["']?)([\w./-]+)\1(?:=|$)/.exec(word) ?? [];
    if (name === undefined)
      throw new Refused(line, `the name of the label ${quoted(word)} is not understood`);
    if (`${name.toLowerCase()}.`.startsWith(PLATFORM_LABELS))
      throw new Refused(line, `the label ${quoted(name)} is the platform's own`);
  }
}

function checkHealth(rest: string, line: number): void {
  const known = ["interval", "timeout", "start-period", "start-interval", "retries"];
  for (const [name, value] of takeFlags(rest, known, line).flags) {
    if (!name.endsWith("interval")) continue;
    if ((parseDuration(value, "s") ?? 0) < SHORTEST_INTERVAL)
      throw new Refused(
        line,
        `a health check runs every ${SHORTEST_INTERVAL}s at most, not every ${quoted(value)}`,
      );
  }
}

/** The arguments before the first FROM are the only ones that FROM knows; nobody gives the build others. */
function declare(rest: string, variables: Map<string, string | undefined>): void {
  for (const word of quotedWords(rest)) {
    const [, name = "", value] = /^([A-Za-z_]\w*)(?:=(.*))?$/s.exec(word) ?? [];
    const [, , plain = value] = /^(["'])([^"'\\]*)\1$/.exec(value ?? "") ?? [];
    if (name !== "") variables.set(name, plain === undefined ? undefined : substitute(plain, variables));
  }
}

/** Letters of an argument's value: each may be made of earlier ones, and no image has a longer name. */
const LONGEST_VALUE = 1000;

/** $NAME, ${NAME} and ${NAME:-default}. @returns undefined when the value cannot be told */
function substitute(text: string, variables: ReadonlyMap<string, string | undefined>): string | undefined {
  if (text.length > LONGEST_VALUE) return undefined;
  let unknown = /["'\\]/.test(text);
  const value = text.replace(
    /\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::-([\w./:@-]*))?\})/g,
    (_all, plain?: string, braced?: string, preset?: string) => {
      const known = variables.get(plain ?? braced ?? "");
      const chosen = known === undefined || known === "" ? (preset ?? known) : known;
      if (chosen === undefined || chosen.includes("$")) unknown = true;
      return chosen ?? "";
    },
  );
  return unknown || value.includes("$") || value.length > LONGEST_VALUE ? undefined : value;
}
