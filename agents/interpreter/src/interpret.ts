import { askAgent } from "./ask-agent.ts";

const LANGUAGES = ["French", "German", "Spanish"];

/**
 * A phrase in every language; one that cannot be had is named, and does not take the others with it.
 * @param translator address of the translator at the gateway
 */
export async function interpret(phrase: string, translator: string, ask = askAgent): Promise<string> {
  if (phrase.trim() === "") return 'Send me a phrase, for example "thank you".';
  const lines = await Promise.all(
    LANGUAGES.map(async (language) => {
      try {
        return await ask(translator, `translate ${phrase.trim()} to ${language}`);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        return `${language}: the translator could not be asked (${reason})`;
      }
    }),
  );
  return lines.join("\n");
}
