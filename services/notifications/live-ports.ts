import type { UnitOfWork } from '@cartwright/kernel/postgres/database';
import type { MessageData } from './domain/message-data.ts';
import type { TemplateName } from './domain/templates.ts';

/** A message that its reader sees in the shop. */
export interface LiveMessage {
  /** Counts the messages of a person from 1, without holes. */
  readonly seq: number;
  readonly template: TemplateName;
  readonly orderId: string | null;
  readonly data: MessageData;
  readonly createdAt: string;
}

/** How many there are for a person, and up to which they were read. */
export interface LiveStanding {
  readonly last: number;
  readonly readTo: number;
}

export interface LiveMessages {
  append(
    unit: UnitOfWork,
    userId: string,
    message: Pick<LiveMessage, 'template' | 'orderId' | 'data'> & { readonly messageId: string },
  ): Promise<void>;
  /** Those after a number, the oldest first. */
  after(userId: string, seq: number, limit: number): Promise<LiveMessage[]>;
  /** The newest first, below `beforeSeq`. */
  list(userId: string, page: { readonly beforeSeq?: number; readonly limit: number }): Promise<LiveMessage[]>;
  /** Of those who have ever had one. */
  standings(userIds: readonly string[]): Promise<ReadonlyMap<string, LiveStanding>>;
  /** Notes that all up to a number was read. What was read stays read. */
  read(userId: string, upTo: number): Promise<LiveStanding>;
  forget(unit: UnitOfWork, userId: string): Promise<void>;
}

/** Streams of this process that wait for live messages. */
export interface LiveReaders {
  /** Runs `look` whenever there may be news of a person, until the function answered is called. Throws 503 where there is no room. */
  subscribe(userId: string, reader: { readonly look: () => void; readonly end: () => void }): () => void;
  announce(userId: string): void;
}
