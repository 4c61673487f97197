// A typed function for each operation of the services that this one calls.
import type { operations as Compliance } from '../../generated/upstream/compliance.ts';
import type { operations as Composer } from '../../generated/upstream/composer.ts';
import type { operations as ContentSources } from '../../generated/upstream/content-sources.ts';
import type { operations as Provisioning } from '../../generated/upstream/provisioning.ts';
import type { operations as Recommendations } from '../../generated/upstream/recommendations.ts';
import { complianceOperations } from '../../generated/upstream/compliance-operations.ts';
import { composerOperations } from '../../generated/upstream/composer-operations.ts';
import { contentSourcesOperations } from '../../generated/upstream/content-sources-operations.ts';
import { provisioningOperations } from '../../generated/upstream/provisioning-operations.ts';
import { recommendationsOperations } from '../../generated/upstream/recommendations-operations.ts';
import type { CallOptions, UpstreamResponse, UpstreamCall, UpstreamRequest } from './types.ts';

export type { Compliance, Composer, ContentSources, Provisioning, Recommendations };

type Functions<Contract> = {
  readonly [Id in keyof Contract]: (
    request: UpstreamRequest<Contract[Id]>,
    options?: CallOptions,
  ) => Promise<UpstreamResponse<Contract[Id]>>;
};

type Table<Contract> = { readonly [Id in keyof Contract]: { readonly method: string; readonly path: string } };

function createFunctions<Contract>(table: Table<Contract>, call: UpstreamCall): Functions<Contract> {
  const functions: Partial<{ -readonly [Id in keyof Contract]: Functions<Contract>[Id] }> = {};
  for (const operationId in table) {
    const operation = { operationId, ...table[operationId] };
    functions[operationId] = (request, options) => call(operation, request, options);
  }
  return functions as Functions<Contract>;
}

export type ComplianceOperations = Functions<Compliance>;
export function createComplianceOperations(call: UpstreamCall): ComplianceOperations {
  return createFunctions<Compliance>(complianceOperations, call);
}

export type ComposerOperations = Functions<Composer>;
export function createComposerOperations(call: UpstreamCall): ComposerOperations {
  return createFunctions<Composer>(composerOperations, call);
}

export type ContentSourcesOperations = Functions<ContentSources>;
export function createContentSourcesOperations(call: UpstreamCall): ContentSourcesOperations {
  return createFunctions<ContentSources>(contentSourcesOperations, call);
}

export type ProvisioningOperations = Functions<Provisioning>;
export function createProvisioningOperations(call: UpstreamCall): ProvisioningOperations {
  return createFunctions<Provisioning>(provisioningOperations, call);
}

export type RecommendationsOperations = Functions<Recommendations>;
export function createRecommendationsOperations(call: UpstreamCall): RecommendationsOperations {
  return createFunctions<Recommendations>(recommendationsOperations, call);
}
