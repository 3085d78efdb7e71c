import { catalogue } from "../../../platform/services/catalogue.ts";
import type { ServiceSpec } from "../../../platform/services/service-spec.ts";
import { defaultSettings } from "../../../platform/settings/defaults.ts";

/** What services are to each other does not depend on settings, so any will do. */
const everything = (): readonly ServiceSpec[] => catalogue(defaultSettings());

/** What mode `enterprise` adds to the stack. */
export const authMembers = (): readonly string[] =>
  everything().flatMap(({ name, modes }) => (modes?.includes("simple") === false ? [name] : []));

/** Names that agents must not be able to find: of services that are not for them, and of addresses elsewhere. */
export const hiddenFromAgents = (): readonly string[] =>
  everything().flatMap(({ name, aliases = {}, reachableBy = [] }) => {
    const { agents: forAgents = [], ...elsewhere } = aliases;
    const hidden = Object.values(elsewhere).flat();
    return reachableBy.includes("agents") ? hidden : [name, ...forAgents, ...hidden];
  });

/** Names of the only ones that may talk to the Docker engine. */
export const dockerProxies = (): readonly string[] =>
  everything().flatMap(({ name, role }) => (role === "docker-proxy" ? [name] : []));

/** Lines of level error, as our services write them. */
export const errorsIn = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => line.includes('"level":"error"'));
