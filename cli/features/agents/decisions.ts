import { isDeepStrictEqual } from "node:util";

import { SETTINGS } from "../../../platform/settings/settings.ts";
import { readDecisions } from "../../stack/config/read-decisions.ts";
import type { CommandContext } from "../../stack/context.ts";
import { stackConfigFile } from "../../stack/config/stack-config.ts";
import { readConfigText, writeConfigText } from "./config-file.ts";
import type { KeptDecision } from "./describe-deployment.ts";
import { withAgents, withAgentVariables } from "./edit-config.ts";

/**
 * Keeps what was decided about one agent in the stack's config file, as `npm install` does in package.json: the next
 * `up`, by either engine, does the same.
 * @param source undefined: the agent is gone
 * @param variables what it may have from outside its folder
 */
export async function keepDecision(
  context: CommandContext,
  name: string,
  source: string | undefined,
  variables: readonly string[] = [],
): Promise<KeptDecision> {
  const { kept, effective, hiddenBy, variables: given } = await readDecisions(context);
  const { [name]: before, ...others } = kept;
  const { [name]: namedBefore = [], ...otherVariables } = given.kept;
  const agents = source === undefined ? others : { ...kept, [name]: source };
  const file = stackConfigFile(context.stack);
  const isSame = before === source && isDeepStrictEqual(namedBefore, variables);
  if (!isSame) {
    const named = variables.length === 0 ? otherVariables : { ...otherVariables, [name]: variables };
    const text = before === source ? readConfigText(context) : withAgents(readConfigText(context), agents);
    writeConfigText(context, withAgentVariables(text, named));
  }
  return {
    ...(isSame ? {} : { written: file }),
    ...(hiddenBy === undefined || effective[name] === source
      ? {}
      : { warning: hiddenWarning({ name, source, hiddenBy, other: effective[name], file }) }),
  };
}

function hiddenWarning(case_: {
  readonly name: string;
  readonly source: string | undefined;
  readonly hiddenBy: string;
  readonly other: string | undefined;
  readonly file: string;
}): string {
  const { name, source, hiddenBy, other, file } = case_;
  const says =
    other === undefined
      ? `does not name ${name}, so the next \`up\` removes it`
      : source === undefined
        ? `names ${name}, so the next \`up\` brings it back`
        : `says ${other}, so the next \`up\` takes that`;
  return `${SETTINGS.agents.env} from ${hiddenBy} hides ${file}: it ${says}. Remove it there, or change it.`;
}
