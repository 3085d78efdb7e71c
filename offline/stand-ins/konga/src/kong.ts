import { z } from "zod";

const KongService = z.object({
  id: z.string(),
  name: z.string().nullish(),
  protocol: z.string(),
  host: z.string(),
  port: z.number(),
  path: z.string().nullish(),
  enabled: z.boolean().default(true),
});
const KongRoute = z.object({
  name: z.string().nullish(),
  paths: z.array(z.string()).nullish(),
  methods: z.array(z.string()).nullish(),
  service: z.object({ id: z.string() }).nullish(),
});
export type KongService = z.output<typeof KongService>;
export type KongRoute = z.output<typeof KongRoute>;

export interface GatewayView {
  readonly services: readonly KongService[];
  readonly routes: readonly KongRoute[];
}

/** How long the Admin API may take, in milliseconds. */
const PATIENCE = 3000;

/** Most pages of one list; more would be no page for people. */
const MOST_PAGES = 20;

/**
 * Reads what the gateway knows.
 * @param adminUrl e.g. "http://kong-admin:8001"
 * @throws Error when the Admin API does not answer as Kong does
 */
export async function readGateway(adminUrl: string): Promise<GatewayView> {
  const [services, routes] = await Promise.all([
    readAll(adminUrl, "/services", KongService),
    readAll(adminUrl, "/routes", KongRoute),
  ]);
  return { services, routes };
}

async function readAll<Item extends z.ZodType>(
  adminUrl: string,
  path: string,
  item: Item,
): Promise<readonly z.output<Item>[]> {
  const Page = z.object({ data: z.array(item), next: z.string().nullish() });
  const found: z.output<Item>[] = [];
  let next: string | null | undefined = path;
  for (let page = 0; page < MOST_PAGES && typeof next === "string"; page++) {
    const response: Response = await fetch(new URL(next, adminUrl), {
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    const { data, next: following } = Page.parse(await response.json());
    found.push(...data);
    next = following;
  }
  return found;
}
