import { z } from "zod";

const Tags = z.object({
  models: z.array(z.object({ name: z.string(), digest: z.string(), modified_at: z.string() })),
});
const Failure = z.object({ error: z.string() });
const Progress = z.object({ status: z.string() });

export type Tag = z.output<typeof Tags>["models"][number];

/** @throws Error saying that no server answers, or what it answered */
export async function listModels(url: string): Promise<readonly Tag[]> {
  const response = await ask(`${url}/api/tags`);
  return Tags.parse(await response.json()).models;
}

/** @param onStatus is told every step @throws Error as {@link listModels} */
export async function pullModel(
  url: string,
  model: string,
  onStatus: (status: string) => void,
): Promise<void> {
  const response = await ask(`${url}/api/pull`, { method: "POST", body: JSON.stringify({ model }) });
  const lines = (await response.text()).split("\n").filter((line) => line !== "");
  const steps = lines.map((line): unknown => JSON.parse(line));
  for (const step of steps) {
    const failed = Failure.safeParse(step);
    if (failed.success) throw new Error(failed.data.error);
    onStatus(Progress.parse(step).status);
  }
}

/** @throws Error as {@link listModels} */
export async function removeModel(url: string, model: string): Promise<void> {
  await ask(`${url}/api/delete`, { method: "DELETE", body: JSON.stringify({ model }) });
}

async function ask(url: string, init?: RequestInit): Promise<Response> {
  const response = await fetch(url, init).catch((cause: unknown) => {
    throw new Error(`could not connect to ollama server at ${new URL(url).origin}`, { cause });
  });
  if (response.ok) return response;
  const failed = Failure.safeParse(await response.json().catch(() => undefined));
  throw new Error(failed.success ? failed.data.error : `${url} answered ${response.status}`);
}
