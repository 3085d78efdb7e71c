import { catalogue } from "../../platform/services/catalogue.ts";
import type { Audience, ServiceRole, ServiceSpec } from "../../platform/services/service-spec.ts";
import { defaultSettings } from "../../platform/settings/defaults.ts";

/** What a service is to the others, as its own file says. */
export interface Traits {
  /** @default one like any other */
  readonly role?: ServiceRole;
  /** Who besides the platform's own services may reach it. */
  readonly reachableBy: readonly Audience[];
}

let known: ReadonlyMap<string, ServiceSpec> | undefined;

/** Traits do not follow settings, so those of the defaults hold for every stack. */
function specs(): ReadonlyMap<string, ServiceSpec> {
  known ??= new Map(catalogue(defaultSettings()).map((spec) => [spec.name, spec]));
  return known;
}

/** Traits of a service of the catalogue; what is not in it may do nothing in particular. */
export function traitsOf(service: string): Traits {
  const { role, reachableBy = [] } = specs().get(service) ?? {};
  return { ...(role === undefined ? {} : { role }), reachableBy };
}

/** Whether a service exists in mode `enterprise` only. */
export const isEnterpriseOnly = (service: string): boolean =>
  specs().get(service)?.modes?.includes("simple") === false;
