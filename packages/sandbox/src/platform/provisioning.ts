import { createContractServer, needsIdentity, type ContractServer } from './contract-server.ts';

/** First id of the Azure sources, and first id without a source. */
const FIRST_AZURE = 9_000;
const FIRST_UNKNOWN = 10_000;

/** A stand-in for provisioning: sources 1 to 8999 are AWS accounts, 9000 to 9999 Azure subscriptions, other ids are unknown. */
export function createProvisioningSandbox(): Promise<ContractServer> {
  return createContractServer({
    contract: 'provisioning',
    basePath: '/api/provisioning/v1',
    refuse: needsIdentity,
    handlers: {
      getSourceUploadInfo: ({ params }) => {
        const source = Number(params['ID']);
        if (source < 1 || source >= FIRST_UNKNOWN) return { status: 404, body: { msg: 'source not found' } };
        if (source >= FIRST_AZURE) {
          return {
            status: 200,
            body: { provider: 'azure', azure: { tenant_id: 't', subscription_id: 's', resource_groups: [] } },
          };
        }
        const account = String(100_000_000_000 + source);
        return { status: 200, body: { provider: 'aws', aws: { account_id: account } } };
      },
    },
  });
}
