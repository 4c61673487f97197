import { bind, bindOwned } from './bind.ts';
import { reading, type DatabaseAccess } from './database.ts';
import { insertAuditEntries, listAuditEntries } from './queries/audit-log.ts';
import { findEventHorizon, listEvents, listEventsOfOrganizations } from './queries/events.ts';
import { createSafeIdReader, secondsHeldBack } from './queries/safe-event-id.ts';
import { recordAttempt, releaseDeliveries } from './queries/webhook-attempts.ts';
import {
  countPendingDeliveries,
  expireDeliveries,
  findNextDueDelivery,
  findWebhookDelivery,
  insertPing,
  listWebhookDeliveries,
  redeliver,
  takeDueDeliveries,
} from './queries/webhook-deliveries.ts';
import {
  deleteWebhook,
  findWebhook,
  insertWebhook,
  listWebhooks,
  rotateWebhookSecret,
  updateWebhook,
} from './queries/webhooks.ts';

/** The queries of events, webhooks and the audit log. */
export function eventQueries(access: DatabaseAccess) {
  const reads = reading(access);
  return {
    events: {
      ...bindOwned(reads, { findHorizon: findEventHorizon, list: listEvents }),
      ...bind(reads, { listOfOrganizations: listEventsOfOrganizations, secondsHeldBack }),
      findSafeId: createSafeIdReader(reads),
    },
    webhooks: {
      ...bindOwned(reads, { find: findWebhook, list: listWebhooks }),
      ...bindOwned(access, {
        insert: insertWebhook,
        update: updateWebhook,
        rotateSecret: rotateWebhookSecret,
        delete: deleteWebhook,
      }),
    },
    deliveries: {
      ...bindOwned(reads, { find: findWebhookDelivery, list: listWebhookDeliveries }),
      ...bindOwned(access, { insertPing, redeliver }),
      ...bind(access, {
        takeDue: takeDueDeliveries,
        findNextDue: findNextDueDelivery,
        recordAttempt,
        release: releaseDeliveries,
        expire: expireDeliveries,
        countPending: countPendingDeliveries,
      }),
    },
    audit: { ...bind(access, { insert: insertAuditEntries }), ...bindOwned(reads, { list: listAuditEntries }) },
  };
}
