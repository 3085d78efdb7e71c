import { changeUser } from "../../features/access/change-user.ts";
import type { Handler } from "../define-command.ts";
import type { spec } from "./reinstate.ts";

export const handler: Handler<typeof spec> = (context, { args }) =>
  changeUser(context, args.user, "can log in again", (client, id) => client.reinstateUser(id));
