import { describeCrashes } from "./every-point.ts";

describeCrashes("answered", [4, 9]);
