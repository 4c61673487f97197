/** A request in the audit log. */
export interface AuditEntry {
  readonly id: string;
  readonly orgId: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly operation: string;
  readonly objectType: string;
  /** The object in the path, `null` for none. */
  readonly objectId: string | null;
  /** Name and type are empty if the identity has none. */
  readonly username: string;
  readonly userType: string;
  readonly status: number;
  readonly requestId: string;
}
