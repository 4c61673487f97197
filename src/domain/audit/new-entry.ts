/** The request that makes a change, as the audit log records it. */
export interface AuditEntry {
  readonly id: string;
  readonly orgId: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly operation: string;
  readonly objectType: string;
  /** The object in the request's path, `null` without one. */
  readonly objectId: string | null;
  /** Empty where the identity has no name, or no type. */
  readonly username: string;
  readonly userType: string;
  /** The operation's status of success. */
  readonly status: number;
  readonly requestId: string;
}
