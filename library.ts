/**
 * The platform as a library, for a Pulumi program of your own. `index.ts` beside this file is the program that uses
 * nothing else; docs/ARCHITECTURE_NOTES.md shows how to add, swap and change services.
 */
import {
  type Blueprint,
  type BlueprintRequest,
  buildBlueprint as build,
} from "./platform/blueprint/blueprint.ts";
import { bundleImages } from "./services/bundle/bundle.ts";

export { Platform, type PlatformArgs } from "./components/docker/platform.ts";
export { writeGeneratedDockerfiles } from "./components/docker/generated-dockerfiles.ts";
export type { ContainerTransform } from "./components/docker/container.ts";
export type { Blueprint, BlueprintRequest } from "./platform/blueprint/blueprint.ts";
export { catalogue } from "./platform/services/catalogue.ts";
export {
  defineService,
  type ServiceContext,
  type ServiceDefinition,
} from "./platform/services/define-service.ts";
export { withExternal } from "./platform/services/external.ts";
export {
  exec,
  platformImage,
  publicImage,
  type ServiceSpec,
  shell,
} from "./platform/services/service-spec.ts";
export { type EnvValue, secret, sensitive, text } from "./platform/services/env-value.ts";
export { loadSettings, type SettingsRequest } from "./platform/settings/load.ts";
export type { Settings } from "./platform/settings/settings.ts";
export { evaluate, type Evaluation, type EvaluationRequest, type Violation } from "./policies/evaluate.ts";
export { factsOfBlueprint } from "./policies/facts/blueprint.ts";

/**
 * Builds the blueprint: settings, services and agents in, one description out. In a checkout it first bundles our own
 * services where they have changed; never asks the engine, the clock or the network.
 * @throws NasikoError or NasikoErrors with everything that is wrong.
 */
export function buildBlueprint(request: BlueprintRequest): Blueprint {
  bundleImages(request.root);
  return build(request);
}
