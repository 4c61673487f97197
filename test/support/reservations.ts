import { randomUUID } from 'node:crypto';
import type { NewCompose, QuotaLimit, ReservationRequest } from '../../src/db/queries/build-reservations.ts';
import type { Database } from '../../src/db/index.ts';
import { composeRequest } from './given.ts';
import { ORG } from './identity.ts';

/** A compose as a request of the organization makes it. */
export const newCompose = (more: Partial<NewCompose> = {}): NewCompose => ({
  ...{ request: composeRequest, account_number: '', email: '', org_id: ORG, image_name: null, client_id: null },
  ...{ blueprint_version_id: null, blueprint_id: null, blueprint_version: null, labels: null },
  ...{ followed_closely: false, audit: null },
  ...more,
});

/** What is to be reserved. */
export interface Wanted extends Partial<Omit<ReservationRequest, 'orgId' | 'reservations'>> {
  /** How many composes. */
  readonly composes?: number;
  readonly limit?: QuotaLimit | null;
  /** Members of each compose. */
  readonly compose?: Partial<NewCompose>;
}

/** A request for reservations. */
export const reservationRequest = ({ composes = 1, compose: more, ...request }: Wanted = {}): ReservationRequest => {
  const compose = newCompose(more);
  return {
    ...{ orgId: compose.org_id, limit: null, processId: null, idempotencyId: null },
    ...request,
    reservations: Array.from({ length: composes }, () => ({ id: randomUUID(), compose, fingerprint: 'f' })),
  };
};

/** Reserves composes; gives the ids of the reservations, `null` when they are refused. */
export const reserveComposes = async (
  { reservations }: Pick<Database, 'reservations'>,
  wanted: Wanted = {},
): Promise<string[] | null> => {
  const request = reservationRequest(wanted);
  return (await reservations.reserve(request)) ? request.reservations.map(({ id }) => id) : null;
};

/** Reserves and stores a compose; gives its id. */
export const storeCompose = async (
  db: Pick<Database, 'reservations' | 'composes'>,
  compose: Partial<NewCompose> = {},
  jobId: string = randomUUID(),
): Promise<string> => {
  const [reservationId = ''] = (await reserveComposes(db, { compose })) ?? [];
  await db.composes.store({ jobId, orgId: compose.org_id ?? ORG, reservationId });
  return jobId;
};
