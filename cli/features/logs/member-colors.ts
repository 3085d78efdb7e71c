import type { Colors } from "../../render/output.ts";

const PALETTE = [
  "cyan",
  "yellow",
  "green",
  "magenta",
  "blue",
  "cyanBright",
  "yellowBright",
  "greenBright",
  "magentaBright",
  "blueBright",
] as const;

/** The name before a line, as wide as the widest, each member in a colour of its own; latecomers get one, too. */
export function memberColors(members: readonly string[], colors: Colors): (member: string) => string {
  const known = [...new Set(members)];
  const width = Math.max(0, ...known.map(({ length }) => length));
  return (member) => {
    if (!known.includes(member)) known.push(member);
    const color = PALETTE[known.indexOf(member) % PALETTE.length] ?? "cyan";
    return colors[color](`${member.padEnd(width)} |`);
  };
}
