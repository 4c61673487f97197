import type { components } from '../../generated/image-builder.ts';
import { findViolations } from '../contract/violations.ts';
import { importToml } from '../domain/blueprints/on-prem/import.ts';
import type { OperationHandler } from '../http/operation.ts';
import { ServiceError } from '../lib/errors.ts';
import { given } from '../lib/members.ts';

/** Violations that a response lists. */
const MAX_VIOLATIONS = 100;

export const importBlueprint: OperationHandler<'importBlueprint'> = (ctx, { body, identity }) => {
  // composer-cli writes rhel-9.4 for rhel-94.
  const find = (name: string): string | null =>
    [name, name.replace('.', '')].map((key) => ctx.distributions.find(key, identity)?.key).find(Boolean) ?? null;
  const { name, description, distribution, customizations, architecture, lost } = importToml(body, find);
  const blueprint = {
    ...{ name, description },
    ...given({ distribution: distribution as components['schemas']['Distributions'] | undefined }),
    customizations,
    metadata: { parent_id: null, exported_at: '', is_on_prem: true },
  };
  const { violations } = findViolations(ctx.document, 'ImportedBlueprint', blueprint, MAX_VIOLATIONS);
  if (violations.length > 0) {
    const entries = violations.map(({ pointer, reason }) => ({
      detail: `the converted blueprint has an error: Error at "${pointer}": ${reason}`,
      code: 'body.invalid' as const,
      pointer,
    }));
    throw new ServiceError('invalid', entries);
  }
  return {
    status: 200,
    headers: { 'Cache-Control': 'no-store' },
    body: { blueprint, ...given({ architecture }), without_equivalent: [...lost] },
  };
};
