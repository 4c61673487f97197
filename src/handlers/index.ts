import type { OperationHandlers } from '../http/operation.ts';
import { cancelCompose } from './cancelCompose.ts';
import { cloneCompose } from './cloneCompose.ts';
import { composeBlueprint } from './composeBlueprint.ts';
import { composeImage } from './composeImage.ts';
import { createBlueprint } from './createBlueprint.ts';
import { createWebhook } from './createWebhook.ts';
import { deleteBlueprint } from './deleteBlueprint.ts';
import { deleteBlueprintSchedule } from './deleteBlueprintSchedule.ts';
import { deleteCompose } from './deleteCompose.ts';
import { deleteWebhook } from './deleteWebhook.ts';
import { exportBlueprint } from './exportBlueprint.ts';
import { fixupBlueprint } from './fixupBlueprint.ts';
import { getArchitectures } from './getArchitectures.ts';
import { getAudit } from './getAudit.ts';
import { getBlueprint } from './getBlueprint.ts';
import { getBlueprintComposes } from './getBlueprintComposes.ts';
import { getBlueprintDiff } from './getBlueprintDiff.ts';
import { getBlueprintVersions } from './getBlueprintVersions.ts';
import { getBlueprintSchedule } from './getBlueprintSchedule.ts';
import { getBlueprints } from './getBlueprints.ts';
import { getCloneStatus } from './getCloneStatus.ts';
import { getComposeClones } from './getComposeClones.ts';
import { getComposeLogs } from './getComposeLogs.ts';
import { getComposeMetadata } from './getComposeMetadata.ts';
import { getComposeSbom } from './getComposeSbom.ts';
import { getComposeSboms } from './getComposeSboms.ts';
import { getComposeStatus } from './getComposeStatus.ts';
import { getComposes } from './getComposes.ts';
import { getDistribution } from './getDistribution.ts';
import { getDistributions } from './getDistributions.ts';
import { getEvents } from './getEvents.ts';
import { getOpenapiJson } from './getOpenapiJson.ts';
import { getOscapCustomizations } from './getOscapCustomizations.ts';
import { getOscapCustomizationsForPolicy } from './getOscapCustomizationsForPolicy.ts';
import { getOscapProfiles } from './getOscapProfiles.ts';
import { getPackages } from './getPackages.ts';
import { getQuota } from './getQuota.ts';
import { getReadiness } from './getReadiness.ts';
import { getVersion } from './getVersion.ts';
import { getWebhookDeliveries } from './getWebhookDeliveries.ts';
import { getWebhooks } from './getWebhooks.ts';
import { importBlueprint } from './importBlueprint.ts';
import { pingWebhook } from './pingWebhook.ts';
import { rebuildCompose } from './rebuildCompose.ts';
import { recommendPackage } from './recommendPackage.ts';
import { redeliverWebhookMessage } from './redeliverWebhookMessage.ts';
import { restoreBlueprint } from './restoreBlueprint.ts';
import { rotateWebhookSecret } from './rotateWebhookSecret.ts';
import { setBlueprintSchedule } from './setBlueprintSchedule.ts';
import { setBlueprintLabels } from './setBlueprintLabels.ts';
import { setComposeLabels } from './setComposeLabels.ts';
import { updateBlueprint } from './updateBlueprint.ts';
import { updateWebhook } from './updateWebhook.ts';
import { validateBlueprint } from './validateBlueprint.ts';

/** The handler of every operation of the contract; the type requires all of them. */
export const handlers: OperationHandlers = {
  cancelCompose,
  cloneCompose,
  composeBlueprint,
  composeImage,
  createBlueprint,
  createWebhook,
  deleteBlueprint,
  deleteBlueprintSchedule,
  deleteCompose,
  deleteWebhook,
  exportBlueprint,
  fixupBlueprint,
  getArchitectures,
  getAudit,
  getBlueprint,
  getBlueprintComposes,
  getBlueprintDiff,
  getBlueprintVersions,
  getBlueprintSchedule,
  getBlueprints,
  getCloneStatus,
  getComposeClones,
  getComposeLogs,
  getComposeMetadata,
  getComposeSbom,
  getComposeSboms,
  getComposeStatus,
  getComposes,
  getDistribution,
  getDistributions,
  getEvents,
  getOpenapiJson,
  getOscapCustomizations,
  getOscapCustomizationsForPolicy,
  getOscapProfiles,
  getPackages,
  getQuota,
  getReadiness,
  getVersion,
  getWebhookDeliveries,
  getWebhooks,
  importBlueprint,
  pingWebhook,
  rebuildCompose,
  recommendPackage,
  redeliverWebhookMessage,
  restoreBlueprint,
  rotateWebhookSecret,
  setBlueprintSchedule,
  setBlueprintLabels,
  setComposeLabels,
  updateBlueprint,
  updateWebhook,
  validateBlueprint,
};
