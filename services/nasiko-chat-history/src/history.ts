import { randomUUID } from "node:crypto";
import { MongoServerError, type Collection, type Db, type Filter } from "mongodb";
import { Problem } from "../../lib/problem.ts";
import type { NewMessage, NewSession, Role } from "./requests.ts";
import { decodeCursor, encodeCursor, pageOf, type Page, type PageRequest } from "./page.ts";

interface SessionDocument {
  readonly owner: string;
  readonly session_id: string;
  readonly title: string;
  readonly agent_id: string | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly message_count: number;
  /** Numbers given to messages so far; may run ahead of the count when a write was cut off. */
  readonly numbered: number;
  readonly last_message: string | null;
}

interface MessageDocument {
  readonly owner: string;
  readonly session_id: string;
  readonly message_id: string;
  /** Position in the session, from 1, with gaps. */
  readonly number: number;
  readonly role: Role;
  readonly content: string;
  readonly agent_id: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly created_at: Date;
}

export type Session = Omit<SessionDocument, "owner" | "numbered">;
export type Message = Omit<MessageDocument, "owner" | "number">;

/** Something new, or what was there already under the same id. */
export interface Made<Item> {
  readonly item: Item;
  readonly isNew: boolean;
}

const TITLE_LENGTH = 80;
const PREVIEW_LENGTH = 200;
const UNTITLED = "New conversation";
const DUPLICATE_KEY = 11000;

const sessionsOf = (db: Db): Collection<SessionDocument> => db.collection("chat_sessions");
const messagesOf = (db: Db): Collection<MessageDocument> => db.collection("chat_messages");

export async function prepareHistory(db: Db): Promise<void> {
  await sessionsOf(db).createIndex({ owner: 1, session_id: 1 }, { unique: true });
  await sessionsOf(db).createIndex({ owner: 1, updated_at: -1, session_id: -1 });
  await messagesOf(db).createIndex({ owner: 1, session_id: 1, message_id: 1 }, { unique: true });
  await messagesOf(db).createIndex({ owner: 1, session_id: 1, number: 1 }, { unique: true });
}

export async function createSession(db: Db, owner: string, wanted: NewSession): Promise<Made<Session>> {
  const now = new Date();
  const document: SessionDocument = {
    owner,
    session_id: wanted.session_id ?? randomUUID(),
    title: wanted.title ?? UNTITLED,
    agent_id: wanted.agent_id ?? null,
    created_at: now,
    updated_at: now,
    message_count: 0,
    numbered: 0,
    last_message: null,
  };
  try {
    // A copy: the driver adds its _id to what it is given.
    await sessionsOf(db).insertOne({ ...document });
    return { item: sessionView(document), isNew: true };
  } catch (error) {
    const found = isDuplicate(error) ? await findSession(db, owner, document.session_id) : undefined;
    if (found === undefined) throw error;
    return { item: found, isNew: false };
  }
}

export async function findSession(db: Db, owner: string, id: string): Promise<Session | undefined> {
  const found = await sessionsOf(db).findOne({ owner, session_id: id });
  return found === null ? undefined : sessionView(found);
}

/** The last used first. @throws Problem 400 for a cursor that was not given out */
export async function listSessions(db: Db, owner: string, request: PageRequest): Promise<Page<Session>> {
  const [sortedBy, id] = positionOf(request.cursor) ?? [];
  const forward = request.direction === "after";
  const beyond = forward ? "$lt" : "$gt";
  const filter: Filter<SessionDocument> =
    sortedBy === undefined
      ? { owner }
      : {
          owner,
          $or: [
            { updated_at: { [beyond]: new Date(sortedBy) } },
            { updated_at: new Date(sortedBy), session_id: { [beyond]: id } },
          ],
        };
  const order = forward ? -1 : 1;
  const read = await sessionsOf(db)
    .find(filter)
    .sort({ updated_at: order, session_id: order })
    .limit(request.limit + 1)
    .toArray();
  const page = pageOf(read, request, ({ updated_at, session_id }) =>
    encodeCursor([updated_at.getTime(), session_id]),
  );
  return { ...page, data: page.data.map(sessionView) };
}

