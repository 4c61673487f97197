import type { AppContext } from '../context.ts';

/**
 * Settles what processes that died left behind, as far as that needs no composer: what had not been sent is released, what had
 * been is from now on known as unknown. Nothing at composer is touched. Operators are told of it at least once.
 */
export const settleAbandoned = async ({ db, log, metrics }: AppContext): Promise<void> => {
  const released = await db.reservations.reconcile();
  if (released > 0) {
    log.warn({ reservations: released }, 'reservations of a process that died are released');
    metrics.buildSettlements.inc({ outcome: 'released' }, released);
  }
  const untold = await db.reservations.listUnalerted();
  for (const { id, org_id: orgId, sent_at: sentAt } of untold) {
    log.error(
      { reservation: id, org_id: orgId, sent_at: sentAt },
      'a process died while it sent a build: nobody knows whether composer took it; see docs/reliability.md',
    );
    metrics.buildSettlements.inc({ outcome: 'unknown' });
  }
  if (untold.length > 0) await db.reservations.markAlerted(untold.map(({ id }) => id));
  metrics.unknownBuilds.set(await db.reservations.countUnknown());
};
