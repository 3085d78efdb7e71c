import type { Rule } from "./rule.ts";
import { ENVIRONMENT_RULES } from "./environment.ts";
import { HEALTH_RULES } from "./health.ts";
import { HOST_ACCESS_RULES } from "./host-access.ts";
import { IMAGE_RULES } from "./image.ts";
import { ISOLATION_RULES } from "./isolation.ts";
import { LIFECYCLE_RULES } from "./lifecycle.ts";
import { NETWORK_RULES } from "./network.ts";
import { RESOURCE_RULES } from "./resources.ts";
import { STACK_RULES } from "./stack.ts";

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