/** @returns whether there was one */
export async function deleteSession(db: Db, owner: string, id: string): Promise<boolean> {
  // Messages first: a session that is gone could not be deleted again.
  await messagesOf(db).deleteMany({ owner, session_id: id });
  const { deletedCount } = await sessionsOf(db).deleteOne({ owner, session_id: id });
  return deletedCount > 0;
}

/** @returns undefined when there is no such session */
export async function addMessage(
  db: Db,
  owner: string,
  sessionId: string,
  wanted: NewMessage,
): Promise<Made<Message> | undefined> {
  const key = { owner, session_id: sessionId };
  const message_id = wanted.message_id ?? randomUUID();
  const known = await messagesOf(db).findOne({ ...key, message_id });
  if (known !== null) return { item: messageView(known), isNew: false };
  const session = await sessionsOf(db).findOneAndUpdate(
    key,
    { $inc: { numbered: 1 } },
    { returnDocument: "after" },
  );
  if (session === null) return undefined;
  const document: MessageDocument = {
    ...key,
    message_id,
    number: session.numbered,
    role: wanted.role,
    content: wanted.content,
    agent_id: wanted.agent_id ?? null,
    metadata: wanted.metadata ?? {},
    created_at: new Date(),
  };
  try {
    await messagesOf(db).insertOne({ ...document });
  } catch (error) {
    // Sent twice at the same time: the other one was faster.
    const other = isDuplicate(error) ? await messagesOf(db).findOne({ ...key, message_id }) : null;
    if (other === null) throw error;
    return { item: messageView(other), isNew: false };
  }
  await sessionsOf(db).updateOne(key, {
    $inc: { message_count: 1 },
    $set: {
      updated_at: document.created_at,
      last_message: cut(document.content, PREVIEW_LENGTH),
      ...(session.title === UNTITLED && wanted.role === "user" && wanted.content.trim() !== ""
        ? { title: cut(wanted.content.trim(), TITLE_LENGTH) }
        : {}),
      ...(session.agent_id === null && document.agent_id !== null ? { agent_id: document.agent_id } : {}),
    },
  });
  return { item: messageView(document), isNew: true };
}

/** In the order in which they were written. @throws Problem 400 for a cursor that was not given out */
export async function listMessages(
  db: Db,
  owner: string,
  sessionId: string,
  request: PageRequest,
): Promise<Page<Message>> {
  const [number] = positionOf(request.cursor) ?? [];
  const forward = request.direction === "after";
  const read = await messagesOf(db)
    .find({
      owner,
      session_id: sessionId,
      ...(number === undefined ? {} : { number: forward ? { $gt: number } : { $lt: number } }),
    })
    .sort({ number: forward ? 1 : -1 })
    .limit(request.limit + 1)
    .toArray();
  const page = pageOf(read, request, (message) => encodeCursor([message.number, message.message_id]));
  return { ...page, data: page.data.map(messageView) };
}

function positionOf(cursor: string | undefined): ReturnType<typeof decodeCursor> {
  if (cursor === undefined) return undefined;
  const position = decodeCursor(cursor);
  if (position === undefined) throw new Problem(400, "cursor is not one that was given out");
  return position;
}

function sessionView(document: SessionDocument): Session {
  const { session_id, title, agent_id, created_at, updated_at, message_count, last_message } = document;
  return { session_id, title, agent_id, created_at, updated_at, message_count, last_message };
}

function messageView(document: MessageDocument): Message {
  const { message_id, session_id, role, content, agent_id, metadata, created_at } = document;
  return { message_id, session_id, role, content, agent_id, metadata, created_at };
}

const isDuplicate = (error: unknown): boolean =>
  error instanceof MongoServerError && error.code === DUPLICATE_KEY;

/** By letters, not by code units: half a letter is none. */
function cut(text: string, length: number): string {
  const letters = Array.from(text);
  return letters.length <= length ? text : `${letters.slice(0, length - 1).join("")}…`;
}
