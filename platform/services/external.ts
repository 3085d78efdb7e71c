import type { EnvValue } from "./env-value.ts";
import type { ServiceSpec } from "./service-spec.ts";

/**
 * Leaves a service out because something outside takes its place: nobody waits for it any more, and the variables that
 * say where it is say something else.
 * @param env new values by name; a service gets those that it has already
 * @example withExternal(catalogue(settings, has), "redis", { REDIS_URL: sensitive("rediss://…") })
 * @throws Error when there is no such service
 */
export function withExternal(
  services: readonly ServiceSpec[],
  name: string,
  env: Readonly<Record<string, EnvValue>>,
): readonly ServiceSpec[] {
  if (!services.some((service) => service.name === name))
    throw new Error(`There is no service ${name} that something outside could take the place of.`);
  return services
    .filter((service) => service.name !== name)
    .map((service) => ({
      ...service,
      ...without(service, "dependsOn", name),
      ...without(service, "after", name),
      ...(service.env === undefined ? {} : { env: overridden(service.env, env) }),
    }));
}

function without(
  service: ServiceSpec,
  key: "dependsOn" | "after",
  name: string,
): Pick<ServiceSpec, "dependsOn" | "after"> {
  const named = service[key];
  if (named === undefined) return {};
  return { [key]: Object.fromEntries(Object.entries(named).filter(([other]) => other !== name)) };
}

const overridden = (
  given: Readonly<Record<string, EnvValue>>,
  wanted: Readonly<Record<string, EnvValue>>,
): Readonly<Record<string, EnvValue>> =>
  Object.fromEntries(Object.entries(given).map(([name, value]) => [name, wanted[name] ?? value]));
