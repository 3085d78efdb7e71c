import { catalogue } from "../../../platform/services/catalogue.ts";
import type { ServiceSpec } from "../../../platform/services/service-spec.ts";
import { defaultSettings } from "../../../platform/settings/defaults.ts";

/** What services are to each other does not depend on settings, so any will do. */
const everything = (): readonly ServiceSpec[] => catalogue(defaultSettings());

/** What mode `enterprise` adds to the stack. */
export const authMembers = (): readonly string[] =>
  everything().flatMap(({ name, modes }) => (modes?.includes("simple") === false ? [name] : []));

const isForAgents = ({ reachableBy = [] }: ServiceSpec): boolean => reachableBy.includes("agents");

/** Services that agents may reach, and therefore may stand on their network. */
export const forAgents = (): readonly string[] =>
  everything().flatMap((spec) => (isForAgents(spec) ? [spec.name] : []));

/** Names that agents must not be able to find: of services that are not for them, and of addresses elsewhere. */
export function hiddenFromAgents(): readonly string[] {
  const specs = everything();
  // A name may be one thing to agents and another elsewhere: what answers to it there is for them.
  const shown = new Set(specs.filter(isForAgents).flatMap(({ aliases }) => aliases?.agents ?? []));
  return specs
    .flatMap((spec) => {
      const { agents: forAgents = [], ...elsewhere } = spec.aliases ?? {};
      const hidden = Object.values(elsewhere).flat();
      return isForAgents(spec) ? hidden : [spec.name, ...forAgents, ...hidden];
    })
    .filter((name) => !shown.has(name));
}

/** Names of the only ones that may talk to the Docker engine. */
export const dockerProxies = (): readonly string[] =>
  everything().flatMap(({ name, role }) => (role === "docker-proxy" ? [name] : []));

/** Lines of level error, as our services write them. */
export const errorsIn = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => line.includes('"level":"error"'));
