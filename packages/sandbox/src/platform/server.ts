import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { DistributionRegistry } from '../../../../src/domain/distributions/registry.ts';
import { createComplianceSandbox } from './compliance.ts';
import { createContentSourcesSandbox } from './content-sources.ts';
import type { ContractServer } from './contract-server.ts';
import { createProvisioningSandbox } from './provisioning.ts';
import { createRecommendationsSandbox } from './recommendations.ts';

const TOKEN_PATH = '/token';

const readBody = async (req: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
};

const serve = (services: readonly ContractServer[]) => async (req: IncomingMessage, res: ServerResponse) => {
  const body = await readBody(req);
  if (req.method === 'POST' && req.url === TOKEN_PATH) {
    res.writeHead(200, { 'X-Sandbox': 'true', 'Content-Type': 'application/json' });
    res.end(JSON.stringify({ access_token: 'sandbox', token_type: 'Bearer', expires_in: 900 }));
    return;
  }
  for (const service of services) if (await service(req, res, body)) return;
  res.writeHead(404, { 'X-Sandbox': 'true', 'Content-Type': 'application/json' });
  res.end(JSON.stringify({ errors: [{ status: 404, detail: 'the sandbox has no such service' }] }));
};

/** Stand-ins for the platform's services, on one server: content sources, compliance, provisioning, recommendations. */
export async function createPlatformSandbox(distributions: DistributionRegistry): Promise<Server> {
  const services = await Promise.all([
    createContentSourcesSandbox(distributions),
    createComplianceSandbox(),
    createProvisioningSandbox(),
    createRecommendationsSandbox(),
  ]);
  const handle = serve(services);
  return createServer((req, res) => {
    handle(req, res).catch((error: unknown) => {
      if (!res.headersSent) res.writeHead(500, { 'Content-Type': 'application/json' });
      res.end(JSON.stringify({ errors: [{ status: 500, detail: String(error) }] }));
    });
  });
}

/** Settings that point the service at the stand-ins, except for variables that the environment sets. */
export function platformSettings(origin: string): Record<string, string> {
  return {
    CONTENT_SOURCES_URL: `${origin}/api/content-sources/v1`,
    CONTENT_SOURCES_REPO_URL: 'https://content.sandbox.example',
    CONTENT_SOURCES_REPO_PREFIX: '/api/pulp-content',
    COMPLIANCE_URL: `${origin}/api/compliance/v2`,
    PROVISIONING_URL: `${origin}/api/provisioning/v1`,
    RECOMMENDATIONS_URL: `${origin}/api/recommendations/v1`,
    RECOMMENDATIONS_TOKEN_URL: `${origin}${TOKEN_PATH}`,
    RECOMMENDATIONS_CLIENT_ID: 'sandbox',
    RECOMMENDATIONS_CLIENT_SECRET: 'sandbox',
  };
}
