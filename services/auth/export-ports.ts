import type { UnitOfWork } from '@cartwright/kernel/postgres/database';

/** What the shop knows of a person, as it is gathered for them. */
export interface DataExport {
  readonly state: 'collecting' | 'ready';
  /** RFC 3339. */
  readonly askedAt: string;
  readonly readyAt: string | null;
}

/** An export whose lease this process has. */
export interface ExportJob {
  readonly userId: string;
  readonly lease: string;
}

/** Exports: the latest of each user, kept for a day. */
export interface Exports {
  /** Begins one, unless one is being gathered or was begun less than a minute ago. A job: it is begun, and leased to the caller. */
  ask(unit: UnitOfWork, userId: string): Promise<{ readonly status: DataExport; readonly job: ExportJob | undefined }>;
  find(userId: string): Promise<DataExport | undefined>;
  /** JSON, once it is ready. */
  document(userId: string): Promise<string | undefined>;
  /** Leases exports that are to be gathered. */
  lease(limit: number): Promise<readonly ExportJob[]>;
  finish(job: ExportJob, document: object): Promise<void>;
  /** Puts it off. */
  later(job: ExportJob, seconds: number): Promise<void>;
  forgetOld(): Promise<void>;
}
