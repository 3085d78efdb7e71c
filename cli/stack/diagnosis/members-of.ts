import type { Blueprint } from "../../../platform/blueprint/blueprint.ts";
import type { ReportedProblem, Resource } from "./reported-problem.ts";

/** A member of the blueprint, by the names that its resources have in the program. */
interface NamedMember {
  /** Name on the engine. */
  readonly container: string;
  /** Logical names of its container and its image. */
  readonly containerResource: string;
  readonly imageResource: string;
}

/**
 * The members that a problem is about, by the names of their containers on the engine. A shared image is that of
 * several; what is about none is a problem of the whole stack.
 */
export function membersOf(blueprint: Blueprint, problem: ReportedProblem): ReadonlySet<string> {
  const members = namedMembers(blueprint).filter(
    (member) =>
      member.container === problem.container ||
      (problem.resource !== undefined && owns(member, problem.resource)),
  );
  return new Set(members.map(({ container }) => container));
}

function namedMembers({ layers, agents }: Blueprint): readonly NamedMember[] {
  return [
    ...layers.flatMap(({ services }) =>
      services.map(({ container, image }) => ({
        container: container.name,
        containerResource: container.resourceName,
        imageResource: image.name,
      })),
    ),
    // Each version of an agent declares the image that it runs under its own name.
    ...agents.map(({ container: { name, resourceName } }) => ({
      container: name,
      containerResource: resourceName,
      imageResource: resourceName,
    })),
  ];
}

function owns({ containerResource, imageResource }: NamedMember, { type, name }: Resource): boolean {
  switch (type) {
    case "docker:index/container:Container":
      return name === containerResource;
    case "docker:index/image:Image":
    case "docker:index/remoteImage:RemoteImage":
      return name === imageResource;
    default:
      return false;
  }
}
