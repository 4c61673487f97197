// Made from api/upstream/provisioning.yaml by `npm run generate`. Do not edit.
export interface paths {
    "/sources/{ID}/upload_info": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Upload information of a source
         * @description Resolves a source to the cloud account behind it, with whatever else an upload into that account has to know.
         */
        get: operations["getSourceUploadInfo"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description What went wrong, with enough about the running service to find the request in its logs. */
        "v1.ResponseError": {
            /** @description When the running service was built. */
            build_time?: string;
            /** @description Identifier the edge gateway gave to the request. */
            edge_id?: string;
            /** @description Name of the deployment, such as `stage` or `prod`. */
            environment?: string;
            /** @description The underlying error, if it may be shown. */
            error?: string;
            /** @description Description of the failure for people. */
            msg?: string;
            /** @description Identifier of the request across services. */
            trace_id?: string;
            /** @description Version of the running service. */
            version?: string;
        };
        /** @description Upload information of one source. Only the member of the provider in question has a value. */
        "v1.SourceUploadInfoResponse": {
            /** @description Set for a source of provider `aws`. */
            aws?: {
                /** @description AWS account number, twelve digits. */
                account_id?: string;
            } | null;
            /** @description Set for a source of provider `azure`. */
            azure?: {
                /** @description Names of the resource groups found in the subscription. */
                resource_groups?: string[];
                /** @description Subscription that images are uploaded into. */
                subscription_id?: string;
                /** @description Directory (tenant) the subscription belongs to. */
                tenant_id?: string;
            } | null;
            /** @description Set for a source of provider `gcp`. It has no defined members. */
            gcp?: unknown;
            /** @description Kind of cloud: `aws`, `azure` or `gcp`. */
            provider?: string;
        };
    };
    responses: {
        /** @description The service failed, or the cloud behind the source did not answer. */
        InternalError: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["v1.ResponseError"];
            };
        };
        /** @description There is no such source in the organization of the caller. */
        NotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["v1.ResponseError"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getSourceUploadInfo: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier of the source. */
                ID: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is known about the account behind the source. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["v1.SourceUploadInfoResponse"];
                };
            };
            404: components["responses"]["NotFound"];
            500: components["responses"]["InternalError"];
        };
    };
}
