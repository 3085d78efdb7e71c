import type { Dictionary } from "./dictionaries.ts";
import { translate } from "./translate.ts";
import { understand } from "./understand.ts";

/** Longer messages are answered with help: the search for phrases grows with the square of the words. */
const LONGEST_MESSAGE = 2000;

/** The agent's answer to a message. */
export function replyTo(message: string, dictionaries: readonly Dictionary[]): string {
  if (message.length > LONGEST_MESSAGE)
    return `That is too long for me: ${LONGEST_MESSAGE} characters are the limit.\n${help(dictionaries)}`;
  const wish = understand(message, dictionaries);
  switch (wish.kind) {
    case "help":
      return help(dictionaries);
    case "unknown language":
      return `I do not speak ${wish.language}.\n${help(dictionaries)}`;
    case "translate": {
      const { text, unknown } = translate(wish.phrase, wish.into);
      if (text === "") return help(dictionaries);
      const answer = `"${wish.phrase}" in ${wish.into.language}: ${text}`;
      return unknown.length === 0
        ? answer
        : `${answer}\nI do not know: ${unknown.join(", ")}.\n${help(dictionaries)}`;
    }
  }
}

/** What it can do. */
function help(dictionaries: readonly Dictionary[]): string {
  const languages = dictionaries.map(
    ({ language, phrases }) => `${language} (${Object.keys(phrases).length} words and phrases)`,
  );
  const samples = Object.keys(dictionaries[0]?.phrases ?? {}).filter((phrase) => phrase.includes(" "));
  return [
    `I translate from English into ${languages.join(", ")}.`,
    'Ask me, for example: "translate good morning to french", "how do you say thank you in German?", "spanish: water".',
    `Some phrases that I know: ${samples.slice(0, 8).join(", ")}.`,
  ].join("\n");
}
