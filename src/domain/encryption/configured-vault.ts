import type { Config } from '../../config/index.ts';
import { Vault } from '../../db/vault.ts';
import { isStoredSecret } from '../redaction/secret-members.ts';
import { createSecretBox, parseKeys } from '../../lib/secret-box.ts';
import type { Logger } from '../../observability/logger.ts';

/** Milliseconds between two log lines about secrets that cannot be decrypted. */
const QUIET_MS = 30_000;

/**
 * The vault with the configured keys. Keys of webhooks alone encrypt no requests.
 * @param onUnreadable called for every failure to decrypt; the log has one line in half a minute
 */
export function createConfiguredVault(
  { encryption, webhooks }: Pick<Config, 'encryption' | 'webhooks'>,
  log: Pick<Logger, 'error'>,
  onUnreadable: () => void = () => {},
): Vault {
  const keys = [
    ...(encryption?.keys ?? []),
    ...(webhooks.secretKey === null ? [] : (parseKeys(webhooks.secretKey) ?? [])),
  ];
  let quietUntil = -Infinity;
  return new Vault({
    box: keys.length === 0 ? null : createSecretBox(keys),
    sealsRequests: encryption !== null,
    isSecret: isStoredSecret,
    onUnreadable: (error, orgId) => {
      onUnreadable();
      const now = performance.now();
      if (now < quietUntil) return;
      quietUntil = now + QUIET_MS;
      log.error(
        { event: 'encryption.secret_unreadable', err: error, org_id: orgId },
        'a stored secret cannot be decrypted',
      );
    },
  });
}
