/** Where a language model answers, in OpenAI's form. */
export interface Model {
  /** Undefined or empty: there is none, and nobody is asked. */
  readonly key: string | undefined;
  /** @example "https://api.openai.com/v1" */
  readonly baseUrl: string;
  readonly name: string;
}

/** What became of a question. */
export type Outcome =
  | { readonly kind: "answered"; readonly text: string }
  /** There is no key, or the model's provider does not take it: nothing that asking again would change. */
  | { readonly kind: "key needed"; readonly text: string }
  | { readonly kind: "failed"; readonly text: string };

/** Milliseconds within which the model has to answer. */
const PATIENCE = 60_000;

const HOW = "Set one with: nasiko agent secret set assistant OPENAI_API_KEY, then nasiko local up";

export async function answer(question: string, { key, baseUrl, name }: Model): Promise<Outcome> {
  if (key === undefined || key === "")
    return { kind: "key needed", text: `I have no key for a language model. ${HOW}` };
  try {
    const response = await fetch(`${baseUrl}/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
      body: JSON.stringify({ model: name, messages: [{ role: "user", content: question }] }),
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (response.status === 401 || response.status === 403)
      return { kind: "key needed", text: `The language model's provider refuses my key. ${HOW}` };
    if (!response.ok) return { kind: "failed", text: `The language model answered ${response.status}.` };
    const text = textOf(await response.json());
    return text === undefined
      ? { kind: "failed", text: "The language model answered without a text." }
      : { kind: "answered", text };
  } catch (error) {
    return { kind: "failed", text: `The language model cannot be reached: ${String(error)}` };
  }
}

function textOf(body: unknown): string | undefined {
  // Whatever is not there is undefined, and said to be missing.
  const { choices } = body as {
    readonly choices?: readonly { readonly message?: { readonly content?: unknown } }[];
  };
  const content = choices?.[0]?.message?.content;
  return typeof content === "string" ? content : undefined;
}
