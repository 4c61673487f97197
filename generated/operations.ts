// Made from api/openapi.yaml by `npm run generate`. Do not edit.

import type { operations } from './image-builder.ts';

/** Method and path template of every operation of the contract. */
export const operationTable = {
  /** Get the version of the service */
  getVersion: { method: 'GET', path: '/version' },
  /** Check readiness */
  getReadiness: { method: 'GET', path: '/ready' },
  /** Get this document as JSON */
  getOpenapiJson: { method: 'GET', path: '/openapi.json' },
  /** List distributions */
  getDistributions: { method: 'GET', path: '/distributions' },
  /** Get details of a distribution */
  getDistribution: { method: 'GET', path: '/distributions/{distro}' },
  /** List architectures of a distribution */
  getArchitectures: { method: 'GET', path: '/architectures/{distribution}' },
  /** Search packages */
  getPackages: { method: 'GET', path: '/packages' },
  /** Build an image */
  composeImage: { method: 'POST', path: '/compose' },
  /** List composes */
  getComposes: { method: 'GET', path: '/composes' },
  /** Get the status of a compose */
  getComposeStatus: { method: 'GET', path: '/composes/{composeId}' },
  /** Delete a compose */
  deleteCompose: { method: 'DELETE', path: '/composes/{composeId}' },
  /** Get the content of a finished image */
  getComposeMetadata: { method: 'GET', path: '/composes/{composeId}/metadata' },
  /** List blueprints */
  getBlueprints: { method: 'GET', path: '/blueprints' },
  /** Create a blueprint */
  createBlueprint: { method: 'POST', path: '/blueprints' },
  /** Get a blueprint */
  getBlueprint: { method: 'GET', path: '/blueprints/{id}' },
  /** Update a blueprint */
  updateBlueprint: { method: 'PUT', path: '/blueprints/{id}' },
  /** Delete a blueprint */
  deleteBlueprint: { method: 'DELETE', path: '/blueprints/{id}' },
  /** Export a blueprint */
  exportBlueprint: { method: 'GET', path: '/blueprints/{id}/export' },
  /** Build a blueprint */
  composeBlueprint: { method: 'POST', path: '/blueprints/{id}/compose' },
  /** List composes of a blueprint */
  getBlueprintComposes: { method: 'GET', path: '/blueprints/{id}/composes' },
  /** List OpenSCAP profiles */
  getOscapProfiles: { method: 'GET', path: '/oscap/{distribution}/profiles' },
  /** Get the customizations of an OpenSCAP profile */
  getOscapCustomizations: { method: 'GET', path: '/oscap/{distribution}/{profile}/customizations' },
  /** Get the customizations of a compliance policy */
  getOscapCustomizationsForPolicy: { method: 'GET', path: '/oscap/{policy}/{distribution}/policy_customizations' },
  /** Recommend packages */
  recommendPackage: { method: 'POST', path: '/experimental/recommendations' },
  /** Make a blueprint meet its compliance policy */
  fixupBlueprint: { method: 'POST', path: '/experimental/blueprints/{id}/fixup' },
  /** Stream events */
  getEvents: { method: 'GET', path: '/events' },
  /** List webhooks */
  getWebhooks: { method: 'GET', path: '/webhooks' },
  /** Create a webhook */
  createWebhook: { method: 'POST', path: '/webhooks' },
  /** Delete a webhook */
  deleteWebhook: { method: 'DELETE', path: '/webhooks/{id}' },
  /** Change a webhook */
  updateWebhook: { method: 'PATCH', path: '/webhooks/{id}' },
  /** List the deliveries of a webhook */
  getWebhookDeliveries: { method: 'GET', path: '/webhooks/{id}/deliveries' },
  /** Deliver a message again */
  redeliverWebhookMessage: { method: 'POST', path: '/webhooks/{id}/deliveries/{deliveryId}/redeliver' },
  /** Replace the secret of a webhook */
  rotateWebhookSecret: { method: 'POST', path: '/webhooks/{id}/rotate-secret' },
  /** Ping a webhook */
  pingWebhook: { method: 'POST', path: '/webhooks/{id}/ping' },
  /** Cancel a compose */
  cancelCompose: { method: 'POST', path: '/composes/{composeId}/cancel' },
  /** Build the same again */
  rebuildCompose: { method: 'POST', path: '/composes/{composeId}/rebuild' },
  /** Clone an AWS image */
  cloneCompose: { method: 'POST', path: '/composes/{composeId}/clone' },
  /** List clones of an image */
  getComposeClones: { method: 'GET', path: '/composes/{composeId}/clones' },
  /** Get the status of a clone */
  getCloneStatus: { method: 'GET', path: '/clones/{id}' },
  /** Get what is left of the quota */
  getQuota: { method: 'GET', path: '/quota' },
  /** Get the bills of materials of a compose */
  getComposeSboms: { method: 'GET', path: '/composes/{composeId}/sboms' },
  /** Download a bill of materials */
  getComposeSbom: { method: 'GET', path: '/composes/{composeId}/sboms/{sbomName}' },
  /** Get the logs of a compose */
  getComposeLogs: { method: 'GET', path: '/composes/{composeId}/logs' },
  /** List the versions of a blueprint */
  getBlueprintVersions: { method: 'GET', path: '/blueprints/{id}/versions' },
  /** Compare two versions of a blueprint */
  getBlueprintDiff: { method: 'GET', path: '/blueprints/{id}/diff' },
  /** Restore a version of a blueprint */
  restoreBlueprint: { method: 'POST', path: '/blueprints/{id}/restore' },
  /** Read the audit log */
  getAudit: { method: 'GET', path: '/audit' },
  /** Check a blueprint */
  validateBlueprint: { method: 'POST', path: '/blueprints/validate' },
  /** Convert a composer-cli blueprint */
  importBlueprint: { method: 'POST', path: '/blueprints/import' },
  /** Get the schedule of a blueprint */
  getBlueprintSchedule: { method: 'GET', path: '/blueprints/{id}/schedule' },
  /** Set the schedule of a blueprint */
  setBlueprintSchedule: { method: 'PUT', path: '/blueprints/{id}/schedule' },
  /** Delete the schedule of a blueprint */
  deleteBlueprintSchedule: { method: 'DELETE', path: '/blueprints/{id}/schedule' },
  /** Set the labels of a blueprint */
  setBlueprintLabels: { method: 'PUT', path: '/blueprints/{id}/labels' },
  /** Set the labels of a compose */
  setComposeLabels: { method: 'PUT', path: '/composes/{composeId}/labels' },
} as const satisfies { readonly [Id in keyof operations]: { readonly method: string; readonly path: string } };
