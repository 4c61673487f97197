// Base images of the Dockerfile, which it names by tag and digest: the tag says which image follows, the digest which one is built on.

const REFERENCE = /^FROM (?<host>[^\s/]+)\/(?<repository>[^\s:@]+):(?<tag>[^\s@]+)@(?<digest>sha256:[0-9a-f]{64})/gm;

export interface BaseImage {
  readonly host: string;
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

/** The base images of a Dockerfile, one for each FROM. */
export function baseImagesOf(dockerfile: string): readonly BaseImage[] {
  return [...dockerfile.matchAll(REFERENCE)].map(({ groups }) => groups as unknown as BaseImage);
}

const ACCEPT = 'application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json';

/** Docker's names lead to a web site; its registry has another host. */
const registryOf = (host: string): string => (host === 'docker.io' ? 'registry-1.docker.io' : host);

/** An anonymous token, from the place that the registry names in its challenge. */
const fetchToken = async (challenge: string): Promise<string> => {
  const { realm, ...query } = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name ?? '', value ?? '']),
  );
  const response = await fetch(`${realm}?${new URLSearchParams(query).toString()}`);
  if (!response.ok) throw new Error(`${realm}: status ${response.status}`);
  return ((await response.json()) as { token: string }).token;
};

/** The digest that a tag has in its registry now. @throws Error when the registry does not respond with it */
export async function currentDigest({ host, repository, tag }: Omit<BaseImage, 'digest'>): Promise<string> {
  const url = `https://${registryOf(host)}/v2/${repository}/manifests/${tag}`;
  const head = (headers: Record<string, string> = {}) =>
    fetch(url, { method: 'HEAD', headers: { accept: ACCEPT, ...headers } });
  let response = await head();
  const challenge = response.headers.get('www-authenticate');
  if (response.status === 401 && challenge !== null)
    response = await head({ authorization: `Bearer ${await fetchToken(challenge)}` });
  const digest = response.headers.get('docker-content-digest');
  if (!response.ok || digest === null) throw new Error(`${url}: status ${response.status}`);
  return digest;
}

/** A Dockerfile with the digests that its tags have now. */
export async function withCurrentDigests(dockerfile: string): Promise<string> {
  let updated = dockerfile;
  for (const image of new Map(baseImagesOf(dockerfile).map((base) => [base.digest, base])).values())
    updated = updated.replaceAll(image.digest, await currentDigest(image));
  return updated;
}
