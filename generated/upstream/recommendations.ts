// Made from api/upstream/recommendations.yaml by `npm run generate`. Do not edit.
export interface paths {
    "/packages/recommendations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Recommend packages
         * @description Suggests packages for an image of the given distribution, based on the packages that are already selected.
         */
        post: operations["getRecommendedPackages"];
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
        /** @description A selection of packages that is to be completed. */
        RecommendPackageRequest: {
            /** @description Distribution by name and major version, written without separator, such as `rhel9`. */
            distribution: string;
            /** @description Names of the packages selected so far. */
            packages: string[];
            /**
             * Format: int32
             * @description How many suggestions are wanted at most.
             */
            recommendedPackages: number;
        };
        /** @description Packages suggested for a selection. */
        RecommendationsResponse: {
            /** @description Version of the model that made the suggestions. */
            modelVersion: string;
            /** @description Names of the suggested packages. */
            packages: string[];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getRecommendedPackages: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The selection so far, and how many suggestions are wanted. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["RecommendPackageRequest"];
            };
        };
        responses: {
            /** @description The suggestions. The list may be empty. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecommendationsResponse"];
                };
            };
            /** @description The token is missing, malformed or expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The token does not grant access to the service. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Any other status. The body has the form of a successful answer, possibly without suggestions. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecommendationsResponse"];
                };
            };
        };
    };
}
