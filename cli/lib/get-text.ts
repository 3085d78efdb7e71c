/** Largest answer that is read, in characters; of a thousand agents the registry's has some 300,000. */
const LONGEST_ANSWER = 8_000_000;

export interface TextAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * Asks for a text over HTTP. Without `fetch`, which takes longer to load than a whole `status`, and without an import,
 * which loads it as well.
 * @param patience milliseconds that it may take
 * @throws what kept the answer from coming, be it too long or too late
 */
export function getText(
  url: string,
  patience: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<TextAnswer> {
  return new Promise((resolve, reject) => {
    const request = process
      .getBuiltinModule("node:http")
      .get(
        url,
        { signal: AbortSignal.timeout(patience), agent: false, headers: { ...headers } },
        (response) => {
          response.setEncoding("utf8");
          let body = "";
          response
            .on("data", (part: string) => {
              body += part;
              if (body.length > LONGEST_ANSWER) request.destroy(new Error("too long an answer"));
            })
            .on("end", () => resolve({ status: response.statusCode ?? 0, body }))
            .on("error", reject);
        },
      );
    request.on("error", reject);
  });
}
