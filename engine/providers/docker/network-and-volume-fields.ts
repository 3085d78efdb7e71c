import { block, flag, map, refused, replaces, set, text, type Fields } from "../schema/fields.ts";

const LABELS = set(block({ label: { shape: text, required: true }, value: { shape: text, required: true } }));
const IPAM_CONFIGS = set(
  block({
    subnet: { shape: text },
    ipRange: { shape: text },
    gateway: { shape: text },
    auxAddress: { shape: map(text) },
  }),
);
const WHY = "Docker cannot change a network or volume that exists";

/** Every argument of `docker.Network`; each change replaces. */
export const NETWORK_FIELDS: Fields = {
  attachable: replaces(flag, WHY),
  driver: replaces(text, WHY),
  ingress: replaces(flag, WHY),
  internal: replaces(flag, WHY),
  ipamConfigs: replaces(IPAM_CONFIGS, WHY),
  ipamDriver: replaces(text, WHY, { default: "default" }),
  ipamOptions: replaces(map(text), WHY),
  ipv6: replaces(flag, WHY),
  labels: replaces(LABELS, WHY),
  name: replaces(text, "a new name is a new resource"),
  options: replaces(map(text), WHY),
};

/** Every argument of `docker.Volume`; each change replaces, and with it goes the data. */
export const VOLUME_FIELDS: Fields = {
  cluster: refused("cluster volumes need a swarm"),
  driver: replaces(text, WHY),
  driverOpts: replaces(map(text), WHY),
  labels: replaces(LABELS, WHY),
  name: replaces(text, "a new name is a new resource"),
};
