import type { Blueprint, PlannedService } from "../../../platform/blueprint/blueprint.ts";
import { hostUrl } from "../../../platform/blueprint/host-url.ts";
import type { PlannedImage } from "../../../platform/blueprint/images.ts";
import { isStandIn } from "../../../platform/images/substitute.ts";
import type { CheckContext, Door } from "./check.ts";

/** What a server of ours is told about its own names; official images do not read it. */
const OWN_NAMES = "NASIKO_ALLOWED_HOSTS";

/** A third-party program does not ask under which name it is called. */
const isOurs = ({ image, role, container }: PlannedService): boolean =>
  role === "gateway" ||
  (OWN_NAMES in container.env &&
    image.origin !== "public" &&
    (image.origin !== "offline" || isStandIn(image)));

/** Every published port of a server that is ours. */
export const doorsOf = ({ layers, settings }: Blueprint): readonly Door[] =>
  layers
    .flatMap(({ services }) => services)
    .filter(isOurs)
    .flatMap(({ name, container }) =>
      container.ports.map((port): Door => ({ name, url: hostUrl(settings, port) })),
    );

/** Base of the gateway's address with TLS; undefined where it speaks none. */
export function secureGatewayOf({ layers, settings }: Blueprint): string | undefined {
  const ports = layers.flatMap(({ services }) => services.flatMap(({ container }) => container.ports));
  const secure = ports.find(({ gateway, tls }) => gateway === true && tls === true);
  return secure && hostUrl(settings, secure);
}

/** The digest that each service and agent has to run, where one is written down. */
export function pinnedOf({ layers, agents }: Blueprint): CheckContext["pinned"] {
  const members: readonly { readonly name: string; readonly image: PlannedImage }[] = [
    ...layers.flatMap(({ services }) => services),
    ...agents,
  ];
  return Object.fromEntries(
    members.flatMap(({ name, image }) =>
      image.kind === "pulled" && image.digest !== undefined ? [[name, image.digest]] : [],
    ),
  );
}
