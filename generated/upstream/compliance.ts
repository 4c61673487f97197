// Made from api/upstream/compliance.yaml by `npm run generate`. Do not edit.
export interface paths {
    "/policies/{policy_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a policy
         * @description Answers the policy with the OpenSCAP profile it is based on and the major version of RHEL it is for. An image of another major version cannot use the policy.
         */
        get: operations["getPolicy"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/policies/{policy_id}/tailorings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find the tailoring of a minor version
         * @description Lists the tailorings of a policy that match the filter. An empty list means that the policy has none for this minor version yet; it is then created with `createTailoring`.
         */
        get: operations["listTailorings"];
        put?: never;
        /**
         * Create the tailoring of a minor version
         * @description Adds a tailoring for one minor version to the policy. It starts out with the rules and values that the profile has in that version.
         */
        post: operations["createTailoring"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/policies/{policy_id}/tailorings/{os_minor_version}/tailoring_file.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Tailoring as JSON
         * @description Answers the tailoring in the JSON form understood by the OpenSCAP tools. The document is placed in the image as it is and used when the image is hardened.
         */
        get: operations["getTailoringFileJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/policies/{policy_id}/tailorings/{os_minor_version}/tailoring_file.toml": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Requirements of a policy as blueprint
         * @description Answers what the tailored profile requires of an image, written as an on-premise blueprint in TOML: packages, file systems, services, kernel arguments.
         */
        get: operations["getTailoringFileToml"];
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
        /** @description Envelope around a policy. */
        PolicyResponse: {
            data: components["schemas"]["PolicyData"];
        };
        /** @description A compliance policy, reduced to what is needed to apply it. */
        PolicyData: {
            /** @description Identifier of the policy. */
            id: string;
            /** @description OpenSCAP identifier of the profile, such as `xccdf_org.ssgproject.content_profile_cis`. */
            ref_id: string;
            /** @description Major version of RHEL the policy is for. */
            os_major_version: number;
        };
        /** @description Envelope around a list of tailorings. */
        TailoringsResponse: {
            /** @description The tailorings. Only whether there are any is of interest. */
            data?: unknown[];
        };
        /** @description A tailoring to be added to a policy. */
        TailoringCreateRequest: {
            /** @description Minor version of RHEL the tailoring is for. */
            os_minor_version: number;
        };
        /** @description An on-premise blueprint that holds the requirements of a policy. Only the members that can carry a requirement are listed. */
        TailoringBlueprint: {
            /** @description Packages that have to be installed. */
            packages?: components["schemas"]["TailoringPackage"][];
            /** @description Further packages that have to be installed; treated like `packages`. */
            modules?: components["schemas"]["TailoringPackage"][];
            /** @description Package groups that have to be installed. */
            groups?: components["schemas"]["TailoringGroup"][];
            customizations?: components["schemas"]["TailoringCustomizations"];
        };
        /** @description A required package. */
        TailoringPackage: {
            /** @description Name of the package. */
            name?: string;
            /** @description Required version. Empty, absent or `*` accepts any. */
            version?: string;
        };
        /** @description A required package group. */
        TailoringGroup: {
            /** @description Identifier of the group, without leading `@`. */
            name?: string;
        };
        /** @description Required settings of the image. */
        TailoringCustomizations: {
            /** @description Mount points that have to be file systems of their own. */
            filesystem?: components["schemas"]["TailoringFilesystem"][];
            services?: components["schemas"]["TailoringServices"];
            kernel?: components["schemas"]["TailoringKernel"];
            /** @description Whether the image has to run in FIPS mode. */
            fips?: boolean;
        };
        /** @description A required mount point with its minimum size. The size is given by exactly one of `minsize` and `size`, and is greater than zero. */
        TailoringFilesystem: {
            /** @description Absolute path of the mount point. */
            mountpoint: string;
            /** @description Minimum size, in bytes or as text with a unit such as `10 GiB`. */
            minsize?: number | string;
            /** @description Alternative name of `minsize`. */
            size?: number | string;
        };
        /** @description Required state of systemd units. */
        TailoringServices: {
            /** @description Units that have to start at boot. */
            enabled?: string[];
            /** @description Units that must not start at boot. */
            disabled?: string[];
            /** @description Units that must not be startable at all. */
            masked?: string[];
        };
        /** @description Required kernel and kernel arguments. */
        TailoringKernel: {
            /** @description Package name of the kernel. */
            name?: string;
            /** @description Arguments that have to be on the kernel command line, separated by blanks. */
            append?: string;
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
    getPolicy: {
        parameters: {
            query?: never;
            header: {
                /** @description The caller's identity, base64-encoded JSON, forwarded byte for byte. */
                "x-rh-identity": string;
            };
            path: {
                /** @description Identifier of the policy. */
                policy_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The policy. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyResponse"];
                };
            };
            /** @description The identity header is missing or not accepted. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The caller may not read compliance data of this organization. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description There is no such policy in the organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The policy cannot be read. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listTailorings: {
        parameters: {
            query: {
                /** @description Selects by minor version, such as `os_minor_version=4`. */
                filter: string;
            };
            header: {
                /** @description The caller's identity, base64-encoded JSON, forwarded byte for byte. */
                "x-rh-identity": string;
            };
            path: {
                /** @description Identifier of the policy. */
                policy_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The matching tailorings. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TailoringsResponse"];
                };
            };
            /** @description The list cannot be read. The body is JSON here as well. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TailoringsResponse"];
                };
            };
        };
    };
    createTailoring: {
        parameters: {
            query?: never;
            header: {
                /** @description The caller's identity, base64-encoded JSON, forwarded byte for byte. */
                "x-rh-identity": string;
            };
            path: {
                /** @description Identifier of the policy. */
                policy_id: string;
            };
            cookie?: never;
        };
        /** @description The minor version the tailoring is for. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["TailoringCreateRequest"];
            };
        };
        responses: {
            /** @description The tailoring was created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The identity header is missing or not accepted. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The caller may not read compliance data of this organization. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The tailoring was not created. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getTailoringFileJson: {
        parameters: {
            query?: never;
            header: {
                /** @description The caller's identity, base64-encoded JSON, forwarded byte for byte. */
                "x-rh-identity": string;
            };
            path: {
                /** @description Identifier of the policy. */
                policy_id: string;
                /** @description Minor version of RHEL that the tailoring is for. */
                os_minor_version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tailoring document. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description The policy does not deviate from its profile. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The identity header is missing or not accepted. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The caller may not read compliance data of this organization. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The policy has no tailoring for this minor version. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The tailoring cannot be read. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getTailoringFileToml: {
        parameters: {
            query?: never;
            header: {
                /** @description The caller's identity, base64-encoded JSON, forwarded byte for byte. */
                "x-rh-identity": string;
            };
            path: {
                /** @description Identifier of the policy. */
                policy_id: string;
                /** @description Minor version of RHEL that the tailoring is for. */
                os_minor_version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The requirements as a blueprint. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/toml": components["schemas"]["TailoringBlueprint"];
                };
            };
            /** @description The policy requires nothing that a blueprint can express. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The identity header is missing or not accepted. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The caller may not read compliance data of this organization. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The policy has no tailoring for this minor version. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The requirements cannot be read. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
}
