import type { Handler } from 'openapi-backend';
import type { AppContext } from '../context.ts';
import type { OperationHandlers } from '../http/operation.ts';
import { cancelCompose } from './cancelCompose.ts';
import { cloneCompose } from './cloneCompose.ts';
import { composeBlueprint } from './composeBlueprint.ts';
import { composeImage } from './composeImage.ts';
import { createBlueprint } from './createBlueprint.ts';
import { deleteBlueprint } from './deleteBlueprint.ts';
import { deleteCompose } from './deleteCompose.ts';
import { exportBlueprint } from './exportBlueprint.ts';
import { fixupBlueprint } from './fixupBlueprint.ts';
import { getArchitectures } from './getArchitectures.ts';
import { getBlueprint } from './getBlueprint.ts';
import { getBlueprintComposes } from './getBlueprintComposes.ts';
import { getBlueprints } from './getBlueprints.ts';
import { getCloneStatus } from './getCloneStatus.ts';
import { getComposeClones } from './getComposeClones.ts';
import { getComposeMetadata } from './getComposeMetadata.ts';
import { getComposeStatus } from './getComposeStatus.ts';
import { getComposes } from './getComposes.ts';
import { getDistribution } from './getDistribution.ts';
import { getDistributions } from './getDistributions.ts';
import { getOpenapiJson } from './getOpenapiJson.ts';
import { getOscapCustomizations } from './getOscapCustomizations.ts';
import { getOscapCustomizationsForPolicy } from './getOscapCustomizationsForPolicy.ts';
import { getOscapProfiles } from './getOscapProfiles.ts';
import { getPackages } from './getPackages.ts';
import { getReadiness } from './getReadiness.ts';
import { getVersion } from './getVersion.ts';
import { rebuildCompose } from './rebuildCompose.ts';
import { recommendPackage } from './recommendPackage.ts';
import { updateBlueprint } from './updateBlueprint.ts';

/** Every operation of the contract. A missing handler, or one that does not fit its operation, does not compile. */
export const handlers: OperationHandlers = {
  cancelCompose,
  cloneCompose,
  composeBlueprint,
  composeImage,
  createBlueprint,
  deleteBlueprint,
  deleteCompose,
  exportBlueprint,
  fixupBlueprint,
  getArchitectures,
  getBlueprint,
  getBlueprintComposes,
  getBlueprints,
  getCloneStatus,
  getComposeClones,
  getComposeMetadata,
  getComposeStatus,
  getComposes,
  getDistribution,
  getDistributions,
  getOpenapiJson,
  getOscapCustomizations,
  getOscapCustomizationsForPolicy,
  getOscapProfiles,
  getPackages,
  getReadiness,
  getVersion,
  rebuildCompose,
  recommendPackage,
  updateBlueprint,
};

type AnyHandler = (ctx: AppContext, request: unknown) => unknown;

/** The handlers as openapi-backend takes them, with the context bound. */
export const boundHandlers = (ctx: AppContext): Record<string, Handler> =>
  Object.fromEntries(
    Object.entries(handlers as unknown as Record<string, AnyHandler>).map(([id, handler]) => [
      id,
      (_context: unknown, request: unknown) => handler(ctx, request),
    ]),
  );
