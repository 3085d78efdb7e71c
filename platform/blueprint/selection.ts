import { type NasikoError, throwProblems } from "../errors/define-error.ts";
import type { Profile } from "../settings/profiles.ts";
import type { ServiceSpec } from "../services/service-spec.ts";
import type { AuthMode } from "../settings/settings.ts";
import { nearest } from "../settings/nearest.ts";
import { serviceNeeded, serviceOfOtherMode, serviceUnknown } from "./errors.ts";

/** What people ask for; see the settings of the same names. */
export interface SelectionRequest {
  readonly services: readonly string[];
  readonly profiles: readonly Profile[];
  readonly without: readonly string[];
  readonly optionalServices: readonly string[];
  readonly authMode: AuthMode;
}

/** Services of a stack, in the order of the catalogue. */
export interface Selection {
  readonly services: readonly ServiceSpec[];
  /** Those that nobody asked for, but that others need; for people. */
  readonly added: readonly { readonly name: string; readonly neededBy: string }[];
}

/**
 * Chooses services and adds what they need. In the result `after` holds for services that are there, so from here
 * on it is a dependency like any other.
 * @throws NSK-SERVICE-UNKNOWN, NSK-SERVICE-OF-OTHER-MODE, NSK-SERVICE-NEEDED: all problems of a kind at once
 */
export function select(everything: readonly ServiceSpec[], request: SelectionRequest): Selection {
  throwProblems(unknownNames(everything, request));
  throwProblems(namesOfOtherModes(everything, request));
  const catalogue = everything.filter((spec) => existsIn(spec, request.authMode));
  const asked = catalogue.filter((spec) => isAskedFor(spec, request) && !request.without.includes(spec.name));
  const neededBy = closure(catalogue, asked);
  throwProblems(excludedButNeeded(request, neededBy));
  const chosen = catalogue.filter(({ name }) => neededBy.has(name));
  return {
    services: chosen.map((spec) => withOrder(spec, neededBy)),
    added: chosen.flatMap(({ name }) => {
      const by = neededBy.get(name);
      return by === undefined ? [] : [{ name, neededBy: by }];
    }),
  };
}

/** Whether a service is there at all in this mode of authentication. */
const existsIn = ({ modes }: ServiceSpec, mode: AuthMode): boolean => modes?.includes(mode) ?? true;

function namesOfOtherModes(
  catalogue: readonly ServiceSpec[],
  { services, optionalServices, authMode }: SelectionRequest,
): readonly NasikoError[] {
  const asked = new Set([...services, ...optionalServices]);
  return catalogue
    .filter((spec) => asked.has(spec.name) && !existsIn(spec, authMode))
    .map(({ name, modes = [] }) => serviceOfOtherMode({ name, modes }));
}

function isAskedFor(spec: ServiceSpec, request: SelectionRequest): boolean {
  if (request.services.length > 0) return request.services.includes(spec.name);
  if (spec.optional === true) return request.optionalServices.includes(spec.name);
  return request.profiles.includes(spec.profile ?? "core");
}

/** Who is there, and which service brought it along; undefined: somebody asked for it. */
function closure(
  catalogue: readonly ServiceSpec[],
  asked: readonly ServiceSpec[],
): ReadonlyMap<string, string | undefined> {
  const byName = new Map(catalogue.map((spec) => [spec.name, spec]));
  const found = new Map<string, string | undefined>(asked.map(({ name }) => [name, undefined]));
  // A map hands out entries that are added while it is walked, so this reaches everything.
  for (const [name] of found) {
    for (const needed of Object.keys(byName.get(name)?.dependsOn ?? {})) {
      if (!found.has(needed)) found.set(needed, name);
    }
  }
  return found;
}

function withOrder(spec: ServiceSpec, there: ReadonlyMap<string, unknown>): ServiceSpec {
  const { after = {}, ...rest } = spec;
  const present = Object.entries(after).filter(([name]) => there.has(name));
  return { ...rest, dependsOn: { ...spec.dependsOn, ...Object.fromEntries(present) } };
}

function unknownNames(catalogue: readonly ServiceSpec[], request: SelectionRequest): readonly NasikoError[] {
  const names = catalogue.map(({ name }) => name);
  return [...request.services, ...request.without, ...request.optionalServices]
    .filter((name) => !names.includes(name))
    .map((name) => serviceUnknown({ name, nearest: nearest(name, names) }));
}

function excludedButNeeded(
  request: SelectionRequest,
  neededBy: ReadonlyMap<string, string | undefined>,
): readonly NasikoError[] {
  return request.without.flatMap((name) => {
    const by = neededBy.get(name);
    return by === undefined ? [] : [serviceNeeded({ name, neededBy: by })];
  });
}
