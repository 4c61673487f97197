// Composer as its operator sees it, past the service and the gate.
import { API_PATH } from '../../packages/sandbox/src/errors.ts';

/** Talks to a composer directly, with a token of its own. */
export interface ComposerDesk {
  /** Ids of all builds it has. */
  readonly list: () => Promise<ReadonlySet<string>>;
  /** Makes a build there that is not the service's. Gives its id. */
  readonly plant: (marker: string) => Promise<string>;
}

const askFor = async <Body>(url: string, init: RequestInit): Promise<Body> => {
  const answer = await fetch(url, init);
  if (!answer.ok) throw new Error(`composer answered ${answer.status}`);
  return (await answer.json()) as Body;
};

export function createComposerDesk(url: string): ComposerDesk {
  const grant = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'desk', client_secret: 'desk' });
  /** With a new token every time: a trial may take longer than one lives. */
  const authorize = async (): Promise<Record<string, string>> => {
    const token = await askFor<{ access_token: string }>(`${url}/token`, { method: 'POST', body: grant });
    return { authorization: `Bearer ${token.access_token}`, 'content-type': 'application/json' };
  };
  return {
    list: async () => {
      const headers = await authorize();
      const { items } = await askFor<{ items: { id: string }[] }>(`${url}${API_PATH}/composes/`, { headers });
      return new Set(items.map(({ id }) => id));
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
