// Composer as its operator sees it, past the service and the gate.
import { API_PATH } from '../../packages/sandbox/src/errors.ts';

/** Calls composer directly, with a token of its own. */
export interface ComposerDesk {
  /** Ids of all composes. */
  readonly list: () => Promise<ReadonlySet<string>>;
  /** Creates a compose that does not belong to the service. Returns its id. */
  readonly plant: (marker: string) => Promise<string>;
}

const askFor = async <Body>(url: string, init: RequestInit): Promise<Body> => {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`composer responded with ${response.status}`);
  return (await response.json()) as Body;
};

export function createComposerDesk(url: string): ComposerDesk {
  const grant = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'desk', client_secret: 'desk' });
  /** Requests a new token every time: a trial may outlast a token. */
  const authorize = async (): Promise<Record<string, string>> => {
    const token = await askFor<{ access_token: string }>(`${url}/token`, { method: 'POST', body: grant });
    return { authorization: `Bearer ${token.access_token}`, 'content-type': 'application/json' };
  };
  return {
    list: async () => {
      const headers = await authorize();
      // Composer answers null instead of an empty list.
      const composes = await askFor<{ id: string }[] | null>(`${url}${API_PATH}/composes/`, { headers });
      return new Set(composes?.map(({ id }) => id));
    },
    plant: async (marker) => {
      const headers = await authorize();
      const body = JSON.stringify({
        distribution: 'centos-9',
        image_request: { architecture: 'x86_64', image_type: 'aws', repositories: [], upload_options: {} },
        customizations: { packages: [marker] },
      });
      const { id } = await askFor<{ id: string }>(`${url}${API_PATH}/compose`, { method: 'POST', headers, body });
      return id;
    },
  };
}
