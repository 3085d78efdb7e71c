import type { Colors } from "./output.ts";
import type { Finding } from "../lib/finding.ts";

const TITLES: Readonly<Record<Finding["group"], string>> = {
  engine: "Engine",
  resources: "Room",
  ports: "Ports",
  images: "Images",
  stack: "Stack",
  toolchain: "Tools",
};

/** The findings in groups, what is wrong with its way out; the sum at the end. */
export function describeFindings(findings: readonly Finding[], colors: Colors): string {
  const groups = Object.entries(TITLES).flatMap(([group, title]) => {
    const members = findings.filter((finding) => finding.group === group);
    return members.length === 0
      ? []
      : [[colors.bold(title), ...members.flatMap((each) => lines(each, colors))]];
  });
  const problems = findings.filter(({ verdict }) => verdict === "problem").length;
  const sum =
    problems === 0 ? "Nothing speaks against `local up`." : `${problems} to mend before \`local up\`.`;
  return [...groups.flat(), "", sum].join("\n");
}

function lines({ verdict, name, text, problem }: Finding, colors: Colors): readonly string[] {
  const mark = { ok: colors.green("✓"), note: colors.yellow("!"), problem: colors.red("✗") }[verdict];
  return [
    `  ${mark} ${name}: ${text}`,
    ...(problem?.detail === undefined ? [] : [`      ${problem.detail.replaceAll("\n", "\n      ")}`]),
    ...(problem === undefined ? [] : [`      → ${problem.suggestion}`]),
  ];
}
