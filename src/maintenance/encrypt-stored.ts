import { ConfigError } from '../config/index.ts';
import type { CommonQueryMethods } from '../db/database.ts';
import { vacuum, withMaintenanceConnection } from '../db/maintenance.ts';
import {
  removeRequests,
  resealWebhooks,
  rewrapKeys,
  SEALED_TABLES,
  sealStored,
  type SealedBatch,
} from '../db/queries/stored-secrets.ts';
import { createConfiguredVault } from '../domain/encryption/configured-vault.ts';
import type { Logger } from '../observability/logger.ts';
import type { MaintenanceSettings } from './settings.ts';

type Step = (db: CommonQueryMethods, after: string | null) => Promise<SealedBatch>;

/**
 * Encrypts all stored secrets that are clear, and all data keys that an older key encrypts. Each batch commits: a run that ends early is
 * continued by the next one.
 * @throws ConfigError without a key; Error when a data key cannot be decrypted; the signal's reason when it is aborted
 */
export async function encryptStored(
  settings: Pick<MaintenanceSettings, 'database' | 'encryption' | 'webhooks'>,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  if (settings.encryption === null) throw new ConfigError(['ENCRYPTION_KEYS_FILE: must be set']);
  let unreadable = 0;
  const vault = createConfiguredVault(settings, log, () => (unreadable += 1));
  const steps: Readonly<Record<string, Step>> = {
    organization_keys: (db, after) => rewrapKeys(db, vault, after),
    ...Object.fromEntries(
      SEALED_TABLES.map((table): [string, Step] => [table, (db, after) => sealStored(db, vault, table, after)]),
    ),
    compose_metadata: removeRequests,
    webhooks: (db, after) => resealWebhooks(db, vault, after),
  };
  const encrypted: Record<string, number> = {};
  await withMaintenanceConnection(settings.database, signal, async (db) => {
    for (const [name, step] of Object.entries(steps)) {
      let after: string | null = null;
      encrypted[name] = 0;
      do {
        signal.throwIfAborted();
        const { last, sealed }: SealedBatch = await step(db, after);
        after = last;
        encrypted[name] += sealed;
        log.debug({ event: 'maintenance.secrets_progress', table: name, rows: encrypted[name] }, 'encrypting secrets');
      } while (after !== null);
    }
    // The previous versions of the rows are clear.
    await vacuum(db);
  });
  if (unreadable > 0) throw new Error(`${unreadable} secrets cannot be decrypted: a key is missing`);
  log.info({ event: 'maintenance.secrets_encrypted', encrypted }, 'all stored secrets are encrypted');
}
