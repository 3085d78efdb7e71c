import { z } from "zod";
import { TAG, type Held, type KongCall } from "./changes.ts";

/** Kong's Admin API, as far as it is about those who call. */
export interface Kong {
  /** Everything that carries our tag. */
  read(): Promise<Held>;
  /** @throws Error with Kong's own words when it refuses */
  apply(call: KongCall): Promise<void>;
}

/** Milliseconds. */
const PATIENCE = 5000;

const Owner = z.object({ id: z.string() });
const ConsumerRow = z.object({ id: z.string(), username: z.string(), custom_id: z.string().nullish() });
const CredentialRow = z.object({
  id: z.string(),
  consumer: Owner,
  key: z.string(),
  secret: z.string().nullish(),
  algorithm: z.string().nullish(),
});
const GroupRow = z.object({ id: z.string(), consumer: Owner, group: z.string() });
const Page = z.object({ data: z.array(z.unknown()), offset: z.string().nullish() });

export function createKong(url: string): Kong {
  const ask = async ({
    method,
    path,
    body,
  }: KongCall | { readonly method: "GET"; readonly path: string; readonly body?: never }): Promise<{
    readonly status: number;
    readonly body: unknown;
  }> => {
    const response = await fetch(`${url}${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
      signal: AbortSignal.timeout(PATIENCE),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
  };

  const list = async <Row>(collection: string, row: z.ZodType<Row>): Promise<readonly Row[]> => {
    const rows: Row[] = [];
    for (let offset = ""; ;) {
      const path = `/${collection}?tags=${TAG}&size=1000${offset}`;
      const { status, body } = await ask({ method: "GET", path });
      if (status !== 200) throw new Error(`Kong answers ${status} for its ${collection}`);
      const page = Page.parse(body);
      rows.push(...z.array(row).parse(page.data));
      if (typeof page.offset !== "string") return rows;
      offset = `&offset=${encodeURIComponent(page.offset)}`;
    }
  };

  return {
    read: async () => {
      const [consumers, credentials, groups] = await Promise.all([
        list("consumers", ConsumerRow),
        list("jwts", CredentialRow),
        list("acls", GroupRow),
      ]);
      return {
        consumers: consumers.map(({ id, username, custom_id }) => ({
          id,
          username,
          custom_id: custom_id ?? "",
        })),
        credentials: credentials.map(({ id, consumer, key, secret, algorithm }) => ({
          ...{ id, consumer: consumer.id, key },
          ...{ secret: secret ?? "", algorithm: algorithm ?? "" },
        })),
        groups: groups.map(({ id, consumer, group }) => ({ id, consumer: consumer.id, group })),
      };
    },
    apply: async (call) => {
      const { status, body } = await ask(call);
      // Gone already is what a removal wants.
      if (status < 300 || (call.method === "DELETE" && status === 404)) return;
      const said = z.object({ message: z.string() }).safeParse(body).data?.message ?? "no message";
      throw new Error(`Kong answers ${status} to ${call.method} ${call.path}: ${said}`);
    },
  };
}
