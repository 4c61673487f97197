// Made from api/openapi.yaml by `npm run generate`. Do not edit.
export interface paths {
    "/version": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the version of the service
         * @description Returns the version of this API and the build that is answering. Useful for checking a deployment and in bug reports.
         */
        get: operations["getVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check readiness
         * @description Tells whether the service can start builds at the moment, by asking the build service behind it and, where configured, the database. When one of them does not answer properly the check fails with 500.
         */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get this document as JSON
         * @description Returns the OpenAPI description of the service, with its references left in place. Needs no identity; an identity header that comes along is ignored.
         */
        get: operations["getOpenapiJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/distributions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List distributions
         * @description Without `kind`, lists the distributions the caller may build: those that need a RHEL entitlement only
         *     for entitled callers, restricted ones only for organizations on the allow list. Short names such as
         *     `rhel-9` stand for the newest minor release and are listed next to it.
         *
         *     With `kind=bootc`, lists the bootable containers that can be used as `bootc.reference` instead, one
         *     entry for each image. `distro`, `arch` and `type` narrow that list down and can be combined; they have
         *     no effect without `kind`. A filter that matches nothing gives an empty list.
         */
        get: operations["getDistributions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/distributions/{distro}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get details of a distribution
         * @description Describes a package mode distribution in depth: architectures, and for every image type its file name,
         *     default size, partition table, boot mode and the blueprint options it supports or requires. Use it to
         *     find out what a certain image type can be customized with before building it.
         *
         *     Restrict the answer with `architecture` and `image_type`, both of which can be repeated. Distributions
         *     that only exist in image mode have no such details and are refused with 400. Names that are unknown, or
         *     need an entitlement the caller lacks, give 404; restricted ones give 403.
         */
        get: operations["getDistribution"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/architectures/{distribution}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List architectures of a distribution
         * @description Lists the architectures of a distribution, `x86_64` first, each with the image types that can be built and the repositories every image is made from. Repositories that only serve particular image types are not shown.
         */
        get: operations["getArchitectures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/packages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Search packages
         * @description Searches the packages of a distribution by name. The search text may occur anywhere in the name and upper and lower case differ; an empty text finds everything. Packages come in repository order, and one that is in several repositories is listed for each of them. Distributions without a package list, among them current RHEL releases, give an empty result. A text that begins with `@` searches groups of packages, environments and module streams instead: they are listed as `@name` and `@module:stream`.
         */
        get: operations["getPackages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/compose": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Build an image
         * @description Starts the build of a single image and returns its id right away. Follow it with
         *     `GET /composes/{composeId}`.
         *
         *     * Give exactly one of `distribution` (package mode) and `bootc` (image mode).
         *     * `image_requests` has exactly one entry. Its image type has to fit the upload target, see `ImageTypes`.
         *     * At most one of `snapshot_date` and `content_template` can pin the content. Without either, an image
         *       contains the latest packages.
         *     * AWS images are limited to 64 GiB, Azure images to 128 GiB, file systems included.
         *     * Every build counts toward the quota of the organization, also after it was deleted.
         *     * Passwords are hashed before they are stored or passed on, as for blueprints.
         */
        post: operations["composeImage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/composes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List composes
         * @description Lists the composes the organization started during the last 14 days, newest first, whether directly or from blueprints. Deleted composes are left out. Older ones can still be read by id.
         */
        get: operations["getComposes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/composes/{composeId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the compose, as answered when it was started.
                 * @example c2f4b6a8-0d1e-4f3a-8b5c-7d9e1f2a3b4c
                 */
                composeId: components["parameters"]["ComposeId"];
            };
            cookie?: never;
        };
        /**
         * Get the status of a compose
         * @description Tells how far a compose is, and returns the request it was started with (passwords replaced by
         *     `hasPassword`). Poll this every few seconds until `image_status.status` is `success` or `failure`; a
         *     build takes minutes.
         *
         *     After a success `upload_status.options` says where the image is. After a failure `error` says why.
         */
        get: operations["getComposeStatus"];
        put?: never;
        post?: never;
        /**
         * Delete a compose
         * @description Hides a compose from all lists and reads. A build that is still running is not stopped, the uploaded image stays where it is, and the compose keeps counting toward the quota. Deleting it again is no error.
         */
        delete: operations["deleteCompose"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/composes/{composeId}/metadata": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the content of a finished image
         * @description Lists the packages that ended up in the image of a compose and, for edge commits, the OSTree commit. Available once the build has finished.
         */
        get: operations["getComposeMetadata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/blueprints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List blueprints
         * @description Lists the blueprints of the organization, most recently changed first. With `search`, only those whose name or description contains a text; with `name`, the one with exactly that name, which makes it easy to check whether a name is still free. `name` wins when both are given, and paging does not apply to it.
         */
        get: operations["getBlueprints"];
        put?: never;
        /**
         * Create a blueprint
         * @description Saves an image description as version 1 of a new blueprint. Nothing is built yet; use
         *     `POST /blueprints/{id}/compose` for that.
         *
         *     * The name has to be unused within the organization.
         *     * Give `distribution` for package mode, `bootc` for image mode. A blueprint may hold both; it then builds in
         *       image mode.
         *     * Passwords are stored as SHA-512 crypt hashes and never given out. A value that already is a crypt hash
         *       (`$6$`, `$5$`, `$2b$`) is stored unchanged; empty passwords and keys are dropped.
         *     * Paths of files and directories have to be absolute and clean, and must stay out of locations owned by the
         *       system, such as `/usr` (except `/usr/local`), `/boot` or `/etc/passwd`.
         *     * For a compliance policy, its present requirements are recorded with the version, so that later changes of
         *       the policy can be reported.
         */
        post: operations["createBlueprint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/blueprints/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the blueprint.
                 * @example 6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10
                 */
                id: components["parameters"]["BlueprintId"];
            };
            cookie?: never;
        };
        /**
         * Get a blueprint
         * @description Returns one version of a blueprint, the newest unless `version` says otherwise. Passwords are replaced
         *     by `hasPassword`; everything else comes back as stored.
         *
         *     When the blueprint follows a compliance policy, `lint` compares the two: errors are requirements the
         *     blueprint does not meet, warnings are things the policy asked for when the version was saved and has
         *     dropped since. While the compliance service is down both lists are empty.
         */
        get: operations["getBlueprint"];
        /**
         * Update a blueprint
         * @description Replaces name, description and content of a blueprint and stores the content as its next version. The
         *     body is complete: whatever is left out is gone in the new version. The rules of creation apply.
         *
         *     Users are the exception. Since passwords are never given out, a user that was stored before keeps the
         *     password or SSH key the request leaves out; an empty string removes it. Users missing from the request
         *     are dropped.
         *
         *     `metadata` is accepted but has no effect.
         */
        put: operations["updateBlueprint"];
        post?: never;
        /**
         * Delete a blueprint
         * @description Deletes a blueprint with all its versions and hides the composes made from them. The name becomes free again. Running builds are not stopped, and the builds keep counting toward the quota.
         */
        delete: operations["deleteBlueprint"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/blueprints/{id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the blueprint.
                 * @example 6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10
                 */
                id: components["parameters"]["BlueprintId"];
            };
            cookie?: never;
        };
        /**
         * Export a blueprint
         * @description Returns the newest version of a blueprint in a form that can be handed to somebody else or imported
         *     again.
         *
         *     Secrets and everything tied to the organization are taken out: passwords, subscription, CA certificates,
         *     the host configuration key of an Ansible registration, and the files that register with a Satellite.
         *     Image requests are not part of an export, only the snapshot date of the first one is. Custom
         *     repositories come with a description in `content_sources` that allows setting them up elsewhere; reading
         *     those needs permission to view repositories (403 otherwise).
         */
        get: operations["exportBlueprint"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/blueprints/{id}/compose": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Build a blueprint
         * @description Starts one compose for every image request of the newest version of a blueprint, or only for the image
         *     types listed in the body. The body may be left out altogether. Image types are matched with their
         *     aliases, so `ami` also selects an `aws` image request; types the blueprint does not have are ignored,
         *     and a selection that matches nothing gives an empty list.
         *
         *     Quota and content are checked for the whole selection before the first build starts. Should the build
         *     service fail half way, the answer is that failure, while the builds already started go on and show up in
         *     `GET /blueprints/{id}/composes`.
         */
        post: operations["composeBlueprint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/blueprints/{id}/composes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List composes of a blueprint
         * @description Lists the composes made from a blueprint during the last 14 days, newest first, optionally those of one version only. Deleted composes are left out.
         */
        get: operations["getBlueprintComposes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/oscap/{distribution}/profiles": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the distribution, as listed by `GET /distributions`.
                 * @example rhel-9
                 */
                distribution: components["parameters"]["DistributionName"];
            };
            cookie?: never;
        };
        /**
         * List OpenSCAP profiles
         * @description Lists the OpenSCAP profiles an image of this distribution can be hardened with. Distributions without any are refused with 400.
         */
        get: operations["getOscapProfiles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/oscap/{distribution}/{profile}/customizations": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the distribution, as listed by `GET /distributions`.
                 * @example rhel-9
                 */
                distribution: components["parameters"]["DistributionName"];
                /**
                 * @description OpenSCAP profile, as listed by `GET /oscap/{distribution}/profiles`.
                 * @example xccdf_org.ssgproject.content_profile_cis
                 */
                profile: components["schemas"]["DistributionProfileItem"];
            };
            cookie?: never;
        };
        /**
         * Get the customizations of an OpenSCAP profile
         * @description Returns the customizations with which an image meets an OpenSCAP profile as far as a build can: packages, file systems, services, kernel options. Merge them into the customizations of a compose or blueprint. `openscap` holds the profile's id, name and description.
         */
        get: operations["getOscapCustomizations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/oscap/{policy}/{distribution}/policy_customizations": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the compliance policy.
                 * @example 0b7d5f31-8c2e-4a6f-9e14-5d3c2b1a0f9e
                 */
                policy: string;
                /**
                 * @description Name of the distribution, as listed by `GET /distributions`.
                 * @example rhel-9
                 */
                distribution: components["parameters"]["DistributionName"];
            };
            cookie?: never;
        };
        /**
         * Get the customizations of a compliance policy
         * @description Returns what a compliance policy of the organization requires of an image of this distribution, taking
         *     the policy's tailoring into account. Unlike the answer for a profile it has no `openscap` member; set
         *     `openscap.policy_id` yourself when using it.
         *
         *     Only RHEL releases with a minor version are possible. A policy without a tailoring for that minor
         *     version gives 404, one the caller may not read gives 403.
         */
        get: operations["getOscapCustomizationsForPolicy"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/experimental/recommendations": {
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
         * @description Suggests packages that other images often contain together with the given ones. The distributions `rhel8`, `rhel9` and `rhel10` (without a hyphen) are supported; others are refused with 400.
         */
        post: operations["recommendPackage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/experimental/blueprints/{id}/fixup": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the blueprint.
                 * @example 6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10
                 */
                id: components["parameters"]["BlueprintId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a blueprint meet its compliance policy
         * @description Adds to the newest version of a blueprint whatever its compliance policy requires and the blueprint lacks, and stores the result as the next version. Nothing is ever removed, and stored passwords stay valid. A new version is stored even when there was nothing to add. Image mode blueprints without a distribution are refused with 400.
         */
        post: operations["fixupBlueprint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/blueprints/{id}/labels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set the labels of a blueprint
         * @description Gives a blueprint these labels instead of those that it has. An empty object takes all of them away. Labels are no part of a version: this makes no new one. Composes keep the labels that the blueprint had when they were started.
         */
        put: operations["setBlueprintLabels"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/composes/{composeId}/labels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set the labels of a compose
         * @description Gives a compose these labels instead of those that it has. An empty object takes all of them away.
         */
        put: operations["setComposeLabels"];
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
        /** @description Body of every error, except for identity refusals in plain text. */
        HTTPErrorList: {
            /** @description The problems. One entry, except for blueprint rules, all of whose violations are listed. */
            errors: components["schemas"]["HTTPError"][];
        };
        /** @description A single problem. */
        HTTPError: {
            /**
             * @description The status as text. For blueprint rule violations the name of the rule.
             * @example 404
             */
            title: string;
            /**
             * @description What is wrong.
             * @example blueprint not found
             */
            detail: string;
        };
        /** @description Version and build of the service. */
        Version: {
            /**
             * @description Version of this API.
             * @example 1.0
             */
            version: string;
            /**
             * @description Abbreviated revision the service was built from; empty when unknown.
             * @example 4f1c2ab
             */
            build_commit?: string;
            /**
             * @description Time of that revision; empty when unknown.
             * @example 2026-02-27T14:05:11Z
             */
            build_time?: string;
        };
        /** @description Result of a readiness check that went well. */
        Readiness: {
            /**
             * @description Always `ready`; for a service that is not, the status is 500.
             * @example ready
             */
            readiness: string;
        };
        /** @description Size of a list. */
        ListResponseMeta: {
            /**
             * @description Number of entries on all pages together. Read by `cursor`, it is that of the moment at which the reading began.
             * @example 23
             */
            count: number;
            /**
             * @description `true` when there may be more entries than `count`, and `count` is what was found among the first 2,000 that one of the filters takes. Left out where the count is exact, as it always is without filters and up to that length.
             * @example true
             */
            at_least?: boolean;
            /**
             * @description Value of `cursor` for the next page. Left out without `cursor`, and on the last page.
             * @example WzEsIjdkZjMiLDIzLDAsIjIwMjYtMDMtMDEgMDg6MzE6MDcuMTIzIiwiYzJmNGI2YTgiXQ
             */
            next_cursor?: string;
        };
        /** @description Addresses of the ends of a list, as paths on this host. The other pages follow by changing `offset` in steps of `limit`. */
        ListResponseLinks: {
            /**
             * @description Address of the first page.
             * @example /api/image-builder/v1.0/composes?limit=10&offset=0
             */
            first: string;
            /**
             * @description Address of the last page; of the last one that is counted where `at_least` is set.
             * @example /api/image-builder/v1.0/composes?limit=10&offset=20
             */
            last: string;
            /**
             * @description Address of the next page. Left out without `cursor`, and on the last page.
             * @example /api/image-builder/v1.0/composes?limit=10&cursor=WzEsIjdkZjMiLDIzLDAsIjIwMjYtMDMtMDEiXQ
             */
            next?: string;
        };
        /**
         * @description Names of distributions. `rhel-8`, `rhel-9` and `rhel-10` stand for the newest minor release. A name in this list is not necessarily available: Fedora and nightly builds are restricted to certain organizations, and RHEL needs an entitlement. `GET /distributions` tells what the caller can use.
         * @enum {string}
         */
        Distributions: "rhel-8" | "rhel-8-nightly" | "rhel-84" | "rhel-85" | "rhel-86" | "rhel-87" | "rhel-88" | "rhel-89" | "rhel-8.10" | "rhel-9" | "rhel-9-nightly" | "rhel-9.6-nightly" | "rhel-9.7-nightly" | "rhel-9.8-nightly" | "rhel-9.9-nightly" | "rhel-9-beta" | "rhel-90" | "rhel-91" | "rhel-92" | "rhel-93" | "rhel-94" | "rhel-95" | "rhel-9.6" | "rhel-9.7" | "rhel-9.8" | "rhel-10" | "rhel-10-nightly" | "rhel-10.0-nightly" | "rhel-10.1-nightly" | "rhel-10.2-nightly" | "rhel-10.3-nightly" | "rhel-10-beta" | "rhel-10.0" | "rhel-10.1" | "rhel-10.2" | "centos-9" | "centos-10" | "fedora-37" | "fedora-38" | "fedora-39" | "fedora-40" | "fedora-41" | "fedora-42" | "fedora-43" | "fedora-44" | "fedora-45" | "hummingbird";
        /**
         * @description Kind of list. `bootc` selects the bootable containers for image mode.
         * @enum {string}
         */
        DistributionKind: "bootc";
        /** @description Distributions, or bootable containers when asked for with `kind=bootc`. The two are never mixed. */
        DistributionsResponse: (components["schemas"]["DistributionItem"] | components["schemas"]["BootcDistributionItem"])[];
        /** @description A distribution the caller can build. */
        DistributionItem: {
            /**
             * @description Text for display.
             * @example CentOS Stream 9
             */
            description: string;
            /**
             * @description Name to use as `distribution` in requests.
             * @example centos-9
             */
            name: string;
        };
        /** @description A bootable container that images can be built from in image mode. */
        BootcDistributionItem: {
            /**
             * @description Distribution it belongs to.
             * @example rhel-10
             */
            distro: string;
            /**
             * @description Name of that distribution for display.
             * @example Red Hat Enterprise Linux (RHEL) 10
             */
            name: string;
            /**
             * @description Image type it is meant for.
             * @example guest-image
             */
            type: string;
            /**
             * @description Architecture it is meant for.
             * @example x86_64
             */
            arch: string;
            /**
             * @description Container reference to use as `bootc.reference`.
             * @example registry.example.com/bootc/rhel-10-qcow2:latest
             */
            reference: string;
            /**
             * @description Container references allowed as `bootc.iso_payload_reference` together with this one. Only for installers.
             * @example [
             *       "registry.example.com/bootc/rhel-10-qcow2:latest"
             *     ]
             */
            iso_payload_references?: string[];
        };
        /** @description A distribution in depth. */
        DistributionDetails: {
            /**
             * @description Name of the distribution.
             * @example rhel-9.8
             */
            name: string;
            /**
             * @description Code name of the release.
             * @example Plow
             */
            codename?: string;
            /**
             * @description Value of `releasever` for package repositories.
             * @example 9
             */
            releasever?: string;
            /**
             * @description Version of the operating system.
             * @example 9.8
             */
            os_version?: string;
            /**
             * @description Platform that package modules are resolved for.
             * @example platform:el9
             */
            module_platform_id?: string;
            /**
             * @description Product name.
             * @example Red Hat Enterprise Linux
             */
            product?: string;
            /**
             * @description Default OSTree reference of edge images.
             * @example rhel/9/%s/edge
             */
            ostree_ref?: string;
            /** @description Architectures by name. */
            architectures?: {
                [key: string]: components["schemas"]["ArchitectureInfo"];
            };
        };
        /** @description An architecture of a distribution, in depth. */
        ArchitectureInfo: {
            /**
             * @description Name of the architecture.
             * @example x86_64
             */
            name: string;
            /** @description Image types by name. */
            image_types?: {
                [key: string]: components["schemas"]["ImageTypeInfo"];
            };
        };
        /** @description An image type of a distribution and architecture, in depth. */
        ImageTypeInfo: {
            /**
             * @description Name of the image type.
             * @example guest-image
             */
            name: string;
            /**
             * @description Other names of the image type.
             * @example [
             *       "qcow2"
             *     ]
             */
            aliases?: string[];
            /**
             * @description File name of the finished image.
             * @example disk.qcow2
             */
            filename?: string;
            /**
             * @description Media type of the finished image.
             * @example application/x-qemu-disk
             */
            mime_type?: string;
            /**
             * @description Default OSTree reference. Only for image types made from OSTree commits.
             * @example rhel/9/x86_64/edge
             */
            ostree_ref?: string;
            /**
             * @description Volume label. Only for ISO images.
             * @example RHEL-9-8-0-BaseOS-x86_64
             */
            iso_label?: string;
            /**
             * Format: uint64
             * @description Size of the image in bytes when the request does not name one.
             * @example 10737418240
             */
            default_size?: number;
            /** @description Kind of the partition table. */
            partition_type?: components["schemas"]["PartitionType"];
            /** @description Disk layout without customizations. */
            base_partition_table?: components["schemas"]["Disk"];
            /** @description How the image boots. */
            boot_mode?: components["schemas"]["BootMode"];
            /**
             * @description Package sets that take the packages of a request.
             * @example [
             *       "blueprint"
             *     ]
             */
            payload_package_sets?: string[];
            /**
             * @description Build steps whose result can be exported.
             * @example [
             *       "qcow2"
             *     ]
             */
            exports?: string[];
            /**
             * @description Customizations a request has to have.
             * @example [
             *       "customizations.installation_device"
             *     ]
             */
            required_blueprint_options?: string[];
            /**
             * @description Customizations a request may have.
             * @example [
             *       "customizations.user",
             *       "customizations.disk"
             *     ]
             */
            supported_blueprint_options?: string[];
        };
        /**
         * @description Kind of a partition table.
         * @enum {string}
         */
        PartitionType: "gpt" | "dos";
        /**
         * @description Firmware an image can boot with. `hybrid` is both, `none` means that it is not bootable by itself.
         * @enum {string}
         */
        BootMode: "legacy" | "uefi" | "hybrid" | "none";
        /** @description Architectures of a distribution. */
        Architectures: components["schemas"]["ArchitectureItem"][];
        /** @description An architecture of a distribution with what can be built for it. */
        ArchitectureItem: {
            /**
             * @description Name of the architecture.
             * @example x86_64
             */
            arch: string;
            /**
             * @description Image types that can be built.
             * @example [
             *       "aws",
             *       "guest-image"
             *     ]
             */
            image_types: string[];
            /** @description Repositories that images are made from. Only the address and `rhsm` are given. */
            repositories: components["schemas"]["Repository"][];
        };
        /**
         * @description Kinds of images. Each is delivered through one kind of upload target:
         *
         *     | image type | upload target |
         *     | --- | --- |
         *     | `aws` (alias `ami`) | `aws` |
         *     | `gcp` | `gcp` |
         *     | `azure` (alias `vhd`) | `azure` |
         *     | `oci` | `oci.objectstorage` |
         *     | `guest-image`, `vsphere`, `vsphere-ova`, `wsl` | `aws.s3` |
         *     | `image-installer`, `network-installer`, `bootable-container-iso`, `pxe-tar-xz` | `aws.s3` |
         *     | `edge-commit` (alias `rhel-edge-commit`), `edge-installer` (alias `rhel-edge-installer`) | `aws.s3` |
         *
         *     Which of them a distribution has is listed by `GET /architectures/{distribution}`.
         * @enum {string}
         */
        ImageTypes: "aws" | "azure" | "bootable-container-iso" | "edge-commit" | "edge-installer" | "gcp" | "guest-image" | "image-installer" | "network-installer" | "oci" | "pxe-tar-xz" | "vsphere" | "vsphere-ova" | "wsl" | "ami" | "rhel-edge-commit" | "rhel-edge-installer" | "vhd";
        /** @description An image to build. */
        ComposeRequest: {
            /** @description Distribution to build from, for package mode. Not together with `bootc`. */
            distribution?: components["schemas"]["Distributions"];
            /** @description Bootable container to build from, for image mode. Not together with `distribution`. */
            bootc?: components["schemas"]["BootcBody"];
            /**
             * @description Name to show for the compose.
             * @example web server
             */
            image_name?: string;
            /**
             * @description Description to show for the compose.
             * @example nginx with the company defaults
             */
            image_description?: string;
            client_id?: components["schemas"]["ClientId"];
            /** @description Architecture, type and upload target of the image. Exactly one entry. */
            image_requests: components["schemas"]["ImageRequest"][];
            customizations?: components["schemas"]["Customizations"];
            /** @description Labels of the compose. They are shown beside the request, not in it. */
            labels?: components["schemas"]["Labels"];
        };
        /** @description Architecture, type and upload target of one image, and the state of the content it is made from. */
        ImageRequest: {
            /**
             * @description Architecture to build for.
             * @example x86_64
             * @enum {string}
             */
            architecture: "x86_64" | "aarch64";
            image_type: components["schemas"]["ImageTypes"];
            upload_request: components["schemas"]["UploadRequest"];
            ostree?: components["schemas"]["OSTree"];
            /**
             * @description Size of the image in bytes, an integer. The default size of the image type when left out.
             * @example 21474836480
             */
            size?: number;
            /**
             * @description Build from repositories as they were on this day. `YYYY-MM-DD` or an RFC 3339 time. Refused for distributions without snapshots.
             * @example 2026-03-01
             */
            snapshot_date?: string;
            /**
             * @description Id of the content template whose repositories and snapshots to build from. Its repositories take the place of those of the distribution and the customizations.
             * @example 7c6b5a49-3827-4160-9f5e-4d3c2b1a0f9e
             */
            content_template?: string;
            /**
             * @description Name of that content template. Used for registering the system with it on releases that support this.
             * @example production
             */
            content_template_name?: string;
        };
        /** @description Bootable container that an image is built from in image mode. */
        BootcBody: {
            /**
             * @description Container reference. One of those listed by `GET /distributions?kind=bootc`.
             * @example registry.example.com/bootc/rhel-10-qcow2:latest
             */
            reference: string;
            /**
             * @description Container that an installer ISO installs. Only for image type `bootable-container-iso`; one of the `iso_payload_references` of the bootable container.
             * @example registry.example.com/bootc/rhel-10-qcow2:latest
             */
            iso_payload_reference?: string;
        };
        /** @description OSTree commit that an edge image builds on. */
        OSTree: {
            /**
             * @description Address of the repository to read the parent commit from.
             * @example https://ostree.example.com/repo/
             */
            url?: string;
            /**
             * @description Address to fetch the content of commits from when it differs from `url`.
             * @example https://content.example.com/repo/
             */
            contenturl?: string;
            /**
             * @description Reference of the commit to build or to install.
             * @example rhel/9/x86_64/edge
             */
            ref?: string;
            /**
             * @description Reference or checksum of the parent commit.
             * @example rhel/9/x86_64/edge
             */
            parent?: string;
            /**
             * @description Whether to read the repository with the certificates of a subscription.
             * @example false
             */
            rhsm?: boolean;
        };
        /**
         * @description Kind of client that started a compose, namely a program (`api`), the web console (`ui`) or an assistant (`mcp`).
         * @default api
         * @enum {string}
         */
        ClientId: "api" | "ui" | "mcp";
        /** @description Where an image goes once it is built. */
        UploadRequest: {
            type: components["schemas"]["UploadTypes"];
            /** @description Options of the upload target; which of the forms applies follows from `type`. Members that the upload target does not know are ignored. */
            options: components["schemas"]["AWSUploadRequestOptions"] | components["schemas"]["AWSS3UploadRequestOptions"] | components["schemas"]["GCPUploadRequestOptions"] | components["schemas"]["AzureUploadRequestOptions"] | components["schemas"]["OCIUploadRequestOptions"];
        };
        /**
         * @description Upload targets. `aws`, `gcp` and `azure` put the image into the cloud's image service; for `aws.s3` and `oci.objectstorage` the finished compose has an address to download it from.
         * @enum {string}
         */
        UploadTypes: "aws" | "gcp" | "azure" | "aws.s3" | "oci.objectstorage";
        /** @description Options for `aws`. At least one account or source is needed. */
        AWSUploadRequestOptions: {
            /**
             * @description AWS account ids to share the image with.
             * @example [
             *       "123456789012"
             *     ]
             */
            share_with_accounts?: string[];
            /**
             * @description Ids of sources known to the platform. Each is replaced by the AWS account behind it.
             * @example [
             *       "4217"
             *     ]
             */
            share_with_sources?: string[];
        };
        /** @description Options for `aws.s3`. There are none. */
        AWSS3UploadRequestOptions: Record<string, never>;
        /** @description Options for `gcp`. */
        GCPUploadRequestOptions: {
            /**
             * @description Accounts to share the image with, each a kind and an address: `user:`, `serviceAccount:`, `group:` or `domain:`.
             * @example [
             *       "user:admin@example.com"
             *     ]
             */
            share_with_accounts?: string[];
        };
        /** @description Options for `azure`. Tenant and subscription are needed although they are not listed as required. */
        AzureUploadRequestOptions: {
            /**
             * @description Id of the tenant the image goes to.
             * @example 2b3c4d5e-6f70-4182-93a4-b5c6d7e8f901
             */
            tenant_id?: string;
            /**
             * @description Id of the subscription the image goes to.
             * @example 3c4d5e6f-7081-4293-a4b5-c6d7e8f90123
             */
            subscription_id?: string;
            /**
             * @description Resource group the image is created in. It has to exist.
             * @example images
             */
            resource_group: string;
            /**
             * @description Name of the image in Azure. Chosen by the service when left out.
             * @example hardened-rhel9
             */
            image_name?: string;
            /**
             * @description Generation of virtual machines the image boots on.
             * @default V1
             * @example V2
             * @enum {string}
             */
            hyper_v_generation?: "V1" | "V2";
        };
        /** @description Options for `oci.objectstorage`. There are none. */
        OCIUploadRequestOptions: Record<string, never>;
        /** @description A compose that was started. */
        ComposeResponse: {
            /**
             * Format: uuid
             * @description Id of the compose.
             * @example c2f4b6a8-0d1e-4f3a-8b5c-7d9e1f2a3b4c
             */
            id: string;
        };
        /** @description One page of composes. */
        ComposesResponse: {
            meta: components["schemas"]["ListResponseMeta"];
            links: components["schemas"]["ListResponseLinks"];
            /** @description The composes on this page, newest first. */
            data: components["schemas"]["ComposesResponseItem"][];
        };
        /** @description A compose in a list. Its progress comes from `GET /composes/{composeId}`. */
        ComposesResponseItem: {
            /**
             * Format: uuid
             * @description Id of the compose.
             * @example c2f4b6a8-0d1e-4f3a-8b5c-7d9e1f2a3b4c
             */
            id: string;
            /** @description The request the compose was started with, without passwords. */
            request: components["schemas"]["ComposeRequest"];
            /**
             * @description Time at which the compose was started.
             * @example 2026-03-01T08:31:07Z
             */
            created_at: string;
            /**
             * @description Name given in the request; for blueprints the name of the blueprint.
             * @example web server
             */
            image_name?: string;
            client_id?: components["schemas"]["ClientId"];
            /**
             * Format: uuid
             * @description Id of the blueprint the compose was made from. Left out for composes made without a blueprint.
             * @example 6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10
             */
            blueprint_id?: string | null;
            /**
             * @description Version of that blueprint. Left out for composes made without a blueprint.
             * @example 3
             */
            blueprint_version?: number | null;
            /** @description Labels of the compose. Left out when there are none. */
            labels?: components["schemas"]["Labels"];
        };
        /** @description State of a compose together with the request it was started with. */
        ComposeStatus: {
            image_status: components["schemas"]["ImageStatus"];
            /** @description The request the compose was started with, without passwords. */
            request: components["schemas"]["ComposeRequest"];
            /** @description Labels of the compose. Left out when there are none. */
            labels?: components["schemas"]["Labels"];
        };
        /** @description State of an image. */
        ImageStatus: {
            /**
             * @description Where the image stands. `success` and `failure` are final.
             * @example building
             * @enum {string}
             */
            status: "success" | "failure" | "pending" | "building" | "uploading" | "registering";
            progress?: components["schemas"]["Progress"];
            /** @description State of the upload, once there is one. */
            upload_status?: components["schemas"]["UploadStatus"];
            /** @description Reason of a failure. */
            error?: components["schemas"]["ComposeStatusError"];
        };
        /** @description How much of a build is done, in steps. */
        Progress: components["schemas"]["SubProgress"] & {
            /** @description How much of the present step is done. */
            subprogress?: components["schemas"]["SubProgress"];
        };
        /** @description A number of steps, and how many of them are done. */
        SubProgress: {
            /**
             * @description Steps done.
             * @example 2
             */
            done: number;
            /**
             * @description Steps altogether.
             * @example 4
             */
            total: number;
        };
        /** @description Why a build failed. Where one failure caused another, the original one is given. */
        ComposeStatusError: {
            /**
             * @description Number of the kind of failure.
             * @example 22
             */
            id: number;
            /**
             * @description What happened.
             * @example Error depsolving packages
             */
            reason: string;
            /**
             * @description More about it. Text, list or object, depending on the kind of failure.
             * @example missing packages: ngnix
             */
            details?: unknown;
        };
        /** @description State of an upload. */
        UploadStatus: {
            /**
             * @description How far the upload is.
             * @example success
             * @enum {string}
             */
            status: "success" | "failure" | "pending" | "running";
            type: components["schemas"]["UploadTypes"];
            /** @description Where the image is. Which form is used follows from `type`; members are present as empty text while they are not known. */
            options: components["schemas"]["AWSUploadStatus"] | components["schemas"]["AWSS3UploadStatus"] | components["schemas"]["GCPUploadStatus"] | components["schemas"]["AzureUploadStatus"] | components["schemas"]["OCIUploadStatus"];
        };
        /** @description An image in AWS. */
        AWSUploadStatus: {
            /**
             * @description Id of the image.
             * @example ami-0123456789abcdef0
             */
            ami: string;
            /**
             * @description Region the image is in.
             * @example us-east-1
             */
            region: string;
        };
        /** @description An image to download. */
        AWSS3UploadStatus: {
            /**
             * @description Signed address to download the image from. It is valid for a limited time only.
             * @example https://downloads.example.com/c2f4b6a8/disk.qcow2
             */
            url: string;
        };
        /** @description An image in Google Cloud. */
        GCPUploadStatus: {
            /**
             * @description Project the image is in.
             * @example example-images
             */
            project_id: string;
            /**
             * @description Name of the image.
             * @example composer-api-c2f4b6a8
             */
            image_name: string;
        };
        /** @description An image in Azure. */
        AzureUploadStatus: {
            /**
             * @description Name of the image.
             * @example hardened-rhel9
             */
            image_name: string;
        };
        /** @description An image in Oracle Cloud. */
        OCIUploadStatus: {
            /**
             * @description Address to import the image from.
             * @example https://objectstorage.example.com/images/disk.qcow2
             */
            url: string;
        };
        /** @description Content of a finished image. */
        ComposeMetadata: {
            /** @description Packages in the image. Left out when the build service has no list. */
            packages?: components["schemas"]["PackageMetadata"][];
            /**
             * @description Id of the OSTree commit. Only for edge commits.
             * @example 4c9f1e6b8a2d7035c1f4e8b9a6d2735f0c8e1b4a9d6f3720e5c8b1a4d7f03692
             */
            ostree_commit?: string;
        };
        /** @description A package in an image. */
        PackageMetadata: {
            /**
             * @description Format of the package.
             * @example rpm
             */
            type: string;
            /**
             * @description Name of the package.
             * @example nginx
             */
            name: string;
            /**
             * @description Version of the package.
             * @example 1.26.3
             */
            version: string;
            /**
             * @description Release of the package.
             * @example 1.el9
             */
            release: string;
            /**
             * @description Epoch of the package. Left out when it has none.
             * @example 32
             */
            epoch?: string;
            /**
             * @description Architecture of the package.
             * @example x86_64
             */
            arch: string;
            /**
             * @description MD5 checksum over header and payload of the package.
             * @example 1f2e3d4c5b6a798817263544f5e4d3c2
             */
            sigmd5: string;
            /**
             * @description Id of the signature. Left out for unsigned packages.
             * @example 8901aabbccddeeff
             */
            signature?: string;
        };
        /** @description Complete content of a blueprint. */
        CreateBlueprintRequest: {
            /**
             * @description Name of the blueprint. It is unique within the organization and not blank.
             * @example web server
             */
            name: string;
            /**
             * @description Text for display.
             * @example nginx with the company defaults
             */
            description?: string;
            distribution?: components["schemas"]["Distributions"];
            bootc?: components["schemas"]["BootcBody"];
            /** @description The images to build from the blueprint. No two are the same. */
            image_requests: components["schemas"]["ImageRequest"][];
            customizations: components["schemas"]["Customizations"];
            metadata?: components["schemas"]["BlueprintMetadata"];
            /** @description Labels of the blueprint. An update without them leaves the labels as they are. Composes get the labels that their blueprint has when they are started. */
            labels?: components["schemas"]["Labels"];
        };
        /** @description A blueprint that was created or updated. */
        CreateBlueprintResponse: {
            /**
             * Format: uuid
             * @description Id of the blueprint.
             * @example 6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10
             */
            id: string;
        };
        /** @description Where an imported blueprint comes from. */
        BlueprintMetadata: {
            /**
             * Format: uuid
             * @description Id of the blueprint that was exported; `null` when there was none.
             * @example 6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10
             */
            parent_id: string | null;
            /**
             * @description Time of the export. To be treated as plain text.
             * @example 2026-03-01 08:30:00.123456 +0000 UTC
             */
            exported_at: string;
            /**
             * @description Whether the blueprint comes from a local image builder rather than from this service.
             * @default false
             * @example false
             */
            is_on_prem: boolean;
        };
        /** @description One page of blueprints. */
        BlueprintsResponse: {
            meta: components["schemas"]["ListResponseMeta"];
            links: components["schemas"]["ListResponseLinks"];
            /** @description The blueprints on this page, most recently changed first. */
            data: components["schemas"]["BlueprintItem"][];
        };
        /** @description A blueprint in a list. */
        BlueprintItem: {
            /**
             * Format: uuid
             * @description Id of the blueprint.
             * @example 6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10
             */
            id: string;
            /**
             * @description Number of the newest version.
             * @example 3
             */
            version: number;
            /**
             * @description Name of the blueprint.
             * @example web server
             */
            name: string;
            /**
             * @description Text for display. May be empty.
             * @example nginx with the company defaults
             */
            description: string;
            /**
             * @description Time at which the newest version was stored.
             * @example 2026-03-01T08:30:00Z
             */
            last_modified_at: string;
            /** @description Labels of the blueprint. Left out when there are none. */
            labels?: components["schemas"]["Labels"];
        };
        /** @description One version of a blueprint. */
        BlueprintResponse: {
            /**
             * Format: uuid
             * @description Id of the blueprint.
             * @example 6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10
             */
            id: string;
            /**
             * @description Name of the blueprint.
             * @example web server
             */
            name: string;
            /**
             * @description Text for display. May be empty.
             * @example nginx with the company defaults
             */
            description: string;
            lint: components["schemas"]["BlueprintLint"];
            distribution?: components["schemas"]["Distributions"];
            bootc?: components["schemas"]["BootcBody"];
            /** @description The images to build from the blueprint. */
            image_requests: components["schemas"]["ImageRequest"][];
            /** @description What the images contain, without passwords. */
            customizations: components["schemas"]["Customizations"];
            /** @description Labels of the blueprint, whichever version is shown. Left out when there are none. */
            labels?: components["schemas"]["Labels"];
        };
        /** @description How a blueprint compares with the compliance policy it follows. Both lists are empty when there is no policy. */
        BlueprintLint: {
            /** @description Requirements of the policy that the blueprint does not meet. `POST /experimental/blueprints/{id}/fixup` adds what is missing. */
            errors: components["schemas"]["BlueprintLintItem"][];
            /** @description Requirements that were recorded with the blueprint and are no longer part of the policy. */
            warnings: components["schemas"]["BlueprintLintItem"][];
        };
        /** @description A finding. */
        BlueprintLintItem: {
            /**
             * @description What the finding is about.
             * @example Compliance
             */
            name: string;
            /**
             * @description The finding.
             * @example package aide required by policy is not present
             */
            description: string;
        };
        /** @description A blueprint without secrets and without its ties to the organization. */
        BlueprintExportResponse: {
            /**
             * @description Name of the blueprint.
             * @example web server
             */
            name: string;
            /**
             * @description Text for display. May be empty.
             * @example nginx with the company defaults
             */
            description: string;
            distribution?: components["schemas"]["Distributions"];
            bootc?: components["schemas"]["BootcBody"];
            /** @description What the images contain, without secrets. */
            customizations: components["schemas"]["Customizations"];
            /** @description Origin of the export, with the id of the blueprint as `parent_id`. */
            metadata: components["schemas"]["BlueprintMetadata"];
            /** @description Custom repositories of the blueprint, described so that they can be set up elsewhere. Left out when there are none. */
            content_sources?: Record<string, never>[];
            /**
             * @description Snapshot date of the first image request, if it has one.
             * @example 2026-03-01
             */
            snapshot_date?: string;
        };
        /** @description What an image contains beyond the defaults of its image type. All members are optional. Which of them an image type supports is listed by `GET /distributions/{distro}`. */
        Customizations: {
            /** @description Containers to put into the image's container storage. */
            containers?: components["schemas"]["Container"][];
            /** @description Directories to create. */
            directories?: components["schemas"]["Directory"][];
            /** @description Files to create. */
            files?: components["schemas"]["File"][];
            subscription?: components["schemas"]["Subscription"];
            /**
             * @description Packages to install. `@name` installs a group of packages.
             * @example [
             *       "nginx",
             *       "@development-tools"
             *     ]
             */
            packages?: string[];
            /** @description Package modules to enable. */
            enabled_modules?: components["schemas"]["Module"][];
            /** @description Additional repositories to take packages from while building. They do not end up in the image. */
            payload_repositories?: components["schemas"]["Repository"][];
            /** @description Repositories to configure in the image. */
            custom_repositories?: components["schemas"]["CustomRepository"][];
            openscap?: components["schemas"]["OpenSCAP"];
            /** @description File systems with their minimum sizes. For full control over the layout see `disk`. */
            filesystem?: components["schemas"]["Filesystem"][];
            /** @description Layout of the disk, instead of `filesystem` and `partitioning_mode`. */
            disk?: components["schemas"]["Disk"];
            /** @description Users to create. */
            users?: components["schemas"]["User"][];
            services?: components["schemas"]["Services"];
            /**
             * @description Host name of the system.
             * @example web.example.com
             */
            hostname?: string;
            kernel?: components["schemas"]["Kernel"];
            /** @description Groups to create. */
            groups?: components["schemas"]["Group"][];
            timezone?: components["schemas"]["Timezone"];
            locale?: components["schemas"]["Locale"];
            firewall?: components["schemas"]["FirewallCustomization"];
            /**
             * @description Device the image gets installed to. Only for installers.
             * @example /dev/sda
             */
            installation_device?: string;
            fdo?: components["schemas"]["FDO"];
            ignition?: components["schemas"]["Ignition"];
            /**
             * @description How to partition the disk. `raw` uses plain partitions and `lvm` logical volumes; `auto-lvm` does the latter only when there are additional file systems.
             * @example auto-lvm
             * @enum {string}
             */
            partitioning_mode?: "raw" | "lvm" | "auto-lvm";
            fips?: components["schemas"]["FIPS"];
            installer?: components["schemas"]["Installer"];
            cacerts?: components["schemas"]["CACertsCustomization"];
            aap_registration?: components["schemas"]["AAPRegistration"];
        };
        /** @description Package module to enable, so that packages come from one of its streams. */
        Module: {
            /**
             * @description Name of the module.
             * @example nodejs
             */
            name: string;
            /**
             * @description Stream of the module.
             * @example 22
             */
            stream: string;
        };
        /** @description Repository to take packages from while building. Has an address (`baseurl`, `mirrorlist` or `metalink`), or the `id` of a repository known to the platform, from which address and key are then taken. */
        Repository: {
            /**
             * @description Id of a repository known to the platform.
             * @example 1a2b3c4d-5e6f-4071-8293-a4b5c6d7e8f9
             */
            id?: string;
            /**
             * @description Whether access needs the certificates of a RHEL subscription.
             * @example false
             */
            rhsm: boolean;
            /**
             * Format: uri
             * @description Address of the repository.
             * @example https://repos.example.com/tools/el9/
             */
            baseurl?: string;
            /**
             * Format: uri
             * @description Address of a list of mirrors.
             * @example https://repos.example.com/mirrorlist?repo=tools
             */
            mirrorlist?: string;
            /**
             * Format: uri
             * @description Address of a metalink file.
             * @example https://repos.example.com/metalink?repo=tools
             */
            metalink?: string;
            /**
             * @description GPG key that signs the packages.
             * @example -----BEGIN PGP PUBLIC KEY BLOCK-----
             *
             *     mQINBExampleOnly
             *     -----END PGP PUBLIC KEY BLOCK-----
             */
            gpgkey?: string;
            /**
             * @description Whether to verify signatures of packages. Needs a key.
             * @example true
             */
            check_gpg?: boolean;
            /**
             * @description Whether to verify the signature of the repository metadata. Needs a key.
             * @default false
             * @example false
             */
            check_repo_gpg?: boolean;
            /**
             * @description Whether to accept any TLS certificate.
             * @example false
             */
            ignore_ssl?: boolean;
            /**
             * @description Whether packages of this repository replace those of enabled modules.
             * @example false
             */
            module_hotfixes?: boolean;
        };
        /** @description Repository to configure in the image. Missing members are filled in for a repository known to the platform. Red Hat repositories among them are used for building the image as well. */
        CustomRepository: {
            /**
             * @description Id of the repository. For one known to the platform its id there.
             * @example 1a2b3c4d-5e6f-4071-8293-a4b5c6d7e8f9
             */
            id: string;
            /**
             * @description Name for display.
             * @example Company tools
             */
            name?: string;
            /**
             * @description Name of the file below `/etc/yum.repos.d` to put the repository into.
             * @example tools.repo
             */
            filename?: string;
            /**
             * @description Addresses of the repository.
             * @example [
             *       "https://repos.example.com/tools/el9/"
             *     ]
             */
            baseurl?: string[];
            /**
             * Format: uri
             * @description Address of a list of mirrors.
             * @example https://repos.example.com/mirrorlist?repo=tools
             */
            mirrorlist?: string;
            /**
             * Format: uri
             * @description Address of a metalink file.
             * @example https://repos.example.com/metalink?repo=tools
             */
            metalink?: string;
            /**
             * @description GPG keys that sign the packages.
             * @example [
             *       "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQINBExampleOnly\n-----END PGP PUBLIC KEY BLOCK-----\n"
             *     ]
             */
            gpgkey?: string[];
            /**
             * @description Whether to verify signatures of packages.
             * @example true
             */
            check_gpg?: boolean;
            /**
             * @description Whether to verify the signature of the repository metadata.
             * @example false
             */
            check_repo_gpg?: boolean;
            /**
             * @description Whether the repository is enabled.
             * @example true
             */
            enabled?: boolean;
            /**
             * @description Priority of the repository. Lower numbers win.
             * @example 99
             */
            priority?: number;
            /**
             * @description Whether to verify TLS certificates.
             * @example true
             */
            ssl_verify?: boolean;
            /**
             * @description Whether packages of this repository replace those of enabled modules.
             * @example false
             */
            module_hotfixes?: boolean;
        };
        /** @description Container to put into the image. */
        Container: {
            /**
             * @description Reference to pull the container from.
             * @example registry.example.com/tools/agent:1.4
             */
            source: string;
            /**
             * @description Name of the container in the image. The source when left out.
             * @example localhost/agent:latest
             */
            name?: string;
            /**
             * @description Whether to verify the certificate of the registry.
             * @example true
             */
            tls_verify?: boolean;
        };
        /** @description User to create. Passwords are write-only: they are stored as hashes, and answers have `hasPassword` in their place. */
        User: {
            /**
             * @description Login name.
             * @example admin
             */
            name: string;
            /**
             * @description Additional groups of the user. They have to exist.
             * @example [
             *       "wheel"
             *     ]
             */
            groups?: string[];
            /**
             * @description Public SSH key that may log in as the user.
             * @example ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleOnly admin@example.com
             */
            ssh_key?: string;
            /**
             * Format: password
             * @description Password in clear text or as a crypt hash starting with `$6$`, `$5$` or `$2b$`. Never part of an answer.
             * @example not-a-real-password
             */
            password?: string;
            /**
             * @description Whether a password is stored. Has no effect in requests.
             * @example true
             */
            hasPassword?: boolean;
        };
        /** @description Group to create. */
        Group: {
            /**
             * @description Name of the group.
             * @example deploy
             */
            name: string;
            /**
             * @description Id of the group. The next free one when left out.
             * @example 1500
             */
            gid?: number;
        };
        /** @description Directory to create. In blueprints the path has to be absolute and clean, and outside the locations owned by the system. */
        Directory: {
            /**
             * @description Absolute path of the directory.
             * @example /etc/company
             */
            path: string;
            /**
             * @description Permissions as an octal number.
             * @example 0755
             */
            mode?: string;
            /**
             * @description Owner. A name or a number.
             * @example root
             */
            user?: string | number;
            /**
             * @description Group. A name or a number.
             * @example root
             */
            group?: string | number;
            /**
             * @description Whether to create missing parent directories.
             * @default false
             * @example false
             */
            ensure_parents?: boolean;
        };
        /** @description File to create. In blueprints the path has to be absolute and clean, and outside the locations owned by the system. */
        File: {
            /**
             * @description Absolute path of the file.
             * @example /etc/company/motd
             */
            path: string;
            /**
             * @description Permissions as an octal number.
             * @example 0644
             */
            mode?: string;
            /**
             * @description Owner. A name or a number.
             * @example root
             */
            user?: string | number;
            /**
             * @description Group. A name or a number.
             * @example root
             */
            group?: string | number;
            /**
             * @description Content of the file, encoded as `data_encoding` says. Empty when left out.
             * @example Managed image
             */
            data?: string;
            /**
             * @description How `data` is encoded. `base64` takes the standard alphabet with padding and has to decode to UTF-8 text.
             * @default plain
             * @example plain
             * @enum {string}
             */
            data_encoding?: "plain" | "base64";
            /**
             * @description Whether to create missing parent directories.
             * @default false
             * @example false
             */
            ensure_parents?: boolean;
        };
        /** @description Units of systemd to switch on or off. */
        Services: {
            /**
             * @description Units to start at boot.
             * @example [
             *       "nginx"
             *     ]
             */
            enabled?: string[];
            /**
             * @description Units not to start at boot.
             * @example [
             *       "bluetooth"
             *     ]
             */
            disabled?: string[];
            /**
             * @description Units that cannot be started at all.
             * @example [
             *       "rpcbind"
             *     ]
             */
            masked?: string[];
        };
        /** @description Kernel of the image. */
        Kernel: {
            /**
             * @description Kernel package to install instead of the default one.
             * @example kernel-rt
             */
            name?: string;
            /**
             * @description Arguments to add to the kernel command line.
             * @example audit_backlog_limit=8192 audit=1
             */
            append?: string;
        };
        /** @description Time settings of the system. */
        Timezone: {
            /**
             * @description Time zone by its name in the time zone database.
             * @example Europe/Prague
             */
            timezone?: string;
            /**
             * @description Time servers to use.
             * @example [
             *       "ntp.example.com"
             *     ]
             */
            ntpservers?: string[];
        };
        /** @description Language settings of the system. */
        Locale: {
            /**
             * @description Languages to install. The first one becomes the default.
             * @example [
             *       "en_US.UTF-8"
             *     ]
             */
            languages?: string[];
            /**
             * @description Keyboard layout.
             * @example us
             */
            keyboard?: string;
        };
        /** @description What to let through the firewall. */
        FirewallCustomization: {
            /**
             * @description Ports to open, as number or range and protocol.
             * @example [
             *       "443:tcp",
             *       "6000-6010:udp"
             *     ]
             */
            ports?: string[];
            /** @description Services known to the firewall. */
            services?: {
                /**
                 * @description Services to allow.
                 * @example [
                 *       "https"
                 *     ]
                 */
                enabled?: string[];
                /**
                 * @description Services to deny.
                 * @example [
                 *       "telnet"
                 *     ]
                 */
                disabled?: string[];
            };
        };
        /** @description FIPS mode of the system. */
        FIPS: {
            /**
             * @description Whether to enable FIPS mode.
             * @default false
             * @example true
             */
            enabled?: boolean;
        };
        /** @description Certificate authorities the system trusts in addition to the usual ones. */
        CACertsCustomization: {
            /**
             * @description Certificates in PEM format.
             * @example [
             *       "-----BEGIN CERTIFICATE-----\nMIIBExampleOnly\n-----END CERTIFICATE-----\n"
             *     ]
             */
            pem_certs: string[];
        };
        /** @description A file system with its minimum size. */
        Filesystem: {
            /**
             * @description Absolute path to mount the file system at.
             * @example /var
             */
            mountpoint: string;
            /**
             * @description Minimum size in bytes, an integer. Blueprints refuse sizes between 1 and 1048575.
             * @example 3221225472
             */
            min_size: number;
        };
        /** @description Layout of the disk. */
        Disk: {
            /**
             * @description Kind of the partition table.
             * @example gpt
             * @enum {string}
             */
            type?: "gpt" | "dos";
            /** @description Minimum size of the disk. */
            minsize?: components["schemas"]["minsize"];
            /** @description Partitions in the order they have on the disk. */
            partitions: components["schemas"]["Partition"][];
        };
        /** @description A partition, which is a file system, a btrfs volume or an LVM volume group. `type` tells them apart; without it a partition is a file system. */
        Partition: components["schemas"]["FilesystemTyped"] | components["schemas"]["BtrfsVolume"] | components["schemas"]["VolumeGroup"];
        /** @description Partition with a file system or swap space. */
        FilesystemTyped: {
            /**
             * @description Kind of the partition. May be left out.
             * @example plain
             * @enum {string}
             */
            type?: "plain";
            /**
             * @description Partition type. An id for `dos` and a UUID for `gpt` partition tables; chosen to suit the use when left out.
             * @example 0FC63DAF-8483-4772-8E79-3D69D8477DE4
             */
            part_type?: string;
            minsize?: components["schemas"]["minsize"];
            /**
             * @description Absolute path to mount the file system at. Not for swap space.
             * @example /boot
             */
            mountpoint?: string;
            /**
             * @description Label of the file system.
             * @example boot
             */
            label?: string;
            /**
             * @description Type of the file system.
             * @example xfs
             * @enum {string}
             */
            fs_type: "ext4" | "xfs" | "vfat" | "swap";
        };
        /** @description Partition with a btrfs volume. */
        BtrfsVolume: {
            /**
             * @description Kind of the partition.
             * @example btrfs
             * @enum {string}
             */
            type: "btrfs";
            /**
             * @description Partition type. An id for `dos` and a UUID for `gpt` partition tables; chosen to suit the use when left out.
             * @example 0FC63DAF-8483-4772-8E79-3D69D8477DE4
             */
            part_type?: string;
            minsize?: components["schemas"]["minsize"];
            /** @description Subvolumes of the volume. */
            subvolumes: components["schemas"]["BtrfsSubvolume"][];
        };
        /** @description Subvolume of a btrfs volume. */
        BtrfsSubvolume: {
            /**
             * @description Name of the subvolume.
             * @example home
             */
            name: string;
            /**
             * @description Absolute path to mount the subvolume at.
             * @example /home
             */
            mountpoint: string;
        };
        /** @description Partition with an LVM volume group. */
        VolumeGroup: {
            /**
             * @description Kind of the partition.
             * @example lvm
             * @enum {string}
             */
            type: "lvm";
            /**
             * @description Partition type. An id for `dos` and a UUID for `gpt` partition tables; chosen to suit the use when left out.
             * @example E6D6D379-F507-44C2-A23C-238F2A3DF928
             */
            part_type?: string;
            /**
             * @description Name of the volume group. Chosen by the build when left out.
             * @example system
             */
            name?: string;
            minsize?: components["schemas"]["minsize"];
            /** @description Logical volumes of the group. */
            logical_volumes: components["schemas"]["LogicalVolume"][];
        };
        /** @description Logical volume with a file system or swap space. */
        LogicalVolume: {
            /**
             * @description Name of the logical volume. Chosen by the build when left out.
             * @example root
             */
            name?: string;
            minsize?: components["schemas"]["minsize"];
            /**
             * @description Absolute path to mount the file system at. Not for swap space.
             * @example /
             */
            mountpoint?: string;
            /**
             * @description Label of the file system.
             * @example data
             */
            label?: string;
            /**
             * @description Type of the file system.
             * @example xfs
             * @enum {string}
             */
            fs_type: "ext4" | "xfs" | "vfat" | "swap";
        };
        /**
         * @description Minimum size, a number with or without a unit (`kB`, `KiB`, `MB`, `MiB`, `GB`, `GiB`, `TB`, `TiB`). Bytes without one.
         * @example 10 GiB
         */
        minsize: string;
        /** @description Registers the system on first boot. */
        Subscription: {
            /**
             * @description Id of the organization to register with.
             * @example 123456
             */
            organization: number;
            /**
             * Format: password
             * @description Activation key to register with.
             * @example example-activation-key
             */
            "activation-key": string;
            /**
             * @description Host name of the subscription service.
             * @example subscription.example.com
             */
            "server-url": string;
            /**
             * @description Address of the content.
             * @example https://cdn.example.com/
             */
            "base-url": string;
            /**
             * @description Whether to register with Insights.
             * @example true
             */
            insights: boolean;
            /**
             * @description Whether to enable remote management (rhc).
             * @default false
             * @example true
             */
            rhc?: boolean;
            /**
             * Format: uri
             * @description Address of the proxy for the Insights client. Set by the service when left out or empty.
             * @example http://proxy.example.com:3128
             */
            insights_client_proxy?: string;
        };
        /** @description Registers the system with an Ansible Automation Platform on first boot. */
        AAPRegistration: {
            /**
             * @description Provisioning callback address of the job template.
             * @example https://aap.example.com/api/v2/job_templates/38/callback/
             */
            ansible_callback_url: string;
            /**
             * @description Host configuration key of the job template.
             * @example not-a-real-key
             */
            host_config_key: string;
            /**
             * @description Certificate in PEM format that the platform's certificate is verified with. The system trusts it from then on.
             * @example -----BEGIN CERTIFICATE-----
             *     MIIBExampleOnly
             *     -----END CERTIFICATE-----
             */
            tls_certificate_authority?: string;
            /**
             * @description Whether to accept any TLS certificate from the platform.
             * @example false
             */
            skip_tls_verification?: boolean;
        };
        /** @description Behavior of installers. */
        Installer: {
            /**
             * @description Whether to install without asking.
             * @example true
             */
            unattended?: boolean;
            /**
             * @description Users and groups (`%name`) that may use sudo without a password.
             * @example [
             *       "%wheel"
             *     ]
             */
            "sudo-nopasswd"?: string[];
        };
        /** @description FIDO device onboarding. Only for edge installers. One of the `diun` members tells how to trust the server. */
        FDO: {
            /**
             * @description Address of the manufacturing server.
             * @example https://fdo.example.com:8080
             */
            manufacturing_server_url?: string;
            /**
             * @description Set to `true` to accept any key of the server.
             * @example true
             */
            diun_pub_key_insecure?: string;
            /**
             * @description Hash of the key of the server.
             * @example sha256:0123456789abcdef
             */
            diun_pub_key_hash?: string;
            /**
             * @description Root certificates of the server in PEM format.
             * @example -----BEGIN CERTIFICATE-----
             *     MIIBExampleOnly
             *     -----END CERTIFICATE-----
             */
            diun_pub_key_root_certs?: string;
        };
        /** @description Ignition configuration. Only for edge installers. */
        Ignition: {
            embedded?: components["schemas"]["IgnitionEmbedded"];
            firstboot?: components["schemas"]["IgnitionFirstboot"];
        };
        /** @description Ignition configuration that is part of the image. */
        IgnitionEmbedded: {
            /**
             * @description The configuration as base64.
             * @example eyJpZ25pdGlvbiI6eyJ2ZXJzaW9uIjoiMy4zLjAifX0=
             */
            config: string;
        };
        /** @description Ignition configuration that is fetched on first boot. */
        IgnitionFirstboot: {
            /**
             * @description Address of the configuration.
             * @example https://config.example.com/edge.ign
             */
            url: string;
        };
        /** @description Hardens the system with an OpenSCAP profile, or with a compliance policy of the organization. Exactly one of the two. */
        OpenSCAP: components["schemas"]["OpenSCAPProfile"] | components["schemas"]["OpenSCAPCompliance"];
        /** @description OpenSCAP profile to harden the system with. */
        OpenSCAPProfile: {
            /**
             * @description Id of the profile.
             * @example xccdf_org.ssgproject.content_profile_cis
             */
            profile_id: string;
            /**
             * @description Name of the profile. For display only.
             * @example CIS Benchmark for Level 2 - Server
             */
            profile_name?: string;
            /**
             * @description Description of the profile. For display only.
             * @example Settings of a server according to level 2 of the benchmark.
             */
            profile_description?: string;
        };
        /** @description Compliance policy to harden the system with. Needs a RHEL distribution whose minor version the policy is tailored for. */
        OpenSCAPCompliance: {
            /**
             * Format: uuid
             * @description Id of the policy.
             * @example 0b7d5f31-8c2e-4a6f-9e14-5d3c2b1a0f9e
             */
            policy_id: string;
        };
        /** @description OpenSCAP profiles of a distribution. */
        DistributionProfileResponse: components["schemas"]["DistributionProfileItem"][];
        /**
         * @description Ids of OpenSCAP profiles.
         * @enum {string}
         */
        DistributionProfileItem: "xccdf_org.ssgproject.content_profile_anssi_bp28_enhanced" | "xccdf_org.ssgproject.content_profile_anssi_bp28_high" | "xccdf_org.ssgproject.content_profile_anssi_bp28_intermediary" | "xccdf_org.ssgproject.content_profile_anssi_bp28_minimal" | "xccdf_org.ssgproject.content_profile_ccn_advanced" | "xccdf_org.ssgproject.content_profile_ccn_basic" | "xccdf_org.ssgproject.content_profile_ccn_intermediate" | "xccdf_org.ssgproject.content_profile_cis" | "xccdf_org.ssgproject.content_profile_cis_server_l1" | "xccdf_org.ssgproject.content_profile_cis_workstation_l1" | "xccdf_org.ssgproject.content_profile_cis_workstation_l2" | "xccdf_org.ssgproject.content_profile_cui" | "xccdf_org.ssgproject.content_profile_e8" | "xccdf_org.ssgproject.content_profile_hipaa" | "xccdf_org.ssgproject.content_profile_ism_o" | "xccdf_org.ssgproject.content_profile_ospp" | "xccdf_org.ssgproject.content_profile_pci-dss" | "xccdf_org.ssgproject.content_profile_standard" | "xccdf_org.ssgproject.content_profile_stig" | "xccdf_org.ssgproject.content_profile_stig_gui";
        /** @description One page of packages. */
        PackagesResponse: {
            meta: components["schemas"]["ListResponseMeta"];
            links: components["schemas"]["ListResponseLinks"];
            /** @description The packages on this page. */
            data: components["schemas"]["Package"][];
        };
        /** @description A package found by a search. */
        Package: {
            /**
             * @description Name of the package.
             * @example nginx
             */
            name: string;
            /**
             * @description What the package is.
             * @example A high performance web server and reverse proxy server
             */
            summary: string;
        };
        /** @description A selection of packages to find companions for. */
        RecommendPackageRequest: {
            /**
             * @description Packages selected so far.
             * @example [
             *       "nginx",
             *       "postgresql-server"
             *     ]
             */
            packages: string[];
            /**
             * Format: int32
             * @description How many packages to suggest at most. 3 when left out.
             * @default 3
             * @example 3
             */
            recommendedPackages: number;
            /**
             * @description Distribution and major version, without a hyphen.
             * @example rhel9
             */
            distribution: string;
        };
        /** @description Suggested packages. */
        RecommendationsResponse: {
            /**
             * @description Packages that go well with the selection, best first.
             * @example [
             *       "certbot",
             *       "php-fpm",
             *       "redis"
             *     ]
             */
            packages: string[];
            /**
             * @description Version of the model that made the suggestions.
             * @example 2026.02
             */
            modelVersion?: string;
        };
        /**
         * @description Labels, by key. A key has 1 to 63 characters out of letters, digits, `.`, `_`, `/` and `-`; a value is any text of at most 255 characters.
         * @example {
         *       "team": "web",
         *       "stage": "production"
         *     }
         */
        Labels: {
            [key: string]: string;
        };
        /** @description All labels of a blueprint or a compose. */
        LabelSet: {
            labels: components["schemas"]["Labels"];
        };
        /**
         * @description Where a compose stands, as far as the service knows. `success` and `failure` are final.
         * @example failure
         * @enum {string}
         */
        StoredStatus: "success" | "failure" | "pending" | "building" | "uploading" | "registering";
    };
    responses: {
        /** @description The caller has the answer already: its tag is among those of `If-None-Match`. Without a body. */
        NotModified: {
            headers: {
                "X-Strc-Trace-Id": components["headers"]["TraceId"];
                ETag: components["headers"]["ETag"];
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description The request cannot be understood or satisfied as it is: a parameter or the body does not match its schema, or the values do not fit together. Only the first problem is reported. A malformed identity header is answered as plain text, one that is too long as any other error. */
        BadRequest: {
            headers: {
                "X-Strc-Trace-Id": components["headers"]["TraceId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["HTTPErrorList"];
                /** @example Bad Request: unable to b64 decode x-rh-identity header */
                "text/plain": string;
            };
        };
        /** @description The request carries no identity. The answer is plain text unless a component in front of the service wrote it. */
        Unauthorized: {
            headers: {
                "X-Strc-Trace-Id": components["headers"]["TraceId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["HTTPErrorList"];
                /** @example Unauthorized: missing identity header */
                "text/plain": string;
            };
        };
        /** @description The caller is known but not allowed to do this: the distribution is restricted to other organizations, the organization has used up its quota, or a service that is asked on the caller's behalf (repositories, content templates, policies) denies access. */
        Forbidden: {
            headers: {
                "X-Strc-Trace-Id": components["headers"]["TraceId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["HTTPErrorList"];
            };
        };
        /** @description Nothing with this id or name exists in the caller's organization. */
        NotFound: {
            headers: {
                "X-Strc-Trace-Id": components["headers"]["TraceId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["HTTPErrorList"];
            };
        };
        /** @description The path exists but does not answer this method. */
        MethodNotAllowed: {
            headers: {
                "X-Strc-Trace-Id": components["headers"]["TraceId"];
                Allow: components["headers"]["Allow"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["HTTPErrorList"];
            };
        };
        /** @description The request did not arrive completely in the time there is for it. The connection is closed. */
        RequestTimeout: {
            headers: {
                "X-Strc-Trace-Id": components["headers"]["TraceId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["HTTPErrorList"];
            };
        };
        /** @description The first request with this `Idempotency-Key` still runs, or nobody knows yet how it ended. Nothing was done: repeat the request after a while. */
        Conflict: {
            headers: {
                "X-Strc-Trace-Id": components["headers"]["TraceId"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["HTTPErrorList"];
            };
        };
        /** @description The blueprint is not the one that `If-Match` asks for. Nothing was changed: read it again, and decide. */
        PreconditionFailed: {
            headers: {
                "X-Strc-Trace-Id": components["headers"]["TraceId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["HTTPErrorList"];
            };
        };
        /** @description The request body is larger than the service accepts. Bodies of up to 16 MiB are always accepted. */
        PayloadTooLarge: {
            headers: {
                "X-Strc-Trace-Id": components["headers"]["TraceId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["HTTPErrorList"];
            };
        };
        /** @description The request has a body that is not declared as `application/json`. Parameters such as `charset=utf-8` are fine. */
        UnsupportedMediaType: {
            headers: {
                "X-Strc-Trace-Id": components["headers"]["TraceId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["HTTPErrorList"];
            };
        };
        /** @description The body has the right form but breaks a rule for blueprints. All violations are reported together, each with a title naming its rule: `blueprint name rule violation`, `user rule violation`, `file rule violation`, `directory rule violation`, `filesystem rule violation`. A name that is already taken is answered as `Name not unique`. */
        Unprocessable: {
            headers: {
                "X-Strc-Trace-Id": components["headers"]["TraceId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["HTTPErrorList"];
            };
        };
        /** @description The organization has sent more requests than it may in this time. Wait for the time given, then repeat the request. Reads, writes and builds are counted apart. */
        TooManyRequests: {
            headers: {
                "X-Strc-Trace-Id": components["headers"]["TraceId"];
                "Retry-After": components["headers"]["RetryAfter"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["HTTPErrorList"];
            };
        };
        /** @description The headers of the request are larger than the service accepts. The connection is closed. */
        HeadersTooLarge: {
            headers: {
                "X-Strc-Trace-Id": components["headers"]["TraceId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["HTTPErrorList"];
            };
        };
        /** @description Something failed inside the service or in a service it depends on. The cause is in the log under the trace identifier of the answer. */
        InternalError: {
            headers: {
                "X-Strc-Trace-Id": components["headers"]["TraceId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["HTTPErrorList"];
            };
        };
        /** @description The service cannot take the request at the moment, for instance while it is overloaded or shutting down. Nothing has been started; repeat the request after the time given. */
        ServiceUnavailable: {
            headers: {
                "X-Strc-Trace-Id": components["headers"]["TraceId"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["HTTPErrorList"];
            };
        };
    };
    parameters: {
        /**
         * @description Largest number of entries to return.
         * @example 10
         */
        Limit: number;
        /**
         * @description Number of entries to skip. An offset behind the last entry gives an empty page.
         * @example 20
         */
        Offset: number;
        /**
         * @description Leave out composes of these image types. Repeat the parameter for several types; the types are compared as written, so `ami` and `aws` are told apart.
         * @example [
         *       "edge-commit",
         *       "edge-installer"
         *     ]
         */
        IgnoreImageTypes: components["schemas"]["ImageTypes"][];
        /**
         * @description Reads the list page by page without skipping or repeating anything while others add and delete entries, and as fast at its end as at its beginning. Begin with `start` (or nothing) as the value, and go on with `meta.next_cursor` of each answer, or the address in `links.next`, until there is none. Sort and filters have to stay the same; `limit` may change. Not together with `offset`.
         * @example start
         */
        Cursor: string;
        /**
         * @description Order of the list: `created_at`, oldest first, or `-created_at`, newest first.
         * @example -created_at
         */
        ComposeSort: string;
        /**
         * @description Order of the list: `last_modified_at` or `name`, with a hyphen in front the other way round. Names are compared by their code points, capitals before small letters. Most recently changed first (`-last_modified_at`) when left out.
         * @example name
         */
        BlueprintSort: string;
        /**
         * @description Only what was created at this RFC 3339 time or later. For composes, this takes the place of the 14 days that lists go back otherwise. Write the `+` of an offset as `%2B`.
         * @example 2026-03-01T00:00:00Z
         */
        CreatedAfter: string;
        /**
         * @description Only what was created before this RFC 3339 time. Write the `+` of an offset as `%2B`.
         * @example 2026-03-08T00:00:00Z
         */
        CreatedBefore: string;
        /**
         * @description Only what is for this distribution; for blueprints, what the newest version is for. Names are compared as written.
         * @example rhel-9
         */
        DistributionFilter: components["schemas"]["Distributions"];
        /**
         * @description Only composes of this image type, or blueprints whose newest version has an image of it. Types are compared as written, so `ami` and `aws` are told apart.
         * @example guest-image
         */
        ImageTypeFilter: components["schemas"]["ImageTypes"];
        /**
         * @description Only composes that have this status as far as the service knows: it follows every compose, and learns of a change within a minute or whenever somebody reads the status. One that was started elsewhere, and whose status nobody has read yet, has none.
         * @example failure
         */
        StatusFilter: components["schemas"]["StoredStatus"];
        /**
         * @description Only composes made from this blueprint, whichever of its versions.
         * @example 6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10
         */
        BlueprintFilter: string;
        /**
         * @description Only what has this label, written `key:value`. Repeat the parameter for several labels, all of which are required.
         * @example [
         *       "team:web",
         *       "stage:production"
         *     ]
         */
        LabelFilter: string[];
        /**
         * @description A key of the caller's choice that makes the request safe to repeat, for example after a lost connection: 1 to 255 printable characters, bare or as a quoted string. A repetition gets the answer of the first request, marked by `Idempotency-Replayed`, and nothing is done twice. The same key with another request is refused (422), and a repetition while the first request still runs waits (409). Keys belong to the organization and the operation, and are kept for at least 24 hours. A request that was refused without effect can be repeated with the same key.
         * @example "7d1f2c9e-order-42"
         */
        IdempotencyKey: string;
        /**
         * @description Tags of answers the caller has, or `*`. When the answer would be one of them it is 304, without a body.
         * @example "9wQmVg0b2nq1pZ7sXyT4uKcJrLd"
         */
        IfNoneMatch: string;
        /**
         * @description Tags of the blueprint as the caller knows it, or `*` for any. When none of them is of the newest version, somebody else has changed the blueprint: nothing is done, and the answer is 412. Only the version part of a tag is compared, and weak tags never match. Without the header the request is carried out in any case.
         * @example "3-9wQmVg0b2nq1pZ7sXyT4uKcJrLd"
         */
        IfMatch: string;
        /**
         * @description Id of the blueprint.
         * @example 6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10
         */
        BlueprintId: string;
        /**
         * @description Id of the compose, as answered when it was started.
         * @example c2f4b6a8-0d1e-4f3a-8b5c-7d9e1f2a3b4c
         */
        ComposeId: string;
        /**
         * @description Name of the distribution, as listed by `GET /distributions`.
         * @example rhel-9
         */
        DistributionName: components["schemas"]["Distributions"];
    };
    requestBodies: never;
    headers: {
        /**
         * @description Identifier of the request in the logs of this and all involved services. Quote it when reporting a problem.
         * @example qWkzLbTnYdRxPcE
         */
        TraceId: string;
        /**
         * @description Methods the path does answer, separated by commas.
         * @example GET, POST
         */
        Allow: string;
        /**
         * @description Seconds to wait before the next attempt.
         * @example 30
         */
        RetryAfter: number;
        /**
         * @description Tag of exactly this answer, for `If-None-Match`. A build that has not finished has none. The tag of a blueprint begins with the number of the version that is shown, which is what `If-Match` looks at.
         * @example "3-9wQmVg0b2nq1pZ7sXyT4uKcJrLd"
         */
        ETag: string;
        /**
         * @description `true` on an answer that was given before to a request with the same `Idempotency-Key`.
         * @example true
         */
        IdempotencyReplayed: "true";
        /**
         * @description How many requests are left (`r`) in the window that ends in so many seconds (`t`), for each limit that the request counts against. Structured field of the IETF draft `ratelimit-headers`; absent where there is no limit.
         * @example "reads";r=117;t=42
         */
        RateLimit: string;
        /**
         * @description How many requests are possible (`q`) in a window of so many seconds (`w`), for each limit that the request counts against. Structured field of the IETF draft `ratelimit-headers`; absent where there is no limit.
         * @example "reads";q=600;w=60
         */
        RateLimitPolicy: string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getVersion: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Version and build of the service. */
            200: {
                headers: {
                    "X-Strc-Trace-Id": components["headers"]["TraceId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "version": "1.0",
                     *       "build_commit": "4f1c2ab",
                     *       "build_time": "2026-02-27T14:05:11Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Version"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The service is ready. */
            200: {
                headers: {
                    "X-Strc-Trace-Id": components["headers"]["TraceId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "readiness": "ready"
                     *     }
                     */
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getOpenapiJson: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Tags of answers the caller has, or `*`. When the answer would be one of them it is 304, without a body.
                 * @example "9wQmVg0b2nq1pZ7sXyT4uKcJrLd"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The OpenAPI document. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "openapi": "3.0.1",
                     *       "info": {
                     *         "title": "Image-builder service",
                     *         "version": "1.0"
                     *       },
                     *       "paths": {}
                     *     }
                     */
                    "application/json": Record<string, never>;
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getDistributions: {
        parameters: {
            query?: {
                /**
                 * @description Set to `bootc` to list bootable containers instead of distributions.
                 * @example bootc
                 */
                kind?: components["schemas"]["DistributionKind"];
                /**
                 * @description Only bootable containers of this distribution.
                 * @example rhel-10
                 */
                distro?: string;
                /**
                 * @description Only bootable containers for this architecture.
                 * @example x86_64
                 */
                arch?: string;
                /**
                 * @description Only bootable containers meant for this image type.
                 * @example guest-image
                 */
                type?: string;
            };
            header?: {
                /**
                 * @description Tags of answers the caller has, or `*`. When the answer would be one of them it is 304, without a body.
                 * @example "9wQmVg0b2nq1pZ7sXyT4uKcJrLd"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The distributions, or the bootable containers. */
            200: {
                headers: {
                    "X-Strc-Trace-Id": components["headers"]["TraceId"];
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DistributionsResponse"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getDistribution: {
        parameters: {
            query?: {
                /**
                 * @description Only these image types. Repeat the parameter for several.
                 * @example [
                 *       "guest-image",
                 *       "azure"
                 *     ]
                 */
                image_type?: string[];
                /**
                 * @description Only these architectures. Repeat the parameter for several.
                 * @example [
                 *       "x86_64"
                 *     ]
                 */
                architecture?: string[];
            };
            header?: {
                /**
                 * @description Tags of answers the caller has, or `*`. When the answer would be one of them it is 304, without a body.
                 * @example "9wQmVg0b2nq1pZ7sXyT4uKcJrLd"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description Name of the distribution, as listed by `GET /distributions`.
                 * @example rhel-9
                 */
                distro: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The details. */
            200: {
                headers: {
                    "X-Strc-Trace-Id": components["headers"]["TraceId"];
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "rhel-9.8",
                     *       "codename": "Plow",
                     *       "releasever": "9",
                     *       "os_version": "9.8",
                     *       "module_platform_id": "platform:el9",
                     *       "product": "Red Hat Enterprise Linux",
                     *       "ostree_ref": "rhel/9/%s/edge",
                     *       "architectures": {
                     *         "x86_64": {
                     *           "name": "x86_64",
                     *           "image_types": {
                     *             "guest-image": {
                     *               "name": "guest-image",
                     *               "aliases": [
                     *                 "qcow2"
                     *               ],
                     *               "filename": "disk.qcow2",
                     *               "mime_type": "application/x-qemu-disk",
                     *               "default_size": 10737418240,
                     *               "partition_type": "gpt",
                     *               "base_partition_table": {
                     *                 "type": "gpt",
                     *                 "minsize": "10 GiB",
                     *                 "partitions": [
                     *                   {
                     *                     "type": "plain",
                     *                     "mountpoint": "/boot",
                     *                     "fs_type": "xfs",
                     *                     "minsize": "1 GiB",
                     *                     "label": "boot"
                     *                   },
                     *                   {
                     *                     "type": "plain",
                     *                     "mountpoint": "/",
                     *                     "fs_type": "xfs",
                     *                     "minsize": "2 GiB",
                     *                     "label": "root"
                     *                   }
                     *                 ]
                     *               },
                     *               "boot_mode": "hybrid",
                     *               "payload_package_sets": [
                     *                 "blueprint"
                     *               ],
                     *               "exports": [
                     *                 "qcow2"
                     *               ],
                     *               "supported_blueprint_options": [
                     *                 "customizations.user",
                     *                 "customizations.kernel",
                     *                 "customizations.disk"
                     *               ]
                     *             }
                     *           }
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["DistributionDetails"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getArchitectures: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Tags of answers the caller has, or `*`. When the answer would be one of them it is 304, without a body.
                 * @example "9wQmVg0b2nq1pZ7sXyT4uKcJrLd"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description Name of the distribution, as listed by `GET /distributions`.
                 * @example rhel-9
                 */
                distribution: components["parameters"]["DistributionName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The architectures. */
            200: {
                headers: {
                    "X-Strc-Trace-Id": components["headers"]["TraceId"];
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "arch": "x86_64",
                     *         "image_types": [
                     *           "aws",
                     *           "gcp",
                     *           "azure",
                     *           "guest-image",
                     *           "image-installer",
                     *           "vsphere"
                     *         ],
                     *         "repositories": [
                     *           {
                     *             "rhsm": false,
                     *             "baseurl": "https://mirror.example.com/9-stream/BaseOS/x86_64/os/"
                     *           },
                     *           {
                     *             "rhsm": false,
                     *             "baseurl": "https://mirror.example.com/9-stream/AppStream/x86_64/os/"
                     *           }
                     *         ]
                     *       },
                     *       {
                     *         "arch": "aarch64",
                     *         "image_types": [
                     *           "aws",
                     *           "guest-image",
                     *           "image-installer"
                     *         ],
                     *         "repositories": [
                     *           {
                     *             "rhsm": false,
                     *             "baseurl": "https://mirror.example.com/9-stream/BaseOS/aarch64/os/"
                     *           }
                     *         ]
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["Architectures"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getPackages: {
        parameters: {
            query: {
                /**
                 * @description Distribution to search.
                 * @example centos-9
                 */
                distribution: components["schemas"]["Distributions"];
                /**
                 * @description Architecture to search.
                 * @example x86_64
                 */
                architecture: "x86_64" | "aarch64";
                /**
                 * @description Part of a package name. May be empty. With `@` in front, part of the name of a group.
                 * @example nginx
                 */
                search: string;
                /**
                 * @description Largest number of entries to return.
                 * @example 10
                 */
                limit?: components["parameters"]["Limit"];
                /**
                 * @description Number of entries to skip. An offset behind the last entry gives an empty page.
                 * @example 20
                 */
                offset?: components["parameters"]["Offset"];
            };
            header?: {
                /**
                 * @description Tags of answers the caller has, or `*`. When the answer would be one of them it is 304, without a body.
                 * @example "9wQmVg0b2nq1pZ7sXyT4uKcJrLd"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of packages. */
            200: {
                headers: {
                    "X-Strc-Trace-Id": components["headers"]["TraceId"];
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "meta": {
                     *         "count": 2
                     *       },
                     *       "links": {
                     *         "first": "/api/image-builder/v1.0/packages?search=nginx&distribution=centos-9&architecture=x86_64&offset=0&limit=100",
                     *         "last": "/api/image-builder/v1.0/packages?search=nginx&distribution=centos-9&architecture=x86_64&offset=0&limit=100"
                     *       },
                     *       "data": [
                     *         {
                     *           "name": "nginx",
                     *           "summary": "A high performance web server and reverse proxy server"
                     *         },
                     *         {
                     *           "name": "nginx-core",
                     *           "summary": "nginx minimal core"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["PackagesResponse"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    composeImage: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description A key of the caller's choice that makes the request safe to repeat, for example after a lost connection: 1 to 255 printable characters, bare or as a quoted string. A repetition gets the answer of the first request, marked by `Idempotency-Replayed`, and nothing is done twice. The same key with another request is refused (422), and a repetition while the first request still runs waits (409). Keys belong to the organization and the operation, and are kept for at least 24 hours. A request that was refused without effect can be repeated with the same key.
                 * @example "7d1f2c9e-order-42"
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description The image to build. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["ComposeRequest"];
            };
        };
        responses: {
            /** @description The build was started. */
            201: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    "X-Strc-Trace-Id": components["headers"]["TraceId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "c2f4b6a8-0d1e-4f3a-8b5c-7d9e1f2a3b4c"
                     *     }
                     */
                    "application/json": components["schemas"]["ComposeResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getComposes: {
        parameters: {
            query?: {
                /**
                 * @description Largest number of entries to return.
                 * @example 10
                 */
                limit?: components["parameters"]["Limit"];
                /**
                 * @description Number of entries to skip. An offset behind the last entry gives an empty page.
                 * @example 20
                 */
                offset?: components["parameters"]["Offset"];
                /**
                 * @description Leave out composes of these image types. Repeat the parameter for several types; the types are compared as written, so `ami` and `aws` are told apart.
                 * @example [
                 *       "edge-commit",
                 *       "edge-installer"
                 *     ]
                 */
                ignoreImageTypes?: components["parameters"]["IgnoreImageTypes"];
                /**
                 * @description Order of the list: `created_at`, oldest first, or `-created_at`, newest first.
                 * @example -created_at
                 */
                sort?: components["parameters"]["ComposeSort"];
                /**
                 * @description Only what was created at this RFC 3339 time or later. For composes, this takes the place of the 14 days that lists go back otherwise. Write the `+` of an offset as `%2B`.
                 * @example 2026-03-01T00:00:00Z
                 */
                created_after?: components["parameters"]["CreatedAfter"];
                /**
                 * @description Only what was created before this RFC 3339 time. Write the `+` of an offset as `%2B`.
                 * @example 2026-03-08T00:00:00Z
                 */
                created_before?: components["parameters"]["CreatedBefore"];
                /**
                 * @description Only what is for this distribution; for blueprints, what the newest version is for. Names are compared as written.
                 * @example rhel-9
                 */
                distribution?: components["parameters"]["DistributionFilter"];
                /**
                 * @description Only composes of this image type, or blueprints whose newest version has an image of it. Types are compared as written, so `ami` and `aws` are told apart.
                 * @example guest-image
                 */
                image_type?: components["parameters"]["ImageTypeFilter"];
                /**
                 * @description Only composes that have this status as far as the service knows: it follows every compose, and learns of a change within a minute or whenever somebody reads the status. One that was started elsewhere, and whose status nobody has read yet, has none.
                 * @example failure
                 */
                status?: components["parameters"]["StatusFilter"];
                /**
                 * @description Only composes made from this blueprint, whichever of its versions.
                 * @example 6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10
                 */
                blueprint_id?: components["parameters"]["BlueprintFilter"];
                /**
                 * @description Only what has this label, written `key:value`. Repeat the parameter for several labels, all of which are required.
                 * @example [
                 *       "team:web",
                 *       "stage:production"
                 *     ]
                 */
                label?: components["parameters"]["LabelFilter"];
                /**
                 * @description Reads the list page by page without skipping or repeating anything while others add and delete entries, and as fast at its end as at its beginning. Begin with `start` (or nothing) as the value, and go on with `meta.next_cursor` of each answer, or the address in `links.next`, until there is none. Sort and filters have to stay the same; `limit` may change. Not together with `offset`.
                 * @example start
                 */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: {
                /**
                 * @description Tags of answers the caller has, or `*`. When the answer would be one of them it is 304, without a body.
                 * @example "9wQmVg0b2nq1pZ7sXyT4uKcJrLd"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of composes. */
            200: {
                headers: {
                    "X-Strc-Trace-Id": components["headers"]["TraceId"];
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "meta": {
                     *         "count": 23
                     *       },
                     *       "links": {
                     *         "first": "/api/image-builder/v1.0/composes?limit=1&offset=0",
                     *         "last": "/api/image-builder/v1.0/composes?limit=1&offset=22"
                     *       },
                     *       "data": [
                     *         {
                     *           "id": "e4162839-4a5b-4c6d-8e7f-8091a2b3c4d5",
                     *           "created_at": "2026-03-01T09:02:44Z",
                     *           "image_name": "build host",
                     *           "client_id": "api",
                     *           "request": {
                     *             "distribution": "centos-9",
                     *             "image_name": "build host",
                     *             "client_id": "api",
                     *             "image_requests": [
                     *               {
                     *                 "architecture": "x86_64",
                     *                 "image_type": "aws",
                     *                 "upload_request": {
                     *                   "type": "aws",
                     *                   "options": {
                     *                     "share_with_accounts": [
                     *                       "123456789012"
                     *                     ]
                     *                   }
                     *                 }
                     *               }
                     *             ]
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ComposesResponse"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getComposeStatus: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Tags of answers the caller has, or `*`. When the answer would be one of them it is 304, without a body.
                 * @example "9wQmVg0b2nq1pZ7sXyT4uKcJrLd"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description Id of the compose, as answered when it was started.
                 * @example c2f4b6a8-0d1e-4f3a-8b5c-7d9e1f2a3b4c
                 */
                composeId: components["parameters"]["ComposeId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The status. */
            200: {
                headers: {
                    "X-Strc-Trace-Id": components["headers"]["TraceId"];
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ComposeStatus"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deleteCompose: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the compose, as answered when it was started.
                 * @example c2f4b6a8-0d1e-4f3a-8b5c-7d9e1f2a3b4c
                 */
                composeId: components["parameters"]["ComposeId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The compose was deleted. */
            200: {
                headers: {
                    "X-Strc-Trace-Id": components["headers"]["TraceId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getComposeMetadata: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Tags of answers the caller has, or `*`. When the answer would be one of them it is 304, without a body.
                 * @example "9wQmVg0b2nq1pZ7sXyT4uKcJrLd"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description Id of the compose, as answered when it was started.
                 * @example c2f4b6a8-0d1e-4f3a-8b5c-7d9e1f2a3b4c
                 */
                composeId: components["parameters"]["ComposeId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the image contains. */
            200: {
                headers: {
                    "X-Strc-Trace-Id": components["headers"]["TraceId"];
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "ostree_commit": "4c9f1e6b8a2d7035c1f4e8b9a6d2735f0c8e1b4a9d6f3720e5c8b1a4d7f03692",
                     *       "packages": [
                     *         {
                     *           "type": "rpm",
                     *           "name": "nginx",
                     *           "version": "1.26.3",
                     *           "release": "1.el9",
                     *           "arch": "x86_64",
                     *           "sigmd5": "1f2e3d4c5b6a798817263544f5e4d3c2"
                     *         },
                     *         {
                     *           "type": "rpm",
                     *           "name": "bind-utils",
                     *           "epoch": "32",
                     *           "version": "9.18.33",
                     *           "release": "4.el9",
                     *           "arch": "x86_64",
                     *           "sigmd5": "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
                     *           "signature": "8901aabbccddeeff"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ComposeMetadata"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getBlueprints: {
        parameters: {
            query?: {
                /**
                 * @description Exact name of a blueprint, in the same upper and lower case. Empty means no filter.
                 * @example web server
                 */
                name?: string;
                /**
                 * @description Text to look for in names and descriptions. Case does not matter. Empty means no filter.
                 * @example web
                 */
                search?: string;
                /**
                 * @description Largest number of entries to return.
                 * @example 10
                 */
                limit?: components["parameters"]["Limit"];
                /**
                 * @description Number of entries to skip. An offset behind the last entry gives an empty page.
                 * @example 20
                 */
                offset?: components["parameters"]["Offset"];
                /**
                 * @description Order of the list: `last_modified_at` or `name`, with a hyphen in front the other way round. Names are compared by their code points, capitals before small letters. Most recently changed first (`-last_modified_at`) when left out.
                 * @example name
                 */
                sort?: components["parameters"]["BlueprintSort"];
                /**
                 * @description Only what was created at this RFC 3339 time or later. For composes, this takes the place of the 14 days that lists go back otherwise. Write the `+` of an offset as `%2B`.
                 * @example 2026-03-01T00:00:00Z
                 */
                created_after?: components["parameters"]["CreatedAfter"];
                /**
                 * @description Only what was created before this RFC 3339 time. Write the `+` of an offset as `%2B`.
                 * @example 2026-03-08T00:00:00Z
                 */
                created_before?: components["parameters"]["CreatedBefore"];
                /**
                 * @description Only what is for this distribution; for blueprints, what the newest version is for. Names are compared as written.
                 * @example rhel-9
                 */
                distribution?: components["parameters"]["DistributionFilter"];
                /**
                 * @description Only composes of this image type, or blueprints whose newest version has an image of it. Types are compared as written, so `ami` and `aws` are told apart.
                 * @example guest-image
                 */
                image_type?: components["parameters"]["ImageTypeFilter"];
                /**
                 * @description Only what has this label, written `key:value`. Repeat the parameter for several labels, all of which are required.
                 * @example [
                 *       "team:web",
                 *       "stage:production"
                 *     ]
                 */
                label?: components["parameters"]["LabelFilter"];
                /**
                 * @description Reads the list page by page without skipping or repeating anything while others add and delete entries, and as fast at its end as at its beginning. Begin with `start` (or nothing) as the value, and go on with `meta.next_cursor` of each answer, or the address in `links.next`, until there is none. Sort and filters have to stay the same; `limit` may change. Not together with `offset`.
                 * @example start
                 */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: {
                /**
                 * @description Tags of answers the caller has, or `*`. When the answer would be one of them it is 304, without a body.
                 * @example "9wQmVg0b2nq1pZ7sXyT4uKcJrLd"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of blueprints. */
            200: {
                headers: {
                    "X-Strc-Trace-Id": components["headers"]["TraceId"];
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "meta": {
                     *         "count": 1
                     *       },
                     *       "links": {
                     *         "first": "/api/image-builder/v1.0/blueprints?limit=10&offset=0&search=web",
                     *         "last": "/api/image-builder/v1.0/blueprints?limit=10&offset=0&search=web"
                     *       },
                     *       "data": [
                     *         {
                     *           "id": "6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10",
                     *           "version": 3,
                     *           "name": "web server",
                     *           "description": "nginx with the company defaults",
                     *           "last_modified_at": "2026-03-01T08:30:00Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["BlueprintsResponse"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createBlueprint: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description A key of the caller's choice that makes the request safe to repeat, for example after a lost connection: 1 to 255 printable characters, bare or as a quoted string. A repetition gets the answer of the first request, marked by `Idempotency-Replayed`, and nothing is done twice. The same key with another request is refused (422), and a repetition while the first request still runs waits (409). Keys belong to the organization and the operation, and are kept for at least 24 hours. A request that was refused without effect can be repeated with the same key.
                 * @example "7d1f2c9e-order-42"
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description The blueprint to save. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateBlueprintRequest"];
            };
        };
        responses: {
            /** @description The blueprint was created. */
            201: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    "X-Strc-Trace-Id": components["headers"]["TraceId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10"
                     *     }
                     */
                    "application/json": components["schemas"]["CreateBlueprintResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getBlueprint: {
        parameters: {
            query?: {
                /**
                 * @description Version to return, counted from 1. `-1` is the newest, as is leaving it out; other values below 1 are refused.
                 * @example 2
                 */
                version?: number;
            };
            header?: {
                /**
                 * @description Tags of answers the caller has, or `*`. When the answer would be one of them it is 304, without a body.
                 * @example "9wQmVg0b2nq1pZ7sXyT4uKcJrLd"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description Id of the blueprint.
                 * @example 6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10
                 */
                id: components["parameters"]["BlueprintId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The blueprint. */
            200: {
                headers: {
                    "X-Strc-Trace-Id": components["headers"]["TraceId"];
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BlueprintResponse"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    updateBlueprint: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Tags of the blueprint as the caller knows it, or `*` for any. When none of them is of the newest version, somebody else has changed the blueprint: nothing is done, and the answer is 412. Only the version part of a tag is compared, and weak tags never match. Without the header the request is carried out in any case.
                 * @example "3-9wQmVg0b2nq1pZ7sXyT4uKcJrLd"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description Id of the blueprint.
                 * @example 6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10
                 */
                id: components["parameters"]["BlueprintId"];
            };
            cookie?: never;
        };
        /** @description The new content of the blueprint. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateBlueprintRequest"];
            };
        };
        responses: {
            /** @description The new version was stored. */
            200: {
                headers: {
                    "X-Strc-Trace-Id": components["headers"]["TraceId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10"
                     *     }
                     */
                    "application/json": components["schemas"]["CreateBlueprintResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deleteBlueprint: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Tags of the blueprint as the caller knows it, or `*` for any. When none of them is of the newest version, somebody else has changed the blueprint: nothing is done, and the answer is 412. Only the version part of a tag is compared, and weak tags never match. Without the header the request is carried out in any case.
                 * @example "3-9wQmVg0b2nq1pZ7sXyT4uKcJrLd"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description Id of the blueprint.
                 * @example 6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10
                 */
                id: components["parameters"]["BlueprintId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The blueprint was deleted. */
            204: {
                headers: {
                    "X-Strc-Trace-Id": components["headers"]["TraceId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            412: components["responses"]["PreconditionFailed"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    exportBlueprint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the blueprint.
                 * @example 6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10
                 */
                id: components["parameters"]["BlueprintId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The exported blueprint. */
            200: {
                headers: {
                    "X-Strc-Trace-Id": components["headers"]["TraceId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "web server",
                     *       "description": "nginx with the company defaults",
                     *       "distribution": "rhel-9",
                     *       "customizations": {
                     *         "packages": [
                     *           "nginx",
                     *           "tmux"
                     *         ],
                     *         "users": [
                     *           {
                     *             "name": "admin",
                     *             "groups": [
                     *               "wheel"
                     *             ],
                     *             "hasPassword": true
                     *           }
                     *         ],
                     *         "custom_repositories": [
                     *           {
                     *             "id": "1a2b3c4d-5e6f-4071-8293-a4b5c6d7e8f9",
                     *             "name": "Company tools",
                     *             "baseurl": [
                     *               "https://repos.example.com/tools/el9/"
                     *             ]
                     *           }
                     *         ]
                     *       },
                     *       "metadata": {
                     *         "parent_id": "6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10",
                     *         "exported_at": "2026-03-01 08:30:00.123456 +0000 UTC",
                     *         "is_on_prem": false
                     *       },
                     *       "content_sources": [
                     *         {
                     *           "name": "Company tools",
                     *           "url": "https://repos.example.com/tools/el9/",
                     *           "origin": "external",
                     *           "distribution_arch": "any",
                     *           "distribution_versions": [
                     *             "9"
                     *           ],
                     *           "snapshot": true
                     *         }
                     *       ],
                     *       "snapshot_date": "2026-03-01"
                     *     }
                     */
                    "application/json": components["schemas"]["BlueprintExportResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    composeBlueprint: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description A key of the caller's choice that makes the request safe to repeat, for example after a lost connection: 1 to 255 printable characters, bare or as a quoted string. A repetition gets the answer of the first request, marked by `Idempotency-Replayed`, and nothing is done twice. The same key with another request is refused (422), and a repetition while the first request still runs waits (409). Keys belong to the organization and the operation, and are kept for at least 24 hours. A request that was refused without effect can be repeated with the same key.
                 * @example "7d1f2c9e-order-42"
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description Tells who is calling, for the `client_id` of the composes: `mcp` gives `mcp`, any other text gives `ui`, and without the header it is `api`.
                 * @example mcp
                 */
                "X-ImageBuilder-ui"?: string;
            };
            path: {
                /**
                 * @description Id of the blueprint.
                 * @example 6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10
                 */
                id: components["parameters"]["BlueprintId"];
            };
            cookie?: never;
        };
        /** @description Which images to build. Everything when left out. */
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Image types to build. An empty list builds nothing. */
                    image_types?: components["schemas"]["ImageTypes"][];
                };
            };
        };
        responses: {
            /** @description The builds that were started, in the order of the image requests. */
            201: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    "X-Strc-Trace-Id": components["headers"]["TraceId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "id": "c2f4b6a8-0d1e-4f3a-8b5c-7d9e1f2a3b4c"
                     *       },
                     *       {
                     *         "id": "d3051728-394a-4b5c-9d6e-7f8091a2b3c4"
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["ComposeResponse"][];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getBlueprintComposes: {
        parameters: {
            query?: {
                /**
                 * @description Only composes of this version of the blueprint. A negative number stands for the newest version; a version that does not exist gives an empty list.
                 * @example -1
                 */
                blueprint_version?: number;
                /**
                 * @description Largest number of entries to return.
                 * @example 10
                 */
                limit?: components["parameters"]["Limit"];
                /**
                 * @description Number of entries to skip. An offset behind the last entry gives an empty page.
                 * @example 20
                 */
                offset?: components["parameters"]["Offset"];
                /**
                 * @description Leave out composes of these image types. Repeat the parameter for several types; the types are compared as written, so `ami` and `aws` are told apart.
                 * @example [
                 *       "edge-commit",
                 *       "edge-installer"
                 *     ]
                 */
                ignoreImageTypes?: components["parameters"]["IgnoreImageTypes"];
                /**
                 * @description Order of the list: `created_at`, oldest first, or `-created_at`, newest first.
                 * @example -created_at
                 */
                sort?: components["parameters"]["ComposeSort"];
                /**
                 * @description Only what was created at this RFC 3339 time or later. For composes, this takes the place of the 14 days that lists go back otherwise. Write the `+` of an offset as `%2B`.
                 * @example 2026-03-01T00:00:00Z
                 */
                created_after?: components["parameters"]["CreatedAfter"];
                /**
                 * @description Only what was created before this RFC 3339 time. Write the `+` of an offset as `%2B`.
                 * @example 2026-03-08T00:00:00Z
                 */
                created_before?: components["parameters"]["CreatedBefore"];
                /**
                 * @description Only what is for this distribution; for blueprints, what the newest version is for. Names are compared as written.
                 * @example rhel-9
                 */
                distribution?: components["parameters"]["DistributionFilter"];
                /**
                 * @description Only composes of this image type, or blueprints whose newest version has an image of it. Types are compared as written, so `ami` and `aws` are told apart.
                 * @example guest-image
                 */
                image_type?: components["parameters"]["ImageTypeFilter"];
                /**
                 * @description Only composes that have this status as far as the service knows: it follows every compose, and learns of a change within a minute or whenever somebody reads the status. One that was started elsewhere, and whose status nobody has read yet, has none.
                 * @example failure
                 */
                status?: components["parameters"]["StatusFilter"];
                /**
                 * @description Only what has this label, written `key:value`. Repeat the parameter for several labels, all of which are required.
                 * @example [
                 *       "team:web",
                 *       "stage:production"
                 *     ]
                 */
                label?: components["parameters"]["LabelFilter"];
                /**
                 * @description Reads the list page by page without skipping or repeating anything while others add and delete entries, and as fast at its end as at its beginning. Begin with `start` (or nothing) as the value, and go on with `meta.next_cursor` of each answer, or the address in `links.next`, until there is none. Sort and filters have to stay the same; `limit` may change. Not together with `offset`.
                 * @example start
                 */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: {
                /**
                 * @description Tags of answers the caller has, or `*`. When the answer would be one of them it is 304, without a body.
                 * @example "9wQmVg0b2nq1pZ7sXyT4uKcJrLd"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description Id of the blueprint.
                 * @example 6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10
                 */
                id: components["parameters"]["BlueprintId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of composes. */
            200: {
                headers: {
                    "X-Strc-Trace-Id": components["headers"]["TraceId"];
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "meta": {
                     *         "count": 1
                     *       },
                     *       "links": {
                     *         "first": "/api/image-builder/v1.0/composes?blueprint_id=6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10&limit=10&offset=0",
                     *         "last": "/api/image-builder/v1.0/composes?blueprint_id=6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10&limit=10&offset=0"
                     *       },
                     *       "data": [
                     *         {
                     *           "id": "c2f4b6a8-0d1e-4f3a-8b5c-7d9e1f2a3b4c",
                     *           "created_at": "2026-03-01T08:31:07Z",
                     *           "image_name": "web server",
                     *           "client_id": "ui",
                     *           "blueprint_id": "6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10",
                     *           "blueprint_version": 3,
                     *           "request": {
                     *             "distribution": "rhel-9",
                     *             "image_name": "web server",
                     *             "image_description": "nginx with the company defaults",
                     *             "client_id": "ui",
                     *             "image_requests": [
                     *               {
                     *                 "architecture": "x86_64",
                     *                 "image_type": "guest-image",
                     *                 "upload_request": {
                     *                   "type": "aws.s3",
                     *                   "options": {}
                     *                 }
                     *               }
                     *             ],
                     *             "customizations": {
                     *               "packages": [
                     *                 "nginx",
                     *                 "tmux"
                     *               ]
                     *             }
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ComposesResponse"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getOscapProfiles: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Tags of answers the caller has, or `*`. When the answer would be one of them it is 304, without a body.
                 * @example "9wQmVg0b2nq1pZ7sXyT4uKcJrLd"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description Name of the distribution, as listed by `GET /distributions`.
                 * @example rhel-9
                 */
                distribution: components["parameters"]["DistributionName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ids of the profiles. */
            200: {
                headers: {
                    "X-Strc-Trace-Id": components["headers"]["TraceId"];
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       "xccdf_org.ssgproject.content_profile_cis",
                     *       "xccdf_org.ssgproject.content_profile_pci-dss",
                     *       "xccdf_org.ssgproject.content_profile_stig"
                     *     ]
                     */
                    "application/json": components["schemas"]["DistributionProfileResponse"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getOscapCustomizations: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Tags of answers the caller has, or `*`. When the answer would be one of them it is 304, without a body.
                 * @example "9wQmVg0b2nq1pZ7sXyT4uKcJrLd"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description Name of the distribution, as listed by `GET /distributions`.
                 * @example rhel-9
                 */
                distribution: components["parameters"]["DistributionName"];
                /**
                 * @description OpenSCAP profile, as listed by `GET /oscap/{distribution}/profiles`.
                 * @example xccdf_org.ssgproject.content_profile_cis
                 */
                profile: components["schemas"]["DistributionProfileItem"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The customizations. */
            200: {
                headers: {
                    "X-Strc-Trace-Id": components["headers"]["TraceId"];
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "openscap": {
                     *         "profile_id": "xccdf_org.ssgproject.content_profile_cis",
                     *         "profile_name": "CIS Benchmark for Level 2 - Server",
                     *         "profile_description": "Settings of a server according to level 2 of the benchmark."
                     *       },
                     *       "packages": [
                     *         "aide",
                     *         "libselinux"
                     *       ],
                     *       "filesystem": [
                     *         {
                     *           "mountpoint": "/home",
                     *           "min_size": 1073741824
                     *         },
                     *         {
                     *           "mountpoint": "/var/log/audit",
                     *           "min_size": 10737418240
                     *         }
                     *       ],
                     *       "kernel": {
                     *         "append": "audit_backlog_limit=8192 audit=1"
                     *       },
                     *       "services": {
                     *         "enabled": [
                     *           "crond",
                     *           "firewalld"
                     *         ],
                     *         "masked": [
                     *           "nfs-server",
                     *           "rpcbind"
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Customizations"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getOscapCustomizationsForPolicy: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Tags of answers the caller has, or `*`. When the answer would be one of them it is 304, without a body.
                 * @example "9wQmVg0b2nq1pZ7sXyT4uKcJrLd"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description Id of the compliance policy.
                 * @example 0b7d5f31-8c2e-4a6f-9e14-5d3c2b1a0f9e
                 */
                policy: string;
                /**
                 * @description Name of the distribution, as listed by `GET /distributions`.
                 * @example rhel-9
                 */
                distribution: components["parameters"]["DistributionName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The customizations. */
            200: {
                headers: {
                    "X-Strc-Trace-Id": components["headers"]["TraceId"];
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "packages": [
                     *         "aide",
                     *         "sudo"
                     *       ],
                     *       "filesystem": [
                     *         {
                     *           "mountpoint": "/tmp",
                     *           "min_size": 1073741824
                     *         }
                     *       ],
                     *       "services": {
                     *         "enabled": [
                     *           "auditd"
                     *         ],
                     *         "masked": [
                     *           "cups"
                     *         ]
                     *       },
                     *       "fips": {
                     *         "enabled": true
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Customizations"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    recommendPackage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The selection made so far. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["RecommendPackageRequest"];
            };
        };
        responses: {
            /** @description The suggestions; empty when there are none. */
            200: {
                headers: {
                    "X-Strc-Trace-Id": components["headers"]["TraceId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "packages": [
                     *         "certbot",
                     *         "php-fpm",
                     *         "redis"
                     *       ],
                     *       "modelVersion": "2026.02"
                     *     }
                     */
                    "application/json": components["schemas"]["RecommendationsResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    fixupBlueprint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the blueprint.
                 * @example 6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10
                 */
                id: components["parameters"]["BlueprintId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The new version was stored. */
            200: {
                headers: {
                    "X-Strc-Trace-Id": components["headers"]["TraceId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    setBlueprintLabels: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the blueprint.
                 * @example 6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10
                 */
                id: components["parameters"]["BlueprintId"];
            };
            cookie?: never;
        };
        /** @description All labels of the blueprint. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "labels": {
                 *         "team": "web",
                 *         "stage": "production"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["LabelSet"];
            };
        };
        responses: {
            /** @description The labels, as they are now. */
            200: {
                headers: {
                    "X-Strc-Trace-Id": components["headers"]["TraceId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "labels": {
                     *         "stage": "production",
                     *         "team": "web"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["LabelSet"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    setComposeLabels: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the compose, as answered when it was started.
                 * @example c2f4b6a8-0d1e-4f3a-8b5c-7d9e1f2a3b4c
                 */
                composeId: components["parameters"]["ComposeId"];
            };
            cookie?: never;
        };
        /** @description All labels of the compose. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "labels": {
                 *         "team": "web",
                 *         "stage": "production"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["LabelSet"];
            };
        };
        responses: {
            /** @description The labels, as they are now. */
            200: {
                headers: {
                    "X-Strc-Trace-Id": components["headers"]["TraceId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "labels": {
                     *         "stage": "production",
                     *         "team": "web"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["LabelSet"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
}
