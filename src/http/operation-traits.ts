import type { RouteClass } from '../rate-limits/policy.ts';
import type { OperationId } from './operation.ts';

/** What the pipeline has to know of an operation beyond its contract. */
export interface OperationTraits {
  /** Which limit its requests count against; `null` for none. */
  readonly limitedAs: RouteClass | null;
  /** Whether it needs the database, and is refused while too many callers wait for that. */
  readonly usesDatabase: boolean;
  /** Whether it is answered however busy the process is: what probes ask. */
  readonly alwaysAnswered: boolean;
}

const traits = (limitedAs: RouteClass | null, usesDatabase: boolean): OperationTraits => ({
  ...{ limitedAs, usesDatabase },
  alwaysAnswered: false,
});

const PROBE: OperationTraits = { limitedAs: null, usesDatabase: false, alwaysAnswered: true };
const DOCUMENT = traits(null, false);
/** Reads of what is in memory, or in another service. */
const LOOK_UP = traits('reads', false);
const READ = traits('reads', true);
const WRITE = traits('writes', true);
const BUILD = traits('builds', true);

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
  createBlueprint: WRITE,
  getBlueprint: READ,
  updateBlueprint: WRITE,
  deleteBlueprint: WRITE,
  exportBlueprint: READ,
  composeBlueprint: BUILD,
  getBlueprintComposes: READ,
  getOscapProfiles: LOOK_UP,
  getOscapCustomizations: LOOK_UP,
  getOscapCustomizationsForPolicy: LOOK_UP,
  recommendPackage: LOOK_UP,
  fixupBlueprint: WRITE,
  getBlueprintVersions: READ,
  getBlueprintDiff: READ,
  restoreBlueprint: WRITE,
  getAudit: READ,
  getQuota: READ,
  getComposeSboms: READ,
  getComposeSbom: READ,
  getComposeLogs: READ,
  // It changes nothing, though it is a POST.
  validateBlueprint: READ,
  getBlueprintSchedule: READ,
  setBlueprintSchedule: WRITE,
  deleteBlueprintSchedule: WRITE,
  setBlueprintLabels: WRITE,
  setComposeLabels: WRITE,
  getEvents: READ,
  getWebhooks: READ,
  createWebhook: WRITE,
  deleteWebhook: WRITE,
  getWebhookDeliveries: READ,
  pingWebhook: WRITE,
};
