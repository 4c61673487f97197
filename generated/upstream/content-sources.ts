// Made from api/upstream/content-sources.yaml by `npm run generate`. Do not edit.
export interface paths {
    "/repositories/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List repositories
         * @description Lists the repositories that the organization can use, page by page. All filters given have to match. Look-ups give an `origin` and either `url` or `uuid`.
         */
        get: operations["listRepositories"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/repositories/bulk_export/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Export repositories
         * @description Answers the definitions of several repositories in a form that another organization can import.
         */
        post: operations["bulkExportRepositories"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/snapshots/for_date/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Find the snapshots of a date
         * @description Finds, for each repository, the latest snapshot taken on or before the given date. A repository whose first snapshot is younger is answered with that one, marked by `is_after`.
         */
        post: operations["listSnapshotsByDate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/templates/{uuid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a content template
         * @description Answers a template with its repositories and the snapshot it uses of each.
         */
        get: operations["getTemplate"];
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
        /** @description Addresses of neighbouring pages of a list. */
        "api.Links": {
            /** @description First page. */
            first?: string;
            /** @description Last page. */
            last?: string;
            /** @description Next page, if there is one. */
            next?: string;
            /** @description Previous page, if there is one. */
            prev?: string;
        };
        /** @description Asks for the state of repositories at a date. */
        "api.ListSnapshotByDateRequest": {
            /** @description The moment in question, as RFC 3339 timestamp. */
            date: string;
            /** @description Identifiers of the repositories. */
            repository_uuids: string[];
        };
        /** @description The state of repositories at a date. */
        "api.ListSnapshotByDateResponse": {
            /** @description One entry for each repository. */
            data?: components["schemas"]["api.SnapshotForDate"][];
        };
        /** @description One page of repositories. */
        "api.RepositoryCollectionResponse": {
            /** @description The repositories of this page. */
            data?: components["schemas"]["api.RepositoryResponse"][];
            /** @description Where the neighbouring pages are. */
            links?: components["schemas"]["api.Links"];
            /** @description Where this page is in the list. */
            meta?: components["schemas"]["api.ResponseMetadata"];
        };
        /** @description Selects repositories for export. */
        "api.RepositoryExportRequest": {
            /** @description Identifiers of the repositories. */
            repository_uuids: string[];
        };
        /** @description Definition of a repository without anything that is specific to an organization. */
        "api.RepositoryExportResponse": {
            /** @description Architecture the content is for, or `any`. */
            distribution_arch?: string;
            /** @description Major versions the content is for, or `any`. */
            distribution_versions?: string[];
            /** @description Public key the packages are signed with, ASCII-armored. Empty if there is none. */
            gpg_key?: string;
            /** @description Whether the signature of the repository metadata is checked as well. */
            metadata_verification?: boolean;
            /** @description Whether packages are available even where a module stream would hide them. */
            module_hotfixes?: boolean;
            /** @description Name of the repository. */
            name?: string;
            /** @description Where the content comes from. */
            origin?: string;
            /** @description Whether snapshots are taken. */
            snapshot?: boolean;
            /** @description Address of the repository. */
            url?: string;
        };
        /** @description A package repository with what the service found out about it. */
        "api.RepositoryResponse": {
            /** @description Account that owns the repository. */
            readonly account_id?: string;
            /** @description Number of builds, for uploaded content. */
            build_count?: number;
            /** @description Kind of content, such as `rpm`. */
            content_type?: string;
            /** @description Architecture the content is for, or `any`. */
            distribution_arch?: string;
            /** @description Major versions the content is for, or `any`. */
            distribution_versions?: string[];
            /** @description Extended release stream the content belongs to, such as `eus` or `e4s`. */
            extended_release?: string;
            /** @description Minor version of the extended release. */
            extended_release_version?: string;
            /** @description How often in a row reading the metadata failed. */
            failed_introspections_count?: number;
            /** @description How often in a row taking a snapshot failed. */
            failed_snapshot_count?: number;
            /** @description Feature an organization has to have for using the repository. */
            feature_name?: string;
            /** @description Public key the packages are signed with, ASCII-armored. Empty if there is none. */
            gpg_key?: string;
            /** @description Name of the content set, used to enable the repository on a registered system. */
            label?: string;
            /** @description Why the metadata could not be read the last time. */
            last_introspection_error?: string;
            /** @description Result of the last reading of the metadata. */
            last_introspection_status?: string;
            /** @description When the metadata was read last. */
            last_introspection_time?: string;
            /** @description Last snapshot, in full. */
            last_snapshot?: components["schemas"]["api.SnapshotResponse"];
            /** @description Task that took the last snapshot, in full. */
            last_snapshot_task?: components["schemas"]["api.TaskInfoResponse"];
            /** @description Identifier of the task that took the last snapshot. */
            last_snapshot_task_uuid?: string;
            /** @description Identifier of the last snapshot. */
            last_snapshot_uuid?: string;
            /** @description When the metadata was read successfully last. */
            last_success_introspection_time?: string;
            /** @description When reading the metadata found a change last. */
            last_update_introspection_time?: string;
            /** @description Address under which the content of the latest snapshot is served. */
            latest_snapshot_url?: string;
            /** @description Whether the signature of the repository metadata is checked as well. */
            metadata_verification?: boolean;
            /** @description Whether packages are available even where a module stream would hide them. */
            module_hotfixes?: boolean;
            /** @description Name of the repository. */
            name?: string;
            /** @description Organization that owns the repository. */
            readonly org_id?: string;
            /** @description Where the content comes from: `external`, `upload`, `community` or `red_hat`. */
            origin?: string;
            /** @description Number of packages. */
            package_count?: number;
            /** @description Whether the repository is provided by a partner. */
            readonly partner?: boolean;
            /** @description Address under which the published content is served. */
            readonly published_distribution_url?: string;
            /** @description Security classification of the content. */
            readonly security_level?: string;
            /** @description Whether snapshots are taken. Without snapshots a repository cannot be used as of a date. */
            snapshot?: boolean;
            /** @description State of the repository metadata: `Valid`, `Invalid`, `Unavailable` or `Pending`. */
            status?: string;
            /** @description Address of the repository. Uploaded content has none. */
            url?: string;
            /** @description Identifier of the repository. */
            readonly uuid?: string;
            /** @description Number of snapshots kept. */
            version_count?: number;
        };
        /** @description Position of a page in its list. */
        "api.ResponseMetadata": {
            /** @description Number of entries in the whole list. */
            count?: number;
            /** @description Most entries a page may have. */
            limit?: number;
            /** @description Number of entries before this page. */
            offset?: number;
        };
        /** @description The snapshot of one repository at a date. Without any snapshot `match` is absent. */
        "api.SnapshotForDate": {
            /** @description Whether the snapshot was only taken after the date asked for. */
            is_after?: boolean;
            /** @description The snapshot. */
            match?: components["schemas"]["api.SnapshotResponse"];
            /** @description Identifier of the repository the entry is about. */
            repository_uuid?: string;
        };
        /** @description A repository as it was at a point in time. */
        "api.SnapshotResponse": {
            /** @description Number of units added since the previous snapshot, by kind of content. */
            added_counts?: {
                [key: string]: number;
            };
            /** @description Number of units, by kind of content. */
            content_counts?: {
                [key: string]: number;
            };
            /** @description When the snapshot was taken. */
            created_at?: string;
            /** @description Version of the operating system found in the content, such as `9.4`. Empty if it cannot be told. */
            detected_os_version?: string;
            /** @description Whether the content of the snapshot is served. */
            published?: boolean;
            /** @description Number of units removed since the previous snapshot, by kind of content. */
            removed_counts?: {
                [key: string]: number;
            };
            /** @description Name of the repository. */
            repository_name?: string;
            /** @description Path of the content below the prefix of the content host. */
            repository_path?: string;
            /** @description Identifier of the repository. */
            repository_uuid?: string;
            /** @description Public address of the content. */
            url?: string;
            /** @description Identifier of the snapshot. */
            uuid?: string;
        };
        /** @description A background task of the service, such as taking a snapshot. */
        "api.TaskInfoResponse": {
            /** @description When the task was created. */
            created_at?: string;
            /** @description Tasks that have to end before this one. */
            dependencies?: string[];
            /** @description Tasks that wait for this one. */
            dependents?: string[];
            /** @description When the task ended. */
            ended_at?: string;
            /** @description Why the task failed. */
            error?: string;
            /** @description Name of what the task works on. */
            object_name?: string;
            /** @description Kind of what the task works on. */
            object_type?: string;
            /** @description Identifier of what the task works on. */
            object_uuid?: string;
            /** @description Organization the task belongs to. */
            org_id?: string;
            /** @description State of the task. */
            status?: string;
            /** @description Kind of task. */
            type?: string;
            /** @description Identifier of the task. */
            uuid?: string;
        };
        /** @description A content template, a named set of snapshots for one version and architecture. */
        "api.TemplateResponse": {
            /** @description Architecture the template is for. */
            arch?: string;
            /** @description When the template was created. */
            created_at?: string;
            /** @description Who created the template. */
            created_by?: string;
            /** @description Date that selects the snapshots. Not used with `use_latest`. */
            date?: string;
            /** @description Free text about the template. */
            description?: string;
            /** @description Extended release stream the template follows. */
            extended_release?: string;
            /** @description Minor version of the extended release. */
            extended_release_version?: string;
            /** @description Why the snapshots of the template could not be updated the last time. */
            last_update_snapshot_error?: string;
            /** @description Task that updated the template last, in full. */
            last_update_task?: components["schemas"]["api.TaskInfoResponse"];
            /** @description Identifier of the task that updated the template last. */
            last_update_task_uuid?: string;
            /** @description Who changed the template last. */
            last_updated_by?: string;
            /** @description Name of the template. */
            name?: string;
            /** @description Organization the template belongs to. */
            org_id?: string;
            /** @description Identifiers of the repositories in the template. */
            repository_uuids?: string[];
            /** @description Whether subscription management knows the template as an environment. */
            readonly rhsm_environment_created?: boolean;
            /** @description Identifier of that environment. */
            rhsm_environment_id?: string;
            /** @description The snapshots in use, one for each repository. */
            readonly snapshots?: components["schemas"]["api.SnapshotResponse"][];
            /** @description Those of the snapshots in use that will be deleted soon. */
            readonly to_be_deleted_snapshots?: components["schemas"]["api.SnapshotResponse"][];
            /** @description When the template was changed last. */
            updated_at?: string;
            /** @description Whether the template always uses the latest snapshots. */
            use_latest?: boolean;
            /** @description Identifier of the template. */
            readonly uuid?: string;
            /** @description Major version the template is for. */
            version?: string;
        };
        /** @description What went wrong. */
        "errors.ErrorResponse": {
            /** @description One entry for each problem. */
            errors?: components["schemas"]["errors.HandlerError"][];
        };
        /** @description One problem. */
        "errors.HandlerError": {
            /** @description Description of this occurrence. */
            detail?: string;
            /** @description HTTP status that goes with the problem. */
            status?: number;
            /** @description Short name of the problem. */
            title?: string;
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
    listRepositories: {
        parameters: {
            query?: {
                /** @description How many repositories to skip. */
                offset?: number;
                /** @description How many repositories to answer at most; 100 unless given. */
                limit?: number;
                /** @description Distribution versions, separated by commas. */
                version?: string;
                /** @description Architectures, separated by commas. */
                arch?: string;
                /** @description Repositories usable with this distribution version, including those for any version. */
                available_for_version?: string;
                /** @description Repositories usable with this architecture, including those for any architecture. */
                available_for_arch?: string;
                /** @description Text that the name or address contains. */
                search?: string;
                /** @description Exact name. */
                name?: string;
                /** @description Addresses, separated by commas. */
                url?: string;
                /** @description Identifiers, separated by commas. */
                uuid?: string;
                /** @description Order of the answer: a member name, with `:asc` or `:desc` appended if wanted. */
                sort_by?: string;
                /** @description Introspection states, separated by commas. */
                status?: string;
                /** @description Origins, separated by commas: `external`, `upload`, `community`, `red_hat`. */
                origin?: string;
                /** @description Kind of content, such as `rpm`. */
                content_type?: string;
                /** @description Extended release streams, such as `eus` or `e4s`, separated by commas. */
                extended_release?: string;
                /** @description Minor versions of the extended release, separated by commas. */
                extended_release_version?: string;
                /** @description Features that unlock the repository, separated by commas. */
                feature_name?: string;
                /** @description Whether to list the repositories of partners only, or those of others only. */
                partner?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page of repositories, with the total in `meta`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["api.RepositoryCollectionResponse"];
                };
            };
            /** @description The request is malformed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["errors.ErrorResponse"];
                };
            };
            /** @description The identity header is missing, or the caller may not read repositories. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["errors.ErrorResponse"];
                };
            };
            /** @description Nothing was found under this address. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["errors.ErrorResponse"];
                };
            };
            /** @description The service failed unexpectedly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["errors.ErrorResponse"];
                };
            };
        };
    };
    bulkExportRepositories: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The repositories to export. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["api.RepositoryExportRequest"];
            };
        };
        responses: {
            /** @description The definitions of the repositories. */
            201: {
                headers: {
                    /** @description Address of the result. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["api.RepositoryExportResponse"][];
                };
            };
            /** @description The request is malformed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["errors.ErrorResponse"];
                };
            };
            /** @description The identity header is missing, or the caller may not read repositories. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["errors.ErrorResponse"];
                };
            };
            /** @description Nothing was found under this address. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["errors.ErrorResponse"];
                };
            };
            /** @description The body is not JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["errors.ErrorResponse"];
                };
            };
            /** @description The service failed unexpectedly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["errors.ErrorResponse"];
                };
            };
        };
    };
    listSnapshotsByDate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The date and the repositories to look at, at most 1000 of them. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["api.ListSnapshotByDateRequest"];
            };
        };
        responses: {
            /** @description One entry for each repository. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["api.ListSnapshotByDateResponse"];
                };
            };
            /** @description The date is malformed or the list of repositories is empty. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["errors.ErrorResponse"];
                };
            };
            /** @description The identity header is missing, or the caller may not read repositories. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["errors.ErrorResponse"];
                };
            };
            /** @description Nothing was found under this address. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["errors.ErrorResponse"];
                };
            };
            /** @description The service failed unexpectedly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["errors.ErrorResponse"];
                };
            };
        };
    };
    getTemplate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier of the template. */
                uuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The template. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["api.TemplateResponse"];
                };
            };
            /** @description The request is malformed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["errors.ErrorResponse"];
                };
            };
            /** @description The identity header is missing, or the caller may not read repositories. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["errors.ErrorResponse"];
                };
            };
            /** @description The organization has no such template. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["errors.ErrorResponse"];
                };
            };
            /** @description The service failed unexpectedly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["errors.ErrorResponse"];
                };
            };
        };
    };
}
