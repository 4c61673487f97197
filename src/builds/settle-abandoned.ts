import type { AppContext } from '../context.ts';

/**
 * Settles what processes that died left behind, as far as that needs no composer: what had not been sent is released, what had
 * been is from now on known as unknown. Nothing at composer is touched.
 */
export const settleAbandoned = async ({ db, log, metrics }: AppContext): Promise<void> => {
  const { released, unknown } = await db.settleAbandonedBuilds();
  if (released > 0) {
    log.warn({ reservations: released }, 'reservations of a process that died are released');
    metrics.buildSettlements.inc({ outcome: 'released' }, released);
  }
  for (const { id, org_id: orgId, sent_at: sentAt } of unknown) {
    log.error(
      { reservation: id, org_id: orgId, sent_at: sentAt },
      'a process died while it sent a build: nobody knows whether composer took it; see the reliability document',
    );
    metrics.buildSettlements.inc({ outcome: 'unknown' });
  }
  metrics.unknownBuilds.set(await db.countUnknownBuilds());
};
