import type { EndpointSettings } from "dockerode";
import type { PropertyMap } from "../../core/values.ts";
import { reader } from "../schema/reader.ts";

/** One network that a container joins. */
export interface Endpoint {
  /** Name or id of the network. */
  readonly network: string;
  readonly settings: EndpointSettings;
}

/** The networks of a container, as the engine wants to be told. */
export function endpoints(inputs: PropertyMap): readonly Endpoint[] {
  return reader(inputs)
    .blocks("networksAdvanced")
    .map((network) => {
      const macAddress = network.text("macAddress");
      const options = network.texts("driverOpts");
      return {
        network: network.requiredText("name"),
        settings: {
          Aliases: [...(network.texts("aliases") ?? [])],
          IPAMConfig: {
            IPv4Address: network.text("ipv4Address") ?? "",
            IPv6Address: network.text("ipv6Address") ?? "",
            LinkLocalIPs: [...(network.texts("linkLocalIps") ?? [])],
          },
          ...(macAddress === undefined ? {} : { MacAddress: macAddress }),
          ...(options === undefined ? {} : { DriverOpts: Object.fromEntries(options.map(keyAndValue)) }),
        },
      };
    });
}

function keyAndValue(option: string): readonly [string, string] {
  const at = option.indexOf("=");
  return [option.slice(0, at), option.slice(at + 1)];
}
