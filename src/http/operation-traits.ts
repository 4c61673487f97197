import type { RouteClass } from '../domain/rate-limits/policy.ts';
import type { Deprecation } from './deprecation.ts';
import type { OperationId } from './operation.ts';

/** What the middleware needs to know of an operation. */
export interface OperationTraits {
  /** `null` without a limit. */
  readonly rateLimitClass: RouteClass | null;
  /** Whether requests are rejected while too many callers wait for a connection. */
  readonly usesDatabase: boolean;
  /** Whether requests are served under overload: probes. */
  readonly alwaysServed: boolean;
  readonly readsIdentity: boolean;
  readonly audited: boolean;
  /**
   * Whether requests may have an idempotency key, and whether the stored response is encrypted; `null` without keys.
   */
  readonly idempotency: 'plain' | 'encrypted' | null;
  /** Which caches may store the response; `null` without an entity tag. */
  readonly conditional: 'private' | 'public' | null;
  /** `null` for operations that stay. The contract marks the others as `deprecated`. */
  readonly deprecation: Deprecation | null;
}

const DEFAULTS: OperationTraits = {
  ...{ rateLimitClass: null, usesDatabase: false, alwaysServed: false, readsIdentity: true },
  ...{ audited: false, idempotency: null, conditional: null, deprecation: null },
};

const define = (traits: Partial<OperationTraits>): OperationTraits => ({ ...DEFAULTS, ...traits });

const PROBE = define({ alwaysServed: true });
const DOCUMENT = define({ readsIdentity: false, conditional: 'public' });
const LOOKUP = define({ rateLimitClass: 'reads', conditional: 'private' });
const READ = define({ rateLimitClass: 'reads', usesDatabase: true, conditional: 'private' });
/** The response changes without a change of the object, or is a stream. */
const UNTAGGED_READ = define({ rateLimitClass: 'reads', usesDatabase: true });
const WRITE = define({ rateLimitClass: 'writes', usesDatabase: true, audited: true });
const CREATE = define({ ...WRITE, idempotency: 'plain' });
const BUILD = define({ ...CREATE, rateLimitClass: 'builds' });

/** Compatibility: these operations of the published API take requests with unknown members and parameters. */
const PUBLISHED: ReadonlySet<string> = new Set<OperationId>([
  ...(['getVersion', 'getReadiness', 'getOpenapiJson'] as const),
  ...(['getDistributions', 'getDistribution', 'getArchitectures', 'getPackages'] as const),
  ...(['composeImage', 'getComposes', 'getComposeStatus', 'deleteCompose', 'getComposeMetadata'] as const),
  ...(['getBlueprints', 'createBlueprint', 'getBlueprint', 'updateBlueprint', 'deleteBlueprint'] as const),
  ...(['exportBlueprint', 'composeBlueprint', 'getBlueprintComposes', 'fixupBlueprint'] as const),
  ...(['getOscapProfiles', 'getOscapCustomizations', 'getOscapCustomizationsForPolicy', 'recommendPackage'] as const),
]);

/** Whether an operation refuses requests with unknown members or query parameters; the others report them. */
export function refusesUnknown(operationId: string): boolean {
  return !PUBLISHED.has(operationId);
}

export const OPERATION_TRAITS: { readonly [Id in OperationId]: OperationTraits } = {
  getVersion: PROBE,
  getReadiness: PROBE,
  getOpenapiJson: DOCUMENT,
  getDistributions: LOOKUP,
  getDistribution: LOOKUP,
  getArchitectures: LOOKUP,
  getPackages: LOOKUP,
  composeImage: BUILD,
  getComposes: READ,
  getComposeStatus: READ,
  deleteCompose: WRITE,
  getComposeMetadata: READ,
  cancelCompose: WRITE,
  rebuildCompose: BUILD,
  cloneCompose: BUILD,
  getComposeClones: READ,
  getCloneStatus: READ,
  getBlueprints: READ,
  createBlueprint: CREATE,
  getBlueprint: READ,
  updateBlueprint: WRITE,
  deleteBlueprint: WRITE,
  exportBlueprint: UNTAGGED_READ,
  composeBlueprint: BUILD,
  getBlueprintComposes: READ,
  getOscapProfiles: LOOKUP,
  getOscapCustomizations: LOOKUP,
  getOscapCustomizationsForPolicy: LOOKUP,
  // A POST that changes nothing.
  recommendPackage: define({ rateLimitClass: 'reads' }),
  fixupBlueprint: WRITE,
  getBlueprintVersions: READ,
  getBlueprintDiff: READ,
  restoreBlueprint: CREATE,
  getAudit: READ,
  getQuota: UNTAGGED_READ,
  getComposeSboms: READ,
  getComposeSbom: READ,
  getComposeLogs: UNTAGGED_READ,
  // A POST that changes nothing.
  validateBlueprint: UNTAGGED_READ,
  // The same; it does not read the database either.
  importBlueprint: define({ rateLimitClass: 'reads' }),
  getBlueprintSchedule: UNTAGGED_READ,
  setBlueprintSchedule: WRITE,
  deleteBlueprintSchedule: WRITE,
  setBlueprintLabels: WRITE,
  setComposeLabels: WRITE,
  getEvents: UNTAGGED_READ,
  getWebhooks: READ,
  // The response contains the secret of the webhook.
  createWebhook: define({ ...CREATE, idempotency: 'encrypted' }),
  updateWebhook: WRITE,
  // The response contains the secret of the webhook.
  rotateWebhookSecret: define({ ...CREATE, idempotency: 'encrypted' }),
  deleteWebhook: WRITE,
  getWebhookDeliveries: UNTAGGED_READ,
  redeliverWebhookMessage: WRITE,
  pingWebhook: WRITE,
};
