import type { OrganizationUse } from '../lib/organization-use.ts';
import type { ProtectionMetrics } from '../observability/protection-metrics.ts';
import { shortageError, type ShortageError } from './shortage-error.ts';

/** The bytes that the body of a request holds in memory. */
export class HeldBytes {
  readonly orgId: string;
  readonly #use: OrganizationUse;
  readonly #metrics: Pick<ProtectionMetrics, 'shedRequests'>;
  #size = 0;
  #isReleased = false;

  constructor(use: OrganizationUse, orgId: string, metrics: Pick<ProtectionMetrics, 'shedRequests'>) {
    this.#use = use;
    this.orgId = orgId;
    this.#metrics = metrics;
  }

  get size(): number {
    return this.#size;
  }

  /** Changes the size. @throws ShortageError if the organization or all together have too much */
  set(size: number): void {
    // A body that arrives after its response, a timeout, is dropped.
    if (this.#isReleased) return;
    const more = size - this.#size;
    const shortage = more > 0 ? this.#use.refusal(this.orgId, more) : null;
    if (shortage === 'organization') {
      throw shortageError(this.#metrics, 'organization_body_bytes', this.#use.limits.perOrganization);
    }
    if (shortage === 'process') throw this.refuse();
    this.#use.add(this.orgId, more);
    this.#size = size;
  }

  /** The error for a body that gets no memory. */
  refuse(): ShortageError {
    return shortageError(this.#metrics, 'body_bytes');
  }

  release(): void {
    this.#use.remove(this.orgId, this.#size);
    this.#size = 0;
    this.#isReleased = true;
  }
}
