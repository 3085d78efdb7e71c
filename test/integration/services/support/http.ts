export interface Answer {
  readonly status: number;
  /** What was answered; undefined for nothing. */
  readonly body: unknown;
}

export interface Ask {
  readonly method?: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly form?: FormData;
}

/** Asks a service, and gives what it answers, whatever the status. @param token "" sends no header */
export async function ask(
  url: string,
  { method = "GET", token = "any-token", ...more }: Ask = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
      ...(more.json === undefined ? {} : { "content-type": "application/json" }),
      ...more.headers,
    },
    ...(more.json === undefined ? {} : { body: JSON.stringify(more.json) }),
    ...(more.form === undefined ? {} : { body: more.form }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
}

/** A field of an answer, by its path, e.g. "data.0.id"; undefined when it is not there. */
export function at(body: unknown, path: string): unknown {
  let found = body;
  for (const name of path.split(".")) {
    if (typeof found !== "object" || found === null) return undefined;
    found = Reflect.get(found, name);
  }
  return found;
}
