// Made from api/openapi.yaml by `npm run generate`. Do not edit.

import type { operations } from './image-builder.ts';

/** Method and path template of every operation of the contract. */
export const operationTable = {
  getVersion: { method: 'GET', path: '/version' },
  getReadiness: { method: 'GET', path: '/ready' },
  getOpenapiJson: { method: 'GET', path: '/openapi.json' },
  getDistributions: { method: 'GET', path: '/distributions' },
  getDistribution: { method: 'GET', path: '/distributions/{distro}' },
  getArchitectures: { method: 'GET', path: '/architectures/{distribution}' },
  getPackages: { method: 'GET', path: '/packages' },
  composeImage: { method: 'POST', path: '/compose' },
  getComposes: { method: 'GET', path: '/composes' },
  getComposeStatus: { method: 'GET', path: '/composes/{composeId}' },
  deleteCompose: { method: 'DELETE', path: '/composes/{composeId}' },
  getComposeMetadata: { method: 'GET', path: '/composes/{composeId}/metadata' },
  getBlueprints: { method: 'GET', path: '/blueprints' },
  createBlueprint: { method: 'POST', path: '/blueprints' },
  getBlueprint: { method: 'GET', path: '/blueprints/{id}' },
  updateBlueprint: { method: 'PUT', path: '/blueprints/{id}' },
  deleteBlueprint: { method: 'DELETE', path: '/blueprints/{id}' },
  exportBlueprint: { method: 'GET', path: '/blueprints/{id}/export' },
  composeBlueprint: { method: 'POST', path: '/blueprints/{id}/compose' },
  getBlueprintComposes: { method: 'GET', path: '/blueprints/{id}/composes' },
  getOscapProfiles: { method: 'GET', path: '/oscap/{distribution}/profiles' },
  getOscapCustomizations: { method: 'GET', path: '/oscap/{distribution}/{profile}/customizations' },
  getOscapCustomizationsForPolicy: { method: 'GET', path: '/oscap/{policy}/{distribution}/policy_customizations' },
  recommendPackage: { method: 'POST', path: '/experimental/recommendations' },
  fixupBlueprint: { method: 'POST', path: '/experimental/blueprints/{id}/fixup' },
  cancelCompose: { method: 'POST', path: '/composes/{composeId}/cancel' },
  rebuildCompose: { method: 'POST', path: '/composes/{composeId}/rebuild' },
  cloneCompose: { method: 'POST', path: '/composes/{composeId}/clone' },
  getComposeClones: { method: 'GET', path: '/composes/{composeId}/clones' },
  getCloneStatus: { method: 'GET', path: '/clones/{id}' },
} as const satisfies { readonly [Id in keyof operations]: { readonly method: string; readonly path: string } };
