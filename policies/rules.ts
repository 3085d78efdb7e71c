import type { Rule } from "./rule.ts";
import { ENVIRONMENT_RULES } from "./rules/environment.ts";
import { HEALTH_RULES } from "./rules/health.ts";
import { HOST_ACCESS_RULES } from "./rules/host-access.ts";
import { IMAGE_RULES } from "./rules/image.ts";
import { ISOLATION_RULES } from "./rules/isolation.ts";
import { LIFECYCLE_RULES } from "./rules/lifecycle.ts";
import { NETWORK_RULES } from "./rules/network.ts";
import { RESOURCE_RULES } from "./rules/resources.ts";
import { STACK_RULES } from "./rules/stack.ts";

/** Every rule, by its id. */
export const RULES: readonly Rule[] = [
  ...ISOLATION_RULES,
  ...HOST_ACCESS_RULES,
  ...NETWORK_RULES,
  ...RESOURCE_RULES,
  ...HEALTH_RULES,
  ...LIFECYCLE_RULES,
  ...IMAGE_RULES,
  ...ENVIRONMENT_RULES,
  ...STACK_RULES,
].toSorted((a, b) => (a.id < b.id ? -1 : 1));
