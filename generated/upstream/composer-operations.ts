// Made from api/upstream/composer.yaml by `npm run generate`. Do not edit.

import type { operations } from './composer.ts';

/** Method and path template of every operation of the contract. */
export const composerOperations = {
  /** Description of the API */
  getOpenapi: { method: 'GET', path: '/openapi' },
  /** Status of a compose */
  getComposeStatus: { method: 'GET', path: '/composes/{id}' },
  /** Delete a compose */
  deleteCompose: { method: 'DELETE', path: '/composes/{id}' },
  /** Metadata of a compose */
  getComposeMetadata: { method: 'GET', path: '/composes/{id}/metadata' },
  /** Logs of a compose */
  getComposeLogs: { method: 'GET', path: '/composes/{id}/logs' },
  /** Manifests of a compose */
  getComposeManifests: { method: 'GET', path: '/composes/{id}/manifests' },
  /** Software bills of materials of a compose */
  getComposeSBOMs: { method: 'GET', path: '/composes/{id}/sboms' },
  /** Download the image of a compose */
  getComposeDownload: { method: 'GET', path: '/composes/{id}/download' },
  /** Copy the image of a compose */
  postCloneCompose: { method: 'POST', path: '/composes/{id}/clone' },
  /** Status of a copy */
  getCloneStatus: { method: 'GET', path: '/clones/{id}' },
  /** Start a compose */
  postCompose: { method: 'POST', path: '/compose' },
  /** List distributions */
  getDistributionList: { method: 'GET', path: '/distributions' },
  /** Details of a distribution */
  getDistribution: { method: 'GET', path: '/distributions/{distro}' },
  /** Meaning of an error */
  getError: { method: 'GET', path: '/errors/{id}' },
  /** List errors */
  getErrorList: { method: 'GET', path: '/errors' },
  /** List composes */
  getComposeList: { method: 'GET', path: '/composes/' },
  /** Resolve the packages of a blueprint */
  postDepsolveBlueprint: { method: 'POST', path: '/depsolve/blueprint' },
  /** Search packages */
  postSearchPackages: { method: 'POST', path: '/search/packages' },
} as const satisfies { readonly [Id in keyof operations]: { readonly method: string; readonly path: string } };
