import { describeCrashes } from "./every-point.ts";

describeCrashes("save", [3, 8, 15]);
