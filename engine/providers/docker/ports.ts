/** Published ports in the engine's form. */
import type { Reader } from "../schema/reader.ts";

export interface PortSettings {
  readonly ExposedPorts: Readonly<Record<string, object>>;
  readonly PortBindings: Readonly<Record<string, readonly { HostIp: string; HostPort: string }[]>>;
}

/** Without `external` the engine picks a free host port ("0"). */
export function portSettings(ports: readonly Reader[]): PortSettings {
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const port of ports) {
    const key = `${port.requiredNumber("internal")}/${port.requiredText("protocol")}`;
    (bindings[key] ??= []).push({
      HostIp: port.requiredText("ip"),
      HostPort: String(port.number("external") ?? 0),
    });
  }
  return {
    ExposedPorts: Object.fromEntries(Object.keys(bindings).map((key) => [key, {}])),
    PortBindings: bindings,
  };
}
