import type { RouteClass } from '../domain/rate-limits/policy.ts';
import type { OperationId } from './operation.ts';

/** What belongs to an operation beside its handler. */
export interface OperationTraits {
  /** Which limit its requests count against; `null` for none. */
  readonly rateLimitClass: RouteClass | null;
  /** Whether it needs the database, and is refused while too many callers wait for a connection. */
  readonly usesDatabase: boolean;
  /** Whether it is served however busy the process is: what probes request. */
  readonly alwaysServed: boolean;
  /** Whether it is served to callers with an identity only. */
  readonly readsIdentity: boolean;
  /** Whether the audit log records its requests. */
  readonly audited: boolean;
  /** Whether requests may carry an idempotency key, and whether the stored response is encrypted; `null` without keys. */
  readonly idempotency: 'plain' | 'encrypted' | null;
  /** Whether a response has an entity tag, and which caches may store it; `null` without a tag. */
  readonly conditional: 'private' | 'public' | null;
}

const DEFAULTS: OperationTraits = {
  ...{ rateLimitClass: null, usesDatabase: false, alwaysServed: false, readsIdentity: true },
  ...{ audited: false, idempotency: null, conditional: null },
};

const define = (traits: Partial<OperationTraits>): OperationTraits => ({ ...DEFAULTS, ...traits });

const PROBE = define({ alwaysServed: true });
const DOCUMENT = define({ readsIdentity: false, conditional: 'public' });
/** Reads of what is in memory, or in another service. */
const LOOK_UP = define({ rateLimitClass: 'reads', conditional: 'private' });
const READ = define({ rateLimitClass: 'reads', usesDatabase: true, conditional: 'private' });
/** Reads whose response changes without a change of the object, or is a stream. */
const UNTAGGED_READ = define({ rateLimitClass: 'reads', usesDatabase: true });
const WRITE = define({ rateLimitClass: 'writes', usesDatabase: true, audited: true });
const CREATE = define({ ...WRITE, idempotency: 'plain' });
const BUILD = define({ ...CREATE, rateLimitClass: 'builds' });

/** The traits of every operation. One that is added to the contract does not compile without. */
export const OPERATION_TRAITS: { readonly [Id in OperationId]: OperationTraits } = {
  getVersion: PROBE,
  getReadiness: PROBE,
  getOpenapiJson: DOCUMENT,
  getDistributions: LOOK_UP,
  getDistribution: LOOK_UP,
  getArchitectures: LOOK_UP,
  getPackages: LOOK_UP,
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
  getOscapProfiles: LOOK_UP,
  getOscapCustomizations: LOOK_UP,
  getOscapCustomizationsForPolicy: LOOK_UP,
  // It changes nothing, though it is a POST.
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
  // It changes nothing, though it is a POST.
  validateBlueprint: UNTAGGED_READ,
  getBlueprintSchedule: UNTAGGED_READ,
  setBlueprintSchedule: WRITE,
  deleteBlueprintSchedule: WRITE,
  setBlueprintLabels: WRITE,
  setComposeLabels: WRITE,
  getEvents: UNTAGGED_READ,
  getWebhooks: READ,
  // Its response contains the secret of the webhook.
  createWebhook: define({ ...CREATE, idempotency: 'encrypted' }),
  deleteWebhook: WRITE,
  getWebhookDeliveries: UNTAGGED_READ,
  pingWebhook: WRITE,
};
