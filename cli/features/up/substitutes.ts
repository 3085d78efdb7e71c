import type { Blueprint } from "../../../platform/blueprint/blueprint.ts";
import { type PlannedImage } from "../../../platform/blueprint/images.ts";
import { isStandIn } from "../../../platform/images/substitute.ts";

/** Images that are not what their names say. */
export interface Substitutes {
  /** Names of images that only stand in for the real thing. */
  readonly standIns: readonly string[];
  /** Another version of the real thing, e.g. "redis 7.0.15 for 7.4.11-alpine". */
  readonly otherBuilds: readonly string[];
}

export const substitutesOf = ({ images }: Pick<Blueprint, "images">): Substitutes => ({
  standIns: images.filter(isStandIn).map(({ name }) => name),
  otherBuilds: images.flatMap(describeOtherBuild),
});

const describeOtherBuild = ({ name, substitute }: PlannedImage): readonly string[] =>
  substitute === undefined || substitute.kind === "stand-in"
    ? []
    : [`${name} ${substitute.version} for ${substitute.official}`];
