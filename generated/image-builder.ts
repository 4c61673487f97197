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
         * @description Returns the version of this API and the revision of the running service. Useful for checking a deployment and in bug reports.
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
         * @description Reports whether this process can answer requests. It calls the build service and the database behind it, and names in `degraded` those that do not respond properly; where the service is configured so, the check fails with 500 instead.
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
         * @description Returns the OpenAPI description of the service, with its references left in place. Needs no identity; the service ignores an identity header.
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
         * @description Describes a package mode distribution in depth: architectures, and for every image type its file name, default
         *     size, partition table, boot mode and the blueprint options it supports or requires. Use it to find out how an
         *     image type can be customized before building it. Restrict the response with `architecture` and `image_type`,
         *     both of which can be repeated.
         *
         *     Distributions that only exist in image mode have no such details and are refused with 400. A name that is
         *     unknown, or that needs an entitlement the caller lacks, returns 404; a restricted distribution returns 403.
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
         * @description Lists the architectures of a distribution, `x86_64` first, each with the image types that can be built and the repositories every image is made from. Repositories that only serve particular image types are left out.
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
         * @description Searches the packages of a distribution by name. The search text may occur anywhere in the name, and the search
         *     is case-sensitive; an empty text finds everything. Packages come in repository order, and a package that is in
         *     several repositories is listed for each of them. Distributions without a package list, among them current RHEL
         *     releases, give an empty result.
         *
         *     A text that begins with `@` searches groups of packages, environments and module streams instead: they are
         *     listed as `@name` and `@module:stream`.
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
         * @description Starts the build of a single image and returns the id of the compose right away. Follow it with `GET
         *     /composes/{composeId}`.
         *
         *     * Give exactly one of `distribution` (package mode) and `bootc` (image mode).
         *     * `image_requests` has exactly one entry. Its image type has to fit the upload target, see `ImageTypes`.
         *     * At most one of `snapshot_date` and `content_template` can pin the content. Without either, an image contains
         *       the latest packages.
         *     * AWS images are limited to 64 GiB, Azure images to 128 GiB, file systems included.
         *     * Every compose counts toward the quota of the organization, even after it is deleted.
         *     * Passwords are hashed before they are stored or passed on, as for blueprints.
         *     * A request whose build is sure to fail is refused, with the place of the mistake. Customizations that the image
         *       type does not take are left out of the image: the header `Image-Builder-Warnings` and, with `hints=true`,
         *       `warnings` name them.
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
         * @description Lists the composes the organization started during the last 14 days, newest first, whether directly or from blueprints. Deleted composes are left out. An older compose can still be read by its id.
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
                 * @description Id of the compose, as returned when it was started.
                 * @example c2f4b6a8-0d1e-4f3a-8b5c-7d9e1f2a3b4c
                 */
                composeId: components["parameters"]["ComposeId"];
            };
            cookie?: never;
        };
        /**
         * Get the status of a compose
         * @description Returns the progress of a compose, and the request it was started with (passwords replaced by `hasPassword`).
         *     Poll this every few seconds until `image_status.status` is `success` or `failure`; a build takes minutes.
         *
         *     After a success `upload_status.options` has the location of the image. After a failure `error` has the reason.
         *     With `hints=true` it also has an explanation in plain words, and names what the failure is about.
         */
        get: operations["getComposeStatus"];
        put?: never;
        post?: never;
        /**
         * Delete a compose
         * @description Hides a compose from all lists and reads. A running build is not stopped, the uploaded image stays where it is, and the compose still counts toward the quota. Deleting a compose again is no error.
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
         * @description Lists the packages in the image of a compose and, for edge commits, the OSTree commit. Available once the build has finished.
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
         * @description Lists the blueprints of the organization, most recently changed first. With `search`, only those whose name or description contains a text; with `name`, the one with exactly that name, for example to check whether a name is still free. `name` wins when both are given, and paging does not apply to it.
         */
        get: operations["getBlueprints"];
        put?: never;
        /**
         * Create a blueprint
         * @description Saves an image description as version 1 of a new blueprint. Nothing is built yet; use `POST
         *     /blueprints/{id}/compose` for that.
         *
         *     * The name has to be unused within the organization.
         *     * Give `distribution` for package mode, `bootc` for image mode. A blueprint may hold both; it then builds in
         *       image mode.
         *     * Passwords are stored as SHA-512 crypt hashes and never returned. A value that already is a crypt hash (`$6$`,
         *       `$5$`, `$2b$`) is stored unchanged; empty passwords and keys are dropped.
         *     * Paths of files and directories have to be absolute and clean, and must stay out of locations owned by the
         *       system, such as `/usr` (except `/usr/local`), `/boot` or `/etc/passwd`.
         *     * For a compliance policy, its present requirements are recorded with the version, so that later changes of the
         *       policy can be reported.
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
         * @description Returns one version of a blueprint, the newest unless `version` names another. Passwords are replaced by
         *     `hasPassword`; everything else is returned as stored.
         *
         *     When the blueprint follows a compliance policy, `lint` compares the two: errors are requirements the blueprint
         *     does not meet, warnings are requirements that were recorded with the version and that the policy has dropped
         *     since. While the compliance service is unavailable both lists are empty.
         */
        get: operations["getBlueprint"];
        /**
         * Update a blueprint
         * @description Replaces name, description and content of a blueprint and stores the content as its next version. The body is
         *     complete: the new version lacks what the body leaves out. The rules of creation apply.
         *
         *     Users are the exception. The service never returns passwords, so a stored user keeps the password or SSH key
         *     that the request leaves out; an empty string removes it. Users missing from the request are dropped.
         *
         *     `metadata` is accepted but has no effect.
         */
        put: operations["updateBlueprint"];
        post?: never;
        /**
         * Delete a blueprint
         * @description Deletes a blueprint with all its versions and hides the composes made from them. The name becomes free again. Running builds are not stopped, and the composes still count toward the quota.
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
         * @description Returns the newest version of a blueprint in a form that can be given to another organization or imported again.
         *     The export leaves out secrets and everything tied to the organization: passwords, subscription, CA certificates,
         *     the host configuration key of an Ansible registration, the files that register with a Satellite, files that
         *     look like private keys, and users and passwords of addresses. Image requests are not part of an export, only
         *     the snapshot date of the first one is.
         *
         *     The header `Blueprint-Omitted` has the JSON pointers of what is left out. With `include_secrets=false` the
         *     member `omitted` lists the same with reasons; `include_secrets=true` leaves out passwords only. An import that
         *     repeats `omitted` gets back what is still missing.
         *
         *     Custom repositories come with a description in `content_sources` that allows setting them up elsewhere; reading
         *     those needs permission to view repositories (403 otherwise).
         *
         *     With `Accept: application/toml` the response is a blueprint for composer-cli. Comments at its beginning and the
         *     header `Blueprint-Omitted` list what such a document lacks, secrets and members without an equivalent.
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
         * @description Starts one compose for every image request of the newest version of a blueprint, or only for the image types
         *     listed in the body. The body is optional. Image types are matched with their aliases, so `ami` also selects an
         *     `aws` image request; types the blueprint does not have are ignored, and a selection that matches nothing gives
         *     an empty list.
         *
         *     Quota and content are checked for the whole selection before the first build starts. When the build service
         *     fails half way, the response reports that failure. The composes that were already started continue and appear in
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
         * @description Lists the OpenSCAP profiles an image of this distribution can be hardened with. Distributions without profiles are refused with 400.
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
         * @description Returns what a compliance policy of the organization requires of an image of this distribution, including the
         *     policy's tailoring. Unlike the response for a profile it has no `openscap` member; set `openscap.policy_id`
         *     yourself when using it.
         *
         *     Only RHEL releases with a minor version are possible. A policy without a tailoring for that minor version
         *     returns 404, a policy that the caller may not read returns 403.
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
         * @description Suggests packages that other images often contain together with the given ones. The distributions `rhel8`, `rhel9` and `rhel10` (without a hyphen) are supported; all other names are refused with 400.
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
         * @description Adds what the compliance policy requires and the newest version of the blueprint lacks, and stores the result as the next version. Nothing is ever removed, and stored passwords stay valid. A new version is stored even when there was nothing to add. Image mode blueprints without a distribution are refused with 400.
         */
        post: operations["fixupBlueprint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Stream events
         * @description Streams the events of the organization's composes and blueprints as they happen, in the format of [server-sent
         *     events](https://html.spec.whatwg.org/multipage/server-sent-events.html). Each event has an `id`, a number that
         *     grows; an `event`, its type; and `data`, an `Event` as JSON on one line. The events of one compose arrive in the
         *     order in which they happened, each of them once.
         *
         *     After an interruption the client sends the last id that it received, as browsers do by themselves. The stream
         *     then starts with the events that the client missed. Events are stored for some days. When the events after the
         *     given id have been deleted, the first event is `events.missed`: read the composes themselves once, then continue
         *     with the events that follow. Without an id the stream has only events that happen from now on. The stream begins
         *     with its position as an `id` without data, and repeats that with every heartbeat, so an interruption loses
         *     nothing even before the first event.
         *
         *     The service sends a comment every few seconds when nothing happens. It disconnects a client that does not read
         *     what it is sent, and all clients when it restarts: connect again, with the last id, after the time given as
         *     `retry`. The number of open streams of an organization is limited (429).
         */
        get: operations["getEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List webhooks
         * @description Lists the webhooks of the organization, oldest first, with the state of their deliveries. Their signing secrets are not returned.
         */
        get: operations["getWebhooks"];
        put?: never;
        /**
         * Create a webhook
         * @description Sends messages about the organization's composes and blueprints to an address, as [Standard
         *     Webhooks](https://www.standardwebhooks.com) describes: a `POST` with a JSON body, signed with the secret in this
         *     response. The secret is returned only this once; store it.
         *
         *     * The receiver responds with a 2xx status within ten seconds. After anything else the service tries again, after
         *       pauses that grow, for about a day; then it disables the webhook, with a reason that `GET /webhooks` returns. A
         *       410 of the receiver disables the webhook at once. `POST /webhooks/{id}/ping` enables it again.
         *     * Messages may arrive more than once, and in another order than things happened. The header `webhook-id` is the
         *       same for every attempt of a message; the body has the time of the event.
         *     * Redirects are not followed, and nothing is sent to addresses that are not public, unless the operator of the
         *       service allows them. The port is 80, 443, or one from 1024 up.
         *     * An organization has 20 webhooks at most.
         */
        post: operations["createWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the webhook.
                 * @example 0f8e7d6c-5b4a-4392-8170-6f5e4d3c2b1a
                 */
                id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete a webhook
         * @description Deletes a webhook and the records of its deliveries. Nothing is sent to it any more, apart from attempts that are already running.
         */
        delete: operations["deleteWebhook"];
        options?: never;
        head?: never;
        /**
         * Change a webhook
         * @description Changes the address, the description or the filters of a webhook. Its id and its secret stay. Pending messages are sent to the new address; the new filters are for events from now on. A disabled webhook stays disabled: ping it.
         */
        patch: operations["updateWebhook"];
        trace?: never;
    };
    "/webhooks/{id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the webhook.
                 * @example 0f8e7d6c-5b4a-4392-8170-6f5e4d3c2b1a
                 */
                id: string;
            };
            cookie?: never;
        };
        /**
         * List the deliveries of a webhook
         * @description Lists the messages to a webhook, newest first, with their results. Completed deliveries are stored for seven days.
         */
        get: operations["getWebhookDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/{id}/deliveries/{deliveryId}/redeliver": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the webhook.
                 * @example 0f8e7d6c-5b4a-4392-8170-6f5e4d3c2b1a
                 */
                id: string;
                /**
                 * @description Id of the delivery.
                 * @example 5e4d3c2b-1a09-4f8e-b7d6-c5b4a3928170
                 */
                deliveryId: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Deliver a message again
         * @description Sends a message of the last seven days once more, under the same `webhook-id`, with the same body and a new signature. A completed delivery starts anew, with all of its attempts; a pending one is attempted now instead of at its next time. Pings are not delivered again, and nothing is sent to a disabled webhook: 409.
         */
        post: operations["redeliverWebhookMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/{id}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the webhook.
                 * @example 0f8e7d6c-5b4a-4392-8170-6f5e4d3c2b1a
                 */
                id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replace the secret of a webhook
         * @description Makes a new signing secret. For `overlap_seconds` messages have two signatures, of the new and of the previous secret, so that a receiver verifies them before and after it gets the new one. Another rotation meanwhile ends the previous secret. Send an `Idempotency-Key`: a repetition then returns the same secret when the first response was lost.
         */
        post: operations["rotateWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/{id}/ping": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the webhook.
                 * @example 0f8e7d6c-5b4a-4392-8170-6f5e4d3c2b1a
                 */
                id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ping a webhook
         * @description Sends a message of the type `webhook.ping` to a webhook, no matter which types it is for and whether it is enabled: a delivered ping enables it again. Messages that were not sent meanwhile are not sent later. A ping is tried three times within a minute. While a ping is pending the response names that ping, and there is no second one.
         */
        post: operations["pingWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/composes/{composeId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a compose
         * @description Stops a running build, and deletes it at the build service. From then on the compose has failed: its error has
         *     the id 1000, and the reason names the user who cancelled it. It stays in the lists, can be built again with
         *     `POST /composes/{composeId}/rebuild`, and still counts toward the quota.
         *
         *     202 means that the service will cancel the build and that its status is final; when the build service does not
         *     respond at the moment, the service retries until it succeeds. Cancelling again is no error. A finished compose
         *     does not change: the response is 409 and names its final status.
         */
        post: operations["cancelCompose"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/composes/{composeId}/rebuild": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Build the same again
         * @description Starts a new compose from the stored request of an earlier one, with its users and their passwords, no matter
         *     how that compose ended. Everything is checked as for a new request: the quota, whether the caller may use the
         *     distribution, and whether it can still be built. The image gets the current packages, unless the request names a
         *     snapshot date or a content template. The new compose belongs to the same version of the same blueprint, if the
         *     old one did.
         *
         *     When the contract has changed so that the stored request is no longer valid, the response is 422 and names what
         *     does not fit.
         */
        post: operations["rebuildCompose"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/composes/{composeId}/clone": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Clone an AWS image
         * @description Copies the finished image of a compose to another AWS region, and shares the clone with accounts. The clone is
         *     made in the background; follow it with `GET /clones/{id}`. Only images of the type `aws` (or `ami`) that were
         *     uploaded to AWS can be cloned. While the compose is running, and when it failed, the response is 409 and names
         *     its status.
         */
        post: operations["cloneCompose"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/composes/{composeId}/clones": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List clones of an image
         * @description Lists the clones of the image of a compose, newest first.
         */
        get: operations["getComposeClones"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/clones/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the status of a clone
         * @description Returns the progress of a clone and, once it is finished, the image it produced. The status of a finished clone is final: the service stores it and calls the build service no more.
         */
        get: operations["getCloneStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/quota": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get what is left of the quota
         * @description Returns how many builds the organization may still start, and how many requests it may still send.
         *
         *     * Builds count in a sliding window: each counts for `window_seconds` from its start, whether it succeeded,
         *       failed or was deleted. Builds that are just being started count as well.
         *     * Where no quota is set `limited` is `false`, and there is no other member about builds.
         *     * Reading the rate limits uses up nothing; this request itself counts as a read like any other.
         */
        get: operations["getQuota"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/composes/{composeId}/sboms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the bills of materials of a compose
         * @description Lists the software bills of materials (SBOM) of a finished compose: SPDX documents that name the packages in the
         *     image and, on request, the packages in the environment it was built in. The service stores them with the first
         *     read, for as long as it stores the compose.
         *
         *     A compose that has not finished returns 409. A failed compose has no documents, and neither has a compose whose
         *     documents the build service deleted before the first read: both return 404. For an image that is not made of
         *     packages the list may be empty.
         *
         *     Documents may be several megabytes long; `GET /composes/{composeId}/sboms/{sbomName}` returns a single one as a
         *     file.
         */
        get: operations["getComposeSboms"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/composes/{composeId}/sboms/{sbomName}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download a bill of materials
         * @description Returns one document of `GET /composes/{composeId}/sboms` as a file: SPDX in JSON, for both purposes. It is available under the same conditions.
         */
        get: operations["getComposeSbom"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/composes/{composeId}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the logs of a compose
         * @description Returns what the build service has logged of a running, finished or failed compose, to find out why it failed.
         *     Secrets of the request are replaced by `[redacted]`. The service returns logs only where its operator allows it,
         *     and 403 elsewhere. This service does not store logs: when the build service has deleted the compose they are
         *     gone (404). Long texts are shortened, see `truncated`.
         */
        get: operations["getComposeLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/blueprints/{id}/versions": {
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
         * List the versions of a blueprint
         * @description Lists the versions of a blueprint, newest first, with who stored them and which parts differ from the version before. Name and description of a blueprint have no versions: a change of them alone makes a version whose content is the same.
         */
        get: operations["getBlueprintVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/blueprints/{id}/diff": {
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
         * Compare two versions of a blueprint
         * @description Returns the difference between two versions of a blueprint as a JSON Patch (RFC 6902). Applied to the response
         *     of `GET /blueprints/{id}?version=` for the version `from`, the patch gives the response for the version `to`.
         *     For two versions with the same content the list is empty.
         *
         *     The patch covers the content: `distribution`, `bootc`, `image_requests` and `customizations`. Name, description
         *     and lint have no versions. Passwords are left out, as everywhere; `hasPassword` states whether a user has one.
         *     The patch therefore does not contain the change of a password; `GET /blueprints/{id}/versions` names `users`
         *     among the changes of that version.
         */
        get: operations["getBlueprintDiff"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/blueprints/{id}/restore": {
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
         * Restore a version of a blueprint
         * @description Stores the content of an earlier version as the next version of the blueprint, passwords included. Nothing is lost: the versions in between stay. Name and description, which have no versions, stay as they are. The current rules apply, and for a compliance policy its present requirements are recorded, as for any other new version.
         */
        post: operations["restoreBlueprint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the audit log
         * @description Lists who changed what in the organization, newest first: one entry for every executed request to change
         *     something, regardless of its result. Requests that did not fit the contract, and repetitions that got the response of
         *     an earlier request (`Idempotency-Replayed`), were not executed and have no entry.
         *
         *     Only administrators of the organization may read it: users whose identity has `user.is_org_admin` set (in
         *     `x-rh-identity`), and with Fedora accounts the user alone, whose organization is their own. All other callers,
         *     service accounts among them, receive 403. Entries cannot be changed. The operator configures how long they are
         *     stored.
         */
        get: operations["getAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/blueprints/validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check a blueprint
         * @description Validates a blueprint without saving or building anything. It checks everything that `POST /blueprints` and then
         *     `POST /blueprints/{id}/compose` would check. The response is 200 whether or not there are issues; its body lists
         *     them, each with a JSON pointer to the member that it is about.
         *
         *     * `errors` are issues for which creating or building would be refused: a member that does not fit the schema, a
         *       broken rule, a name in use, a distribution that the caller cannot use, an image type that the upload target
         *       does not accept, a size that the cloud does not accept, missing content, and everything for which the build is
         *       sure to fail.
         *     * `warnings` are all other issues: members that the service does not know, customizations that an image type
         *       does not take or that have no effect, requirements of a security policy or profile that the blueprint does
         *       not meet, a quota that leaves no room, and checks that could not be made because another service is
         *       unavailable. With `Prefer: handling=strict` unknown members are errors.
         *
         *     While members do not fit the schema nothing else is checked, because their meaning is not known.
         *
         *     With `depsolve=true` the build service resolves the packages of the blueprint for every image request, from the
         *     repositories that a build would use. The response then lists them with all that they need; packages that cannot
         *     be resolved are an error. Where the build service fails, nothing is known about the packages: the response is
         *     `incomplete`.
         */
        post: operations["validateBlueprint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/blueprints/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Convert a composer-cli blueprint
         * @description Converts a blueprint of composer-cli or cockpit-composer, a TOML document, to the members of a hosted blueprint.
         *     It saves nothing: add `image_requests`, which such a document does not have, and send the `blueprint` to
         *     `POST /blueprints`.
         *
         *     `without_equivalent` lists every member of the document that the hosted blueprint lacks, each with the reason.
         *     A document that is not TOML is refused with line and column, and members of a wrong type with their pointers.
         *
         *     Passwords of the document are part of the response, since the hosted blueprint needs them.
         */
        post: operations["importBlueprint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/blueprints/{id}/schedule": {
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
         * Get the schedule of a blueprint
         * @description Returns when a blueprint is built next, and the result of the last run. A blueprint without a schedule returns 404.
         */
        get: operations["getBlueprintSchedule"];
        /**
         * Set the schedule of a blueprint
         * @description Builds a blueprint repeatedly, as `POST /blueprints/{id}/compose` would: its newest version, with all image
         *     requests or those of some image types. The new schedule replaces an existing one.
         *
         *     * `cron` has the five fields minute, hour, day of month, month and day of week, in the time zone `timezone`, or is
         *       `@hourly`, `@daily`, `@weekly`, `@monthly` or `@yearly`. Two runs are at least 15 minutes apart.
         *     * With `only_if_changed` the packages are resolved first, and nothing is built when they, the version of the
         *       blueprint and the selected images are those of the last scheduled build. Packages of a minimal system are
         *       compared as well. While the build service fails to resolve packages the run is tried again, for six hours. That
         *       needs a blueprint in package mode.
         *     * Builds run in the name of the caller who set the schedule, and count against the quota. A run that finds no
         *       quota left is `refused`, and is not repeated.
         *     * Runs use the entitlement to RHEL that the organization has at that time, as far as requests have shown it. A
         *       blueprint of a distribution that needs it is not built without it: the schedule is paused, with a reason, until
         *       a request of the organization shows the entitlement again.
         *     * After a downtime of the service, one run makes up for all missed runs.
         *     * After five failures in a row (operators may choose another number) the schedule is disabled, with a reason. A
         *       failure is a run that could not start its builds, or a build that failed. Setting the schedule again enables
         *       it. Deleting the blueprint deletes its schedule.
         */
        put: operations["setBlueprintSchedule"];
        post?: never;
        /**
         * Delete the schedule of a blueprint
         * @description Stops building a blueprint on a schedule. Builds that were started continue.
         */
        delete: operations["deleteBlueprintSchedule"];
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
         * @description Replaces the labels of a blueprint. An empty object removes all of them. Labels are not part of a version: this makes no new version. Composes keep the labels that the blueprint had when they were started.
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
         * @description Replaces the labels of a compose. An empty object removes all of them.
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
            /** @description The problems. One entry, except for blueprint rules, all of whose violations are listed. With `Prefer: errors=detailed` an entry for each violation of the schema as well. */
            errors: components["schemas"]["HTTPError"][];
            /**
             * @description The request, for questions to the operator: the `X-Strc-Trace-Id` of the response, by which the service logs it. The service sends it to requests with the header `Prefer: errors=detailed`.
             * @example qWkzLbTnYdRxPcE
             */
            request_id?: string;
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
            /**
             * @description The kind of mistake, for programs: it stays the same between releases. The service sends this member and the following ones to requests with the header `Prefer: errors=detailed`.
             * @example body.invalid
             */
            code?: string;
            /**
             * @description The place of the mistake, where it is known: a JSON pointer into the body (empty for all of it), or a parameter as `query.NAME`, `path.NAME` or `header.NAME`.
             * @example /image_requests/0/architecture
             */
            pointer?: string;
            /**
             * @description The value at that place, shortened. Only for texts and numbers without secrets.
             * @example amd64
             */
            value?: string;
            /**
             * @description What the place takes instead.
             * @example x86_64, aarch64
             */
            takes?: string;
            /**
             * @description The name or value that was probably meant.
             * @example x86_64
             */
            suggestion?: string;
            /**
             * @description The description of the code, relative to the address of the service.
             * @example /docs/errors#body.invalid
             */
            doc_url?: string;
        };
        /** @description Version and revision of the service. */
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
            /**
             * @description Services that are away: operations that need one of them fail, others do not. Absent while there is none.
             * @example [
             *       "composer"
             *     ]
             */
            degraded?: ("composer" | "database")[];
        };
        /** @description Size of a list. */
        ListResponseMeta: {
            /**
             * @description Number of entries on all pages together. With `cursor`, the number at the time of the first page.
             * @example 23
             */
            count: number;
            /**
             * @description `true` when there may be more entries than `count`, and `count` is the number of matches among the first 1,000 entries of one of the filters. Left out where the count is exact, as it always is without filters and up to that length.
             * @example true
             */
            at_least?: boolean;
            /**
             * @description Value of `cursor` for the next page. Left out without `cursor`, and on the last page.
             * @example WzEsIjdkZjMiLDIzLDAsIjIwMjYtMDMtMDEgMDg6MzE6MDcuMTIzIiwiYzJmNGI2YTgiXQ
             */
            next_cursor?: string;
            /**
             * @description For packages only. `starter`: the service has a short list of well-known packages; images can have other packages, too. Left out where the list is complete, or where there is none.
             * @example starter
             * @enum {string}
             */
            package_list?: "starter";
        };
        /** @description Addresses of pages of a list, as paths on this host. The other pages follow by changing `offset` in steps of `limit`. */
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
             * @description Address of the next page. Left out on the last page. Composes, blueprints and packages have it with `cursor` only; without, the header `Link` has it.
             * @example /api/image-builder/v1.0/composes?limit=10&cursor=WzEsIjdkZjMiLDIzLDAsIjIwMjYtMDMtMDEiXQ
             */
            next?: string;
            /**
             * @description Address of the previous page. Left out on the first page, with `cursor`, and where the header `Link` has it.
             * @example /api/image-builder/v1.0/audit?limit=10&offset=10
             */
            previous?: string;
        };
        /**
         * @description Names of distributions. `rhel-8`, `rhel-9` and `rhel-10` stand for the newest minor release. A name in this list is not necessarily available: Fedora and nightly builds are restricted to certain organizations, and RHEL needs an entitlement. `GET /distributions` lists what the caller can use.
         * @enum {string}
         */
        Distributions: "rhel-8" | "rhel-8-nightly" | "rhel-84" | "rhel-85" | "rhel-86" | "rhel-87" | "rhel-88" | "rhel-89" | "rhel-8.10" | "rhel-9" | "rhel-9-nightly" | "rhel-9.6-nightly" | "rhel-9.7-nightly" | "rhel-9.8-nightly" | "rhel-9.9-nightly" | "rhel-9-beta" | "rhel-90" | "rhel-91" | "rhel-92" | "rhel-93" | "rhel-94" | "rhel-95" | "rhel-9.6" | "rhel-9.7" | "rhel-9.8" | "rhel-10" | "rhel-10-nightly" | "rhel-10.0-nightly" | "rhel-10.1-nightly" | "rhel-10.2-nightly" | "rhel-10.3-nightly" | "rhel-10-beta" | "rhel-10.0" | "rhel-10.1" | "rhel-10.2" | "centos-9" | "centos-10" | "fedora-37" | "fedora-38" | "fedora-39" | "fedora-40" | "fedora-41" | "fedora-42" | "fedora-43" | "fedora-44" | "fedora-45" | "hummingbird";
        /**
         * @description Kind of list. `bootc` selects the bootable containers for image mode.
         * @enum {string}
         */
        DistributionKind: "bootc";
        /** @description Distributions, or bootable containers with `kind=bootc`. The two are never mixed. */
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
             * @description Display name of the compose.
             * @example web server
             */
            image_name?: string;
            /**
             * @description Display description of the compose.
             * @example nginx with the company defaults
             */
            image_description?: string;
            client_id?: components["schemas"]["ClientId"];
            /** @description Architecture, type and upload target of the image. Exactly one entry. */
            image_requests: components["schemas"]["ImageRequest"][];
            customizations?: components["schemas"]["Customizations"];
            /** @description Labels of the compose. They are returned beside the request, not in it. */
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
            /** @description Options of the upload target; `type` determines which of the forms applies. Members that the upload target does not know are ignored. */
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
             * @description Ids of sources known to the platform. Each is replaced by the AWS account behind it. At most 100 (400 otherwise).
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
            /** @description Customizations that the image will lack or that have no effect. Only with `hints`, and left out when there are none. */
            warnings?: components["schemas"]["ValidationFinding"][];
        };
        /** @description One page of composes. */
        ComposesResponse: {
            meta: components["schemas"]["ListResponseMeta"];
            links: components["schemas"]["ListResponseLinks"];
            /** @description The composes on this page, newest first. */
            data: components["schemas"]["ComposesResponseItem"][];
        };
        /** @description A compose in a list. Its progress is in `GET /composes/{composeId}`. */
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
            /** @description Customizations that the image lacks or that have no effect, by what is known today. Only with `hints`, and left out when there are none. */
            warnings?: components["schemas"]["ValidationFinding"][];
        };
        /** @description State of an image. */
        ImageStatus: {
            /**
             * @description Status of the image. `success` and `failure` are final.
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
        /** @description Progress of the build, in steps. */
        Progress: components["schemas"]["SubProgress"] & {
            /** @description Progress of the present step. */
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
             * @description Number of the kind of failure. Those below 1000 are the build service's; 1000 is a compose that was cancelled.
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
            /**
             * @description What that kind of failure means and what to do about it, in plain words. Only with `hints`, and for numbers that are known: those of the build service (1 to 39), and 1000.
             * @example A package could not be found, or packages do not fit together. Check the names, and that the repositories they come from are part of the request.
             */
            hint?: string;
            /** @description What the failure is about. Only with `hints`, and where the details name it. */
            subject?: components["schemas"]["ComposeErrorSubject"];
            /** @description All failures, where several steps failed. The first one is the error itself. Absent for a single failure. */
            causes?: components["schemas"]["ComposeErrorCause"][];
        };
        /** @description One of several failures of a build. */
        ComposeErrorCause: {
            /**
             * @description Number of the kind of failure.
             * @example 30
             */
            id: number;
            /**
             * @description What happened.
             * @example Failed to resolve a container
             */
            reason: string;
            /** @description More about it. Text, list or object, depending on the kind of failure. */
            details?: unknown;
            /**
             * @description What that kind of failure means and what to do about it. Only with `hints`.
             * @example A container image could not be found. Check its reference.
             */
            hint?: string;
            /** @description What the failure is about. Only with `hints`, and where the details name it. */
            subject?: components["schemas"]["ComposeErrorSubject"];
        };
        /** @description State of an upload. */
        UploadStatus: {
            /**
             * @description Progress of the upload.
             * @example success
             * @enum {string}
             */
            status: "success" | "failure" | "pending" | "running";
            type: components["schemas"]["UploadTypes"];
            /** @description Where the image is. `type` determines the form; members are present as empty text while they are not known. */
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
            /** @description Labels of the blueprint. An update without them leaves the labels unchanged. Composes get the labels that their blueprint has when they are started. */
            labels?: components["schemas"]["Labels"];
            /** @description What the export of an imported blueprint left out, as the export lists it. The response lists what is still missing. It is not stored. */
            omitted?: components["schemas"]["BlueprintOmission"][];
        };
        /** @description A blueprint that was created or updated. */
        CreateBlueprintResponse: {
            /**
             * Format: uuid
             * @description Id of the blueprint.
             * @example 6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10
             */
            id: string;
            /** @description What an export left out and the created blueprint does not have: the entries of `omitted` that are not filled in, and users and registrations that were exported without their secret. Left out when nothing is missing. */
            missing?: components["schemas"]["BlueprintOmission"][];
            /** @description Unknown members and query parameters, which the blueprint is without. Only with `hints`, and left out when there are none. */
            warnings?: components["schemas"]["ValidationFinding"][];
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
            /** @description Labels of the blueprint, the same for all of its versions. Left out when there are none. */
            labels?: components["schemas"]["Labels"];
        };
        /** @description How a blueprint compares with the compliance policy it follows, and with what its images can be built with. An entry about a build has the name `Build`; `POST /blueprints/validate` has the details. */
        BlueprintLint: {
            /** @description Requirements of the policy that the blueprint does not meet, which `POST /experimental/blueprints/{id}/fixup` adds; and what makes a build fail. */
            errors: components["schemas"]["BlueprintLintItem"][];
            /** @description Requirements that were recorded with the blueprint and are no longer part of the policy; and customizations that an image lacks or that have no effect. */
            warnings: components["schemas"]["BlueprintLintItem"][];
        };
        /** @description An issue. */
        BlueprintLintItem: {
            /**
             * @description What the issue is about.
             * @example Compliance
             */
            name: string;
            /**
             * @description The issue.
             * @example package aide required by policy is not present
             */
            description: string;
        };
        /** @description A composer-cli blueprint as the members of a hosted one. */
        BlueprintImport: {
            blueprint: components["schemas"]["ImportedBlueprint"];
            /**
             * @description The architecture that the document names, for the `image_requests`.
             * @example x86_64
             */
            architecture?: string;
            /** @description Members of the document that the hosted blueprint lacks. Empty when there are none. */
            without_equivalent: components["schemas"]["MemberWithoutEquivalent"][];
        };
        /** @description What `POST /blueprints` takes, without `image_requests`. */
        ImportedBlueprint: {
            /**
             * @description Name of the blueprint.
             * @example web-server
             */
            name: string;
            /**
             * @description Text for display. May be empty.
             * @example nginx with the company defaults
             */
            description: string;
            /** @description Left out where the document names none, or none that the caller can build. */
            distribution?: components["schemas"]["Distributions"];
            /** @description What the images contain. */
            customizations: components["schemas"]["Customizations"];
            /** @description Where the blueprint comes from. */
            metadata: components["schemas"]["BlueprintMetadata"];
        };
        /** @description A member of a TOML document that a hosted blueprint cannot have. */
        MemberWithoutEquivalent: {
            /**
             * @description JSON pointer into the document.
             * @example /customizations/user/0/home
             */
            pointer: string;
            /**
             * @description Why there is no equivalent, or what to use instead.
             * @example hosted users have only a name, groups, a password and an SSH key
             */
            detail: string;
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
            /** @description What the export leaves out, where the request has `include_secrets`. An import may repeat it. */
            omitted?: components["schemas"]["BlueprintOmission"][];
        };
        /** @description A part of a blueprint that an export leaves out. */
        BlueprintOmission: {
            /**
             * @description JSON pointer into the blueprint before the export.
             * @example /customizations/files/0
             */
            pointer: string;
            /**
             * @description Path of the file, where a file is left out.
             * @example /etc/pki/tls/private/server.key
             */
            path?: string;
            /**
             * @description Why it is left out.
             * @example private_key
             * @enum {string}
             */
            reason: "password" | "organization" | "registration" | "private_key" | "credentials";
            /**
             * @description What is left out, as text for display.
             * @example a file with what looks like a private key
             */
            detail: string;
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
             * @description Device the image gets installed to, which composer supports for simplified installers. No image type of this service takes it: it has no effect.
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
        /** @description User to create. Passwords are write-only: they are stored as hashes, and responses have `hasPassword` in their place. */
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
             * @description Password in clear text or as a crypt hash starting with `$6$`, `$5$` or `$2b$`. Never part of a response. In clear text it has at most 511 bytes in UTF-8, and a request has at most 100 of them (400 otherwise).
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
             * @description Whether to install without prompting.
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
        /** @description FIDO device onboarding, which composer supports for simplified installers. No image type of this service takes it: it has no effect. One of the `diun` members selects how to trust the server. */
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
        /** @description Ignition configuration, which composer supports for simplified installers. No image type of this service takes it: it has no effect. */
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
         * @description What happened:
         *
         *     * `compose.queued`: a compose was started.
         *     * `compose.status`: its status changed; `status` has the new one.
         *     * `compose.cancelled`: it was cancelled. `compose.finished` follows.
         *     * `compose.finished`: it has finished, with `status` `success` or `failure`. It is the last event of every
         *       compose, also of a cancelled one, which has `failure` and `cancelled`.
         *     * `blueprint.created`: a blueprint was saved for the first time.
         *     * `blueprint.updated`: a blueprint got a new version.
         *     * `blueprint.deleted`: a blueprint was deleted.
         *     * `schedule.paused`: the schedule of a blueprint was paused, for the `reason`.
         *     * `schedule.resumed`: the schedule of a blueprint is not paused any more.
         *     * `events.missed`: events after the last one that the client received have been deleted.
         * @example compose.finished
         * @enum {string}
         */
        EventTypes: "compose.queued" | "compose.status" | "compose.finished" | "compose.cancelled" | "blueprint.created" | "blueprint.updated" | "blueprint.deleted" | "schedule.paused" | "schedule.resumed" | "events.missed";
        /** @description Something that happened, as it is in the `data` of `GET /events`. */
        Event: {
            /**
             * Format: int64
             * @description Number of the event. The numbers of an organization grow, with gaps between them.
             * @example 4715
             */
            id: number;
            type: components["schemas"]["EventTypes"];
            /**
             * Format: date-time
             * @description When it happened.
             * @example 2026-03-01T08:41:07Z
             */
            occurred_at: string;
            /**
             * Format: uuid
             * @description The compose, for an event of a compose.
             * @example c2f4b6a8-0d1e-4f3a-8b5c-7d9e1f2a3b4c
             */
            compose_id?: string;
            /**
             * Format: uuid
             * @description The blueprint, or the blueprint of the compose.
             * @example 6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10
             */
            blueprint_id?: string;
            /**
             * @description Version of the blueprint that was saved, or built.
             * @example 3
             */
            blueprint_version?: number;
            /**
             * @description Status of the compose, one of `ImageStatus`.
             * @example success
             */
            status?: string;
            /**
             * @description Name of the image, where the request has one.
             * @example web server
             */
            image_name?: string;
            /**
             * @description Name of the blueprint, for an event of a blueprint.
             * @example web server
             */
            name?: string;
            /**
             * @description Why a schedule was paused.
             * @example the organization has no entitlement to RHEL, which the blueprint needs
             */
            reason?: string;
            /**
             * @description `true` for a compose that was cancelled, absent for others.
             * @example true
             */
            cancelled?: boolean;
            /** @description Labels of the compose or blueprint at that time, if any. */
            labels?: components["schemas"]["Labels"];
        };
        /**
         * @description What happened. To a compose: it was queued, its status changed, it was cancelled, it finished, which includes cancelled ones. To a blueprint: it was created, changed, deleted. To its schedule: it was paused, it was resumed.
         * @example compose.finished
         * @enum {string}
         */
        WebhookEventType: "compose.queued" | "compose.status" | "compose.finished" | "compose.cancelled" | "blueprint.created" | "blueprint.updated" | "blueprint.deleted" | "schedule.paused" | "schedule.resumed";
        /** @description The address of a webhook, and the events it is for. */
        CreateWebhookRequest: {
            /**
             * Format: uri
             * @description Where messages are sent to, without user and password. Names with characters outside ASCII are returned in Punycode.
             * @example https://hooks.example.com/images
             */
            url: string;
            /**
             * @description What the webhook is for, in your words.
             * @default
             * @example starts the tests of new images
             */
            description?: string;
            /** @description Types of events to send. All of them when left out. */
            event_types?: components["schemas"]["WebhookEventType"][];
            /** @description Sends only events of composes and blueprints that have all of these labels at that time. All events when left out. */
            labels?: components["schemas"]["Labels"];
        };
        /** @description What changes. Members that are left out keep their value. */
        WebhookChange: {
            /**
             * Format: uri
             * @description Where messages are sent to, pending ones included.
             * @example https://hooks.example.com/images
             */
            url?: string;
            /**
             * @description What the webhook is for, in your words.
             * @example starts the tests of new images
             */
            description?: string;
            /** @description Types of events to send; `null` for all of them. */
            event_types?: components["schemas"]["WebhookEventType"][] | null;
            /**
             * @description Labels that composes and blueprints have to have, all of them; `null` for none.
             * @example {
             *       "team": "web"
             *     }
             */
            labels?: {
                [key: string]: string;
            } | null;
        };
        /** @description How the secret is replaced. */
        SecretRotation: {
            /**
             * Format: int32
             * @description For how long messages have signatures of both secrets; a day when left out, a week at most. 0 ends the previous secret at once, as for one that others know.
             * @default 86400
             * @example 3600
             */
            overlap_seconds?: number;
        };
        /** @description The new secret of a webhook. */
        RotatedSecret: {
            /**
             * Format: uuid
             * @description Id of the webhook.
             * @example 0f8e7d6c-5b4a-4392-8170-6f5e4d3c2b1a
             */
            id: string;
            /**
             * @description The new signing secret. It is not returned again.
             * @example whsec_YW5vdGhlci1zZWNyZXQtYnV0LWxvbmctZW5vdWdoLXRvbw==
             */
            secret: string;
            /**
             * Format: date-time
             * @description Until when messages have a signature of the previous secret as well. Absent when it has ended.
             * @example 2026-03-02T08:30:00Z
             */
            previous_secret_expires_at?: string;
        };
        /** @description The new webhook, and the secret that its messages are signed with. */
        CreatedWebhook: {
            /**
             * Format: uuid
             * @description Id of the webhook.
             * @example 0f8e7d6c-5b4a-4392-8170-6f5e4d3c2b1a
             */
            id: string;
            /**
             * @description Signing secret in the form that libraries of Standard Webhooks expect. It is not returned again; `POST /webhooks/{id}/rotate-secret` replaces a lost secret.
             * @example whsec_bm90LWEtcmVhbC1zZWNyZXQtYnV0LWxvbmctZW5vdWdo
             */
            secret: string;
        };
        /** @description One page of webhooks. */
        WebhooksResponse: {
            meta: components["schemas"]["ListResponseMeta"];
            links: components["schemas"]["ListResponseLinks"];
            /** @description The webhooks on this page. */
            data: components["schemas"]["Webhook"][];
        };
        /** @description An address that messages are sent to. */
        Webhook: {
            /**
             * Format: uuid
             * @description Id of the webhook.
             * @example 0f8e7d6c-5b4a-4392-8170-6f5e4d3c2b1a
             */
            id: string;
            /**
             * Format: uri
             * @description Where messages are sent to.
             * @example https://hooks.example.com/images
             */
            url: string;
            /**
             * @description What the webhook is for.
             * @example starts the tests of new images
             */
            description: string;
            /** @description Types of events that are sent. Absent for all of them. */
            event_types?: components["schemas"]["WebhookEventType"][];
            /** @description Labels that composes and blueprints have to have for their events to be sent, if any. */
            labels?: components["schemas"]["Labels"];
            /**
             * Format: date-time
             * @description Until when messages have a signature of the previous secret as well. Absent when only the present secret signs.
             * @example 2026-03-02T08:30:00Z
             */
            previous_secret_expires_at?: string;
            /**
             * Format: date-time
             * @description When the webhook was created.
             * @example 2026-03-01T08:30:00Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description Since when deliveries fail. Absent while they succeed.
             * @example 2026-04-01T10:00:00Z
             */
            failing_since?: string;
            /**
             * Format: date-time
             * @description When the webhook was disabled. Absent while it is enabled.
             * @example 2026-04-02T10:41:00Z
             */
            disabled_at?: string;
            /**
             * @description Why the webhook was disabled.
             * @example a delivery failed 11 times, at last with: HTTP 500
             */
            disabled_reason?: string;
        };
        /** @description One page of deliveries. */
        WebhookDeliveriesResponse: {
            meta: components["schemas"]["ListResponseMeta"];
            links: components["schemas"]["ListResponseLinks"];
            /** @description The deliveries on this page. */
            data: components["schemas"]["WebhookDelivery"][];
        };
        /** @description A message to a webhook, and its result. */
        WebhookDelivery: {
            /**
             * Format: uuid
             * @description Id of the message, in the header `webhook-id` of every attempt.
             * @example 5e4d3c2b-1a09-4f8e-b7d6-c5b4a3928170
             */
            id: string;
            /**
             * Format: int64
             * @description Id of the event. Absent for a ping.
             * @example 4712
             */
            event_id?: number;
            /**
             * @description Type of the message, one of the types of events or `webhook.ping`.
             * @example compose.finished
             */
            event_type: string;
            /**
             * Format: uuid
             * @description Id of the compose or blueprint that it is about. Absent for a ping.
             * @example c2f4b6a8-0d1e-4f3a-8b5c-7d9e1f2a3b4c
             */
            subject?: string;
            status: components["schemas"]["WebhookDeliveryStatus"];
            /**
             * Format: int32
             * @description Number of attempts so far.
             * @example 2
             */
            attempts: number;
            /**
             * Format: int32
             * @description HTTP status of the receiver's response to the last attempt. Absent when there was no response.
             * @example 503
             */
            last_status?: number;
            /**
             * @description Why the last attempt failed, or why there are no more attempts.
             * @example HTTP 503: try again later
             */
            last_error?: string;
            /**
             * Format: date-time
             * @description When the message was queued.
             * @example 2026-03-01T08:41:00Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When the last attempt started.
             * @example 2026-03-01T08:41:06Z
             */
            attempted_at?: string;
            /**
             * Format: date-time
             * @description When the next attempt starts. Absent for a completed delivery.
             * @example 2026-03-01T08:41:37Z
             */
            next_attempt_at?: string;
            /**
             * Format: date-time
             * @description When it was delivered or abandoned.
             * @example 2026-03-01T08:40:01Z
             */
            ended_at?: string;
        };
        /** @description The body of a message to a webhook, the same in every attempt. */
        WebhookMessage: {
            /**
             * @description Type of the event, one of `WebhookEventType`, or `webhook.ping`.
             * @example compose.finished
             */
            type: string;
            /**
             * Format: date-time
             * @description When it happened.
             * @example 2026-03-01T08:41:07Z
             */
            timestamp: string;
            /**
             * Format: int64
             * @description Number of the event, which grows. Absent for a ping.
             * @example 4715
             */
            event_id?: number;
            data: components["schemas"]["WebhookMessageData"];
        };
        /** @description What happened to which object. The members are those of an `Event`; a ping has `webhook_id` alone. */
        WebhookMessageData: {
            /**
             * Format: uuid
             * @description The webhook, for a ping.
             * @example 0f8e7d6c-5b4a-4392-8170-6f5e4d3c2b1a
             */
            webhook_id?: string;
            /**
             * Format: uuid
             * @description The compose, for an event of a compose.
             * @example c2f4b6a8-0d1e-4f3a-8b5c-7d9e1f2a3b4c
             */
            compose_id?: string;
            /**
             * Format: uuid
             * @description The blueprint, or the blueprint of the compose.
             * @example 6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10
             */
            blueprint_id?: string;
            /**
             * @description Version of the blueprint that was saved, or built.
             * @example 3
             */
            blueprint_version?: number;
            /**
             * @description Status of the compose, one of `ImageStatus`.
             * @example success
             */
            status?: string;
            /**
             * @description `true` for a compose that was cancelled, absent for others.
             * @example true
             */
            cancelled?: boolean;
            /**
             * @description Name of the image, where the request has one.
             * @example web server
             */
            image_name?: string;
            /**
             * @description Name of the blueprint, for an event of a blueprint.
             * @example web server
             */
            name?: string;
            /**
             * @description Why a schedule was paused.
             * @example the organization has no entitlement to RHEL, which the blueprint needs
             */
            reason?: string;
            /** @description Labels of the compose or blueprint at that time, if any. */
            labels?: components["schemas"]["Labels"];
        };
        /**
         * @description Whether a message is pending, was delivered, was abandoned after its last attempt, or expired: it was overdue for so long that it
         *     was not sent any more.
         * @example pending
         * @enum {string}
         */
        WebhookDeliveryStatus: "pending" | "delivered" | "failed" | "expired";
        /** @description Where the clone of an image goes. Only images in AWS can be cloned. */
        CloneRequest: components["schemas"]["AWSEC2Clone"];
        /** @description A clone within AWS. Where neither accounts nor sources are given, the clone is shared with the accounts that the image was shared with when it was built. */
        AWSEC2Clone: {
            /**
             * @description Region of the clone. With the region of the image itself the image is shared again, without a clone.
             * @example eu-central-1
             */
            region: string;
            /**
             * @description AWS account ids to share the clone with.
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
        /** @description The id of a clone that was started. */
        CloneResponse: {
            /**
             * Format: uuid
             * @description Id of the clone, for `GET /clones/{id}`.
             * @example 9a7c1e52-3b64-4d80-a1f7-5c2e8d904b13
             */
            id: string;
        };
        /** @description One page of the clones of an image. */
        ClonesResponse: {
            meta: components["schemas"]["ListResponseMeta"];
            links: components["schemas"]["ListResponseLinks"];
            /** @description The clones on this page, newest first. */
            data: components["schemas"]["ClonesResponseItem"][];
        };
        /** @description A clone in a list. Its progress is in `GET /clones/{id}`. */
        ClonesResponseItem: {
            /**
             * Format: uuid
             * @description Id of the clone.
             * @example 9a7c1e52-3b64-4d80-a1f7-5c2e8d904b13
             */
            id: string;
            /**
             * Format: uuid
             * @description Id of the compose whose image is cloned.
             * @example e4162839-4a5b-4c6d-8e7f-8091a2b3c4d5
             */
            compose_id: string;
            /** @description Where the clone goes, as in the request. */
            request: components["schemas"]["CloneRequest"];
            /**
             * @description Time at which the clone was started.
             * @example 2026-03-01T10:15:30Z
             */
            created_at: string;
        };
        /** @description Status of a clone, in the form of an upload, with the compose it was made from. */
        CloneStatusResponse: {
            /**
             * @description Progress of the clone.
             * @example success
             * @enum {string}
             */
            status: "success" | "failure" | "pending" | "running";
            type: components["schemas"]["UploadTypes"];
            options: components["schemas"]["AWSUploadStatus"];
            /**
             * Format: uuid
             * @description Id of the compose whose image is cloned.
             * @example e4162839-4a5b-4c6d-8e7f-8091a2b3c4d5
             */
            compose_id: string;
        };
        /** @description What a failure is about, as far as its details name it. */
        ComposeErrorSubject: {
            /**
             * @description Names of packages, package groups or modules.
             * @example [
             *       "ngnix"
             *     ]
             */
            packages?: string[];
            /**
             * @description Names or addresses of repositories.
             * @example [
             *       "https://repos.example.com/tools/el9/"
             *     ]
             */
            repositories?: string[];
            /**
             * @description Paths of files in the image, or addresses of files that it was to be made of.
             * @example [
             *       "/etc/company/motd"
             *     ]
             */
            files?: string[];
        };
        /** @description Limits on the builds and requests of the organization, and what is left of them. Without a quota `limited` is `false`, and there is no other member about builds. */
        Quota: {
            /**
             * @description Whether there is a quota of builds.
             * @example true
             */
            limited: boolean;
            /**
             * Format: int64
             * @description How many builds may be started within the window. Only with a quota.
             * @example 100
             */
            limit?: number;
            /**
             * Format: int64
             * @description How many builds count at the moment. More than `limit` where the quota was lowered. Only with a quota.
             * @example 12
             */
            used?: number;
            /**
             * Format: int64
             * @description How many builds may still be started now. Only with a quota.
             * @example 88
             */
            remaining?: number;
            /**
             * Format: int64
             * @description For how many seconds a build counts. Only with a quota.
             * @example 1209600
             */
            window_seconds?: number;
            /**
             * Format: date-time
             * @description When the oldest counted build leaves the window. Where more builds count than the limit allows, several have to leave before one can be started. Left out when nothing counts.
             * @example 2026-03-09T14:05:12Z
             */
            next_free_at?: string;
            /** @description Limits of requests, one for each kind of request that is limited. Empty where there are none. */
            rate_limits: components["schemas"]["RequestLimit"][];
            storage?: components["schemas"]["StorageQuota"];
        };
        /** @description What the organization stores, and may store. Deleting frees it. */
        StorageQuota: {
            blueprints: components["schemas"]["StorageUse"];
            bytes: components["schemas"]["StorageUse"];
            /**
             * Format: int64
             * @description How many versions a blueprint may have.
             * @example 10000
             */
            versions_per_blueprint: number;
        };
        /** @description A limit and its use. Bytes are those of blueprint versions, and of compose requests above 64 KiB, as they are stored. */
        StorageUse: {
            /**
             * Format: int64
             * @description How much may be stored.
             * @example 10000
             */
            limit: number;
            /**
             * Format: int64
             * @description How much is stored at the moment.
             * @example 12
             */
            used: number;
        };
        /** @description A limit of requests, and what is left of it. */
        RequestLimit: {
            /**
             * @description Which requests it counts.
             * @example reads
             * @enum {string}
             */
            applies_to: "reads" | "writes" | "builds";
            /**
             * Format: int64
             * @description How many requests are possible within a window.
             * @example 600
             */
            limit: number;
            /**
             * @description Length of a window in seconds. It starts with the first request in it.
             * @example 60
             */
            window_seconds: number;
            /**
             * Format: int64
             * @description How many requests are left in the window. Left out while that is not known.
             * @example 597
             */
            remaining?: number;
            /**
             * @description In how many seconds the window ends; 0 where none has started. Left out while that is not known.
             * @example 42
             */
            resets_in?: number;
        };
        /**
         * @description Whether packages went into the image, or only into the environment that it was built in.
         * @enum {string}
         */
        PipelinePurpose: "image" | "buildroot";
        /** @description One page of bills of materials. */
        ComposeSbomsResponse: {
            meta: components["schemas"]["ListResponseMeta"];
            links: components["schemas"]["ListResponseLinks"];
            /** @description The documents on this page. */
            data: components["schemas"]["ComposeSbom"][];
        };
        /** @description A bill of materials of one pipeline, a step of the build that installs packages. */
        ComposeSbom: {
            /**
             * @description Name of the document within the compose, which is the name of the pipeline, in characters that are valid in any address and file. Documents that would have the same name are numbered.
             * @example os
             */
            name: string;
            /**
             * @description Address of the document as a file, as a path on this host.
             * @example /api/image-builder/v1.0/composes/c2f4b6a8-0d1e-4f3a-8b5c-7d9e1f2a3b4c/sboms/os
             */
            href: string;
            /**
             * @description Name of the pipeline.
             * @example os
             */
            pipeline_name: string;
            pipeline_purpose: components["schemas"]["PipelinePurpose"];
            /**
             * @description Format of the document.
             * @example spdx
             * @enum {string}
             */
            sbom_type: "spdx";
            sbom: components["schemas"]["SpdxDocument"];
        };
        /** @description A document in [SPDX](https://spdx.github.io/spdx-spec/), version 2, as the build service made it. That specification defines its content. */
        SpdxDocument: {
            [key: string]: unknown;
        };
        /** @description What the build service logged of a compose. */
        ComposeLogs: {
            /** @description One entry for every image, in the order of the request: the result of its build as the worker reported it, with its logs. Their form is that of the build service and may change. */
            image_builds: {
                [key: string]: unknown;
            }[];
            /**
             * @description Whether the logs were shortened because they are too long. A shortened text keeps its end, which has the reason of a failure, and states at its beginning how much is missing. Logs of more than 8 MiB are left out.
             * @example false
             */
            truncated: boolean;
        };
        /** @description One page of the versions of a blueprint. */
        BlueprintVersionsResponse: {
            meta: components["schemas"]["ListResponseMeta"];
            links: components["schemas"]["ListResponseLinks"];
            /** @description The versions on this page, newest first. */
            data: components["schemas"]["BlueprintVersionItem"][];
        };
        /** @description A version of a blueprint. */
        BlueprintVersionItem: {
            /**
             * @description Number of the version, counted from 1.
             * @example 4
             */
            version: number;
            /**
             * Format: date-time
             * @description Time at which the version was stored.
             * @example 2026-03-03T09:12:44Z
             */
            created_at: string;
            /**
             * @description Who stored the version. Absent where that is not known, as for versions from before it was recorded.
             * @example jdoe
             */
            author?: string;
            /**
             * @description What differs from the version before: `distribution`, `bootc`, `image_requests`, and customizations by their names. `created` for the first version; empty where nothing differs.
             * @example [
             *       "packages",
             *       "users"
             *     ]
             */
            changes: string[];
            /**
             * @description The version whose content was restored. Absent for all other versions.
             * @example 2
             */
            restored_from?: number;
        };
        /** @description An operation of a JSON Patch (RFC 6902). */
        JsonPatchOperation: {
            /**
             * @description The kind of operation.
             * @example replace
             * @enum {string}
             */
            op: "add" | "remove" | "replace" | "move" | "copy" | "test";
            /**
             * @description The target of the operation, as a JSON Pointer (RFC 6901).
             * @example /customizations/users/0/hasPassword
             */
            path: string;
            /**
             * @description The source of the value, of `move` and `copy`.
             * @example /customizations/users/1
             */
            from?: string;
            /**
             * @description The value of `add`, `replace` and `test`, which may be anything.
             * @example true
             */
            value?: unknown;
        };
        /** @description The version to restore. */
        RestoreBlueprintRequest: {
            /**
             * @description Number of the version, counted from 1.
             * @example 2
             */
            version: number;
        };
        /** @description The version that was made. */
        RestoredBlueprint: {
            /**
             * Format: uuid
             * @description Id of the blueprint.
             * @example 6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10
             */
            id: string;
            /**
             * @description Number of the new version.
             * @example 4
             */
            version: number;
        };
        /** @description One page of the audit log. */
        AuditResponse: {
            meta: components["schemas"]["ListResponseMeta"];
            links: components["schemas"]["ListResponseLinks"];
            /** @description The entries on this page, newest first. */
            data: components["schemas"]["AuditEntry"][];
        };
        /** @description An executed request to change something. */
        AuditEntry: {
            /**
             * Format: uuid
             * @description Id of the entry.
             * @example 0f5c3f52-6c0e-4d53-8d6b-3b0a0f6f2c11
             */
            id: string;
            /**
             * Format: date-time
             * @description Time at which the request was executed.
             * @example 2026-03-01T08:31:07Z
             */
            created_at: string;
            /**
             * @description The `operationId`.
             * @example composeBlueprint
             */
            operation: string;
            /**
             * @description Kind of the object that the request was about, or that it was to create: `blueprint`, `compose` and others.
             * @example blueprint
             */
            object_type: string;
            /**
             * Format: uuid
             * @description Id of the object in the path of the request. Absent where the path has none.
             * @example 6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10
             */
            object_id?: string;
            /**
             * @description Ids of the objects that the request created. Absent when there are none.
             * @example [
             *       "c2f4b6a8-0d1e-4f3a-8b5c-7d9e1f2a3b4c"
             *     ]
             */
            created_ids?: string[];
            /**
             * @description Who sent the request. Absent where the identity has no name.
             * @example jdoe
             */
            user?: string;
            /**
             * @description Type of the identity. Absent with Fedora accounts.
             * @example User
             */
            user_type?: string;
            /**
             * @description Status of the response.
             * @example 201
             */
            status: number;
            /**
             * @description Trace identifier of the request, as returned in `X-Strc-Trace-Id`.
             * @example qWkzLbTnYdRxPcE
             */
            request_id: string;
        };
        /** @description A blueprint to validate, such as a `CreateBlueprintRequest`, valid or not. */
        BlueprintCandidate: {
            [key: string]: unknown;
        };
        /** @description The issues of a blueprint. */
        BlueprintValidation: {
            /**
             * @description Whether there is no error, so that the blueprint could be saved and built.
             * @example false
             */
            valid: boolean;
            /** @description Issues for which saving or building would be refused. */
            errors: components["schemas"]["ValidationFinding"][];
            /** @description Issues that do not prevent saving and building. */
            warnings: components["schemas"]["ValidationFinding"][];
            /**
             * @description Whether a check could not be made because another service failed. Then `valid` is preliminary, and a warning says what is not known. Absent when every check was made.
             * @example true
             */
            incomplete?: boolean;
            /** @description The packages of the blueprint with all that they need. Only with `depsolve=true`, for images whose packages were resolved. Packages that the image type adds are not part of it. */
            images?: components["schemas"]["ResolvedImage"][];
        };
        /** @description An issue that validation found. */
        ValidationFinding: {
            /**
             * @description JSON pointer (RFC 6901) to the member of the blueprint; empty for the whole.
             * @example /image_requests/0/image_type
             */
            pointer: string;
            /**
             * @description Name of the rule, where it has one.
             * @example file rule violation
             */
            title?: string;
            /**
             * @description The issue.
             * @example Invalid image type for upload target
             */
            detail: string;
            /**
             * @description The value of the member, shortened. Only for texts without secrets.
             * @example 99999:tcp
             */
            value?: string;
            /**
             * @description What the member takes instead.
             * @example numbers up to 65535
             */
            takes?: string;
            /**
             * @description The name or value that was probably meant.
             * @example ssh_key
             */
            suggestion?: string;
            /**
             * @description Image types of the distribution that take the member, for a customization that an image type does not take.
             * @example [
             *       "aws",
             *       "guest-image"
             *     ]
             */
            image_types?: string[];
        };
        /** @description The packages of the blueprint for an image, dependencies included. */
        ResolvedImage: {
            /**
             * @description Number of the image request, counted from 0.
             * @example 0
             */
            image_request: number;
            /**
             * @description Number of packages.
             * @example 412
             */
            package_count: number;
            /** @description The packages by name. Of a very long list only the first. */
            packages: components["schemas"]["ResolvedPackage"][];
            /**
             * Format: int64
             * @description Size of their download in bytes; absent while the build service does not report sizes.
             * @example 734003200
             */
            download_size?: number;
        };
        /** @description A package that was resolved. */
        ResolvedPackage: {
            /**
             * @description Name of the package.
             * @example nginx
             */
            name: string;
            /**
             * @description Epoch of the package. Absent means 0.
             * @example 2
             */
            epoch?: string;
            /**
             * @description Version of the package.
             * @example 1.24
             */
            version: string;
            /**
             * @description Release of the package.
             * @example 4.el9
             */
            release: string;
            /**
             * @description Architecture that the package is built for.
             * @example x86_64
             */
            arch: string;
        };
        /** @description When a blueprint is built, and which of its images. */
        BlueprintScheduleRequest: {
            /**
             * @description The five fields of cron: minute, hour, day of month, month, day of week. Lists, ranges, steps and names of months and days work as usual, `L` is the last day of the month. `@hourly`, `@daily`, `@weekly`, `@monthly` and `@yearly` stand for the beginning of each hour, day, week (Sunday), month and year.
             * @example 30 4 * * 1
             */
            cron: string;
            /**
             * @description Time zone of the expression, by its IANA name.
             * @default UTC
             * @example Europe/Prague
             */
            timezone?: string;
            /**
             * @description Whether to build only when the packages that would be installed have changed.
             * @default false
             * @example true
             */
            only_if_changed?: boolean;
            /**
             * @description Whether it runs. A disabled schedule keeps its settings.
             * @default true
             * @example true
             */
            enabled?: boolean;
            /** @description Image types to build, with their aliases; all image types of the blueprint when left out. */
            image_types?: components["schemas"]["ImageTypes"][];
        };
        /** @description When a blueprint is built, and the result of the last run. */
        BlueprintSchedule: {
            /**
             * @description The expression as it was set.
             * @example 30 4 * * 1
             */
            cron: string;
            /**
             * @description Time zone of the expression.
             * @example Europe/Prague
             */
            timezone: string;
            /**
             * @description Whether it builds only when the packages have changed.
             * @example true
             */
            only_if_changed: boolean;
            /**
             * @description Whether the user enabled it.
             * @example true
             */
            enabled: boolean;
            /** @description Image types that are built; absent for all. */
            image_types?: components["schemas"]["ImageTypes"][];
            /**
             * @description Name of the user in whose name it builds.
             * @example jdoe
             */
            set_by?: string;
            /**
             * Format: date-time
             * @description When the schedule was set.
             * @example 2026-03-01T08:30:00Z
             */
            updated_at: string;
            /**
             * Format: date-time
             * @description When it runs next; absent while it is disabled.
             * @example 2026-03-30T02:30:00Z
             */
            next_run_at?: string;
            last_run?: components["schemas"]["ScheduleRun"];
            /**
             * @description Failures since the last success.
             * @example 0
             */
            consecutive_failures: number;
            /**
             * Format: date-time
             * @description When the service disabled it after too many failures in a row.
             * @example 2026-03-23T03:30:02Z
             */
            disabled_at?: string;
            /**
             * @description Why the service disabled it.
             * @example failed 5 times in a row, the last time: composer is not available at the moment
             */
            disabled_reason?: string;
            /**
             * Format: date-time
             * @description Since when nothing is built, because the organization lacks the entitlement that the blueprint needs. Runs check it again, and so does the next request of the organization that has the entitlement.
             * @example 2026-03-23T03:30:02Z
             */
            paused_at?: string;
            /**
             * @description Why it is paused.
             * @example the organization has no entitlement to RHEL, which the blueprint needs
             */
            paused_reason?: string;
        };
        /** @description One run of a schedule. */
        ScheduleRun: {
            /**
             * Format: date-time
             * @description When it ran.
             * @example 2026-03-23T03:30:02Z
             */
            at: string;
            /**
             * @description Result of the run, namely builds were started (`built`), nothing had changed (`unchanged`), they could not be started (`failed`), or the quota was used up or the entitlement missing (`refused`).
             * @example built
             * @enum {string}
             */
            outcome: "built" | "unchanged" | "failed" | "refused";
            /**
             * @description The composes that were started.
             * @example [
             *       "c2f4b6a8-0d1e-4f3a-8b5c-7d9e1f2a3b4c"
             *     ]
             */
            compose_ids?: string[];
            /**
             * @description Details of the result, such as why it failed.
             * @example 1 of 2 builds failed
             */
            detail?: string;
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
         * @description Status of a compose, as far as the service knows. `success` and `failure` are final.
         * @enum {string}
         */
        StoredStatus: "success" | "failure" | "pending" | "building" | "uploading" | "registering";
    };
    responses: {
        /** @description The caller has the current response: its tag is among those of `If-None-Match`. Without a body. */
        NotModified: {
            headers: {
                "X-Strc-Trace-Id": components["headers"]["TraceId"];
                ETag: components["headers"]["ETag"];
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description The request cannot be understood or satisfied: a parameter or the body does not match its schema, or the values do not fit together. With `Prefer: errors=detailed` there is an entry for each problem. The response to a malformed identity header is plain text; the response to one that is too long is an error list. */
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
        /** @description The request carries no identity. The response is plain text unless a component in front of the service wrote it. */
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
        /** @description The caller is known but not allowed to do this: the distribution is restricted to other organizations, the organization has used up its quota, or a service that is called on the caller's behalf (repositories, content templates, policies) denies access. */
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
        /** @description The path exists but does not support this method. */
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
        /** @description The request did not arrive completely within the time limit. The connection is closed. */
        RequestTimeout: {
            headers: {
                "X-Strc-Trace-Id": components["headers"]["TraceId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["HTTPErrorList"];
            };
        };
        /** @description The first request with this `Idempotency-Key` is still running, or its outcome is not known yet. Nothing was done: repeat the request after a while. */
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
        /** @description The newest version of the blueprint is not the one in `If-Match`. Nothing was changed: read the blueprint again, and decide. */
        PreconditionFailed: {
            headers: {
                "X-Strc-Trace-Id": components["headers"]["TraceId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["HTTPErrorList"];
            };
        };
        /** @description The request body is larger than the service accepts, as it is sent or decompressed. Bodies of up to 1 MiB are always accepted; the usual limit is 2 MiB. */
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
        /** @description The body has the right form but breaks a rule for blueprints. All violations are reported together, each with a title naming its rule: `blueprint name rule violation`, `user rule violation`, `file rule violation`, `directory rule violation`, `filesystem rule violation`. A name that is already in use is reported as `Name not unique`. */
        Unprocessable: {
            headers: {
                "X-Strc-Trace-Id": components["headers"]["TraceId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["HTTPErrorList"];
            };
        };
        /** @description The organization has sent more requests than the limit of this time window. Wait for the time given, then repeat the request. Reads, writes and builds are counted separately. */
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
        /** @description Something failed inside the service or in a service it depends on. The log has the cause, under the trace identifier of the response. */
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
        /** @description Whether to include `warnings`. Without it the response has the form that earlier clients expect; the header `Image-Builder-Warnings` is always there. */
        BuildHints: boolean;
        /**
         * @description Most entries to return.
         * @example 10
         */
        Limit: number;
        /**
         * @description Entries to skip. An offset behind the last entry gives an empty page.
         * @example 20
         */
        Offset: number;
        /**
         * @description Leave out composes of these image types. Repeat the parameter for several types; the types are compared as written, so `ami` and `aws` are different types.
         * @example [
         *       "edge-commit",
         *       "edge-installer"
         *     ]
         */
        IgnoreImageTypes: components["schemas"]["ImageTypes"][];
        /** @description Reads the list page by page. No entry is skipped or repeated while other clients add and delete entries, and the end of the list is as fast as its beginning. Start with `start` (or nothing) as the value, and continue with `meta.next_cursor` of each response, or the address in `links.next`, until there is none. Sort and filters have to stay the same; `limit` may change. Not together with `offset`. For example `cursor=start`. */
        Cursor: string;
        /** @description Order of the list: `created_at`, oldest first, or `-created_at`, newest first. For example `sort=-created_at`. */
        ComposeSort: string;
        /** @description `last_modified_at` or `name`, descending with a hyphen in front. Names are compared by their code points, capitals before small letters. Most recently changed first (`-last_modified_at`) when left out. For example `sort=name`. */
        BlueprintSort: string;
        /** @description Created at this RFC 3339 time or later. For composes, this takes the place of the 14 days that lists go back otherwise. Write the `+` of an offset as `%2B`. For example `created_after=2026-03-01T00:00:00Z`. */
        CreatedAfter: string;
        /** @description Created before this RFC 3339 time. Write the `+` of an offset as `%2B`. For example `created_before=2026-03-08T00:00:00Z`. */
        CreatedBefore: string;
        /** @description For this distribution. For blueprints, that is what the newest version is for. Names are compared as written. For example `distribution=rhel-9`. */
        DistributionFilter: components["schemas"]["Distributions"];
        /** @description With an image of this type. For blueprints, the newest version has it. Types are compared as written, so `ami` and `aws` are different types. For example `image_type=guest-image`. */
        ImageTypeFilter: components["schemas"]["ImageTypes"];
        /** @description Only composes that have this status. The service polls every compose, and learns of a change within a minute or when a client reads the status. A compose that another service started, and whose status no client has read yet, has none. For example `status=failure`. */
        StatusFilter: components["schemas"]["StoredStatus"];
        /** @description Only composes made from this blueprint, of any version. */
        BlueprintFilter: string;
        /** @description With the label `key:value`. Repeat the parameter for several labels, all of which are required. For example `label=team:web&label=stage:production`. */
        LabelFilter: string[];
        /**
         * @description Makes the request safe to repeat. It is a key of the caller's choice, for example for repetitions after a lost connection: 1 to 255 printable characters, bare or as a quoted string. A repetition gets the response of the first request, marked by `Idempotency-Replayed`, and nothing is done twice. The same key with another request is refused (422), and a repetition while the first request is still running has to wait (409). Keys belong to the organization and the operation, and are stored for at least 24 hours. A request that was refused without effect can be repeated with the same key.
         * @example "7d1f2c9e-order-42"
         */
        IdempotencyKey: string;
        /**
         * @description Tags of responses the caller has, or `*`. When the response would be one of them it is 304, without a body.
         * @example "9wQmVg0b2nq1pZ7sXyT4uKcJrLd"
         */
        IfNoneMatch: string;
        /**
         * @description Tags of the blueprint as the caller knows it, or `*` for any. When none of them is the tag of the newest version, another request has changed the blueprint: nothing is done, and the response is 412. Only the version part of a tag is compared, and weak tags never match. Without the header the request is always executed.
         * @example "3-9wQmVg0b2nq1pZ7sXyT4uKcJrLd"
         */
        IfMatch: string;
        /**
         * @description Id of the blueprint.
         * @example 6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10
         */
        BlueprintId: string;
        /**
         * @description Id of the compose, as returned when it was started.
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
         * @description Customizations that the image will lack or that have no effect, and unknown members and query parameters, as a list of quoted texts (RFC 9651): a JSON pointer to the member, or `query.NAME`, a colon and the explanation. At most 20 texts; left out when there are none. A replayed response does not have it.
         * @example "/customizations/filesystem: customizations.filesystem is left out of the image"
         */
        BuildWarnings: string;
        /**
         * @description Identifier of the request in the logs of this and all involved services. Quote it when reporting a problem.
         * @example qWkzLbTnYdRxPcE
         */
        TraceId: string;
        /**
         * @description Methods that the path supports, separated by commas.
         * @example GET, POST
         */
        Allow: string;
        /**
         * @description Seconds to wait before the next attempt.
         * @example 30
         */
        RetryAfter: number;
        /**
         * @description Tag of exactly this response, for `If-None-Match`. A compose that has not finished has none. The tag of a blueprint begins with the number of the returned version, which is the part that `If-Match` compares.
         * @example "3-9wQmVg0b2nq1pZ7sXyT4uKcJrLd"
         */
        ETag: string;
        /**
         * @description Addresses of the previous and the next page (RFC 8288), as paths on this host. Absent with `cursor`, and where there is one page.
         * @example </api/image-builder/v1.0/composes?limit=10&offset=10>; rel="next"
         */
        Link: string;
        /**
         * @description `true` on a response that is repeated from an earlier request with the same `Idempotency-Key`.
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
                 * @description Tags of responses the caller has, or `*`. When the response would be one of them it is 304, without a body.
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
                 * @description Tags of responses the caller has, or `*`. When the response would be one of them it is 304, without a body.
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
                 * @description Tags of responses the caller has, or `*`. When the response would be one of them it is 304, without a body.
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
                 * @description Tags of responses the caller has, or `*`. When the response would be one of them it is 304, without a body.
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
                 * @description Most entries to return.
                 * @example 10
                 */
                limit?: components["parameters"]["Limit"];
                /**
                 * @description Entries to skip. An offset behind the last entry gives an empty page.
                 * @example 20
                 */
                offset?: components["parameters"]["Offset"];
            };
            header?: {
                /**
                 * @description Tags of responses the caller has, or `*`. When the response would be one of them it is 304, without a body.
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
                    Link: components["headers"]["Link"];
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
            query?: {
                /** @description Whether to include `warnings`. Without it the response has the form that earlier clients expect; the header `Image-Builder-Warnings` is always there. */
                hints?: components["parameters"]["BuildHints"];
            };
            header?: {
                /**
                 * @description Makes the request safe to repeat. It is a key of the caller's choice, for example for repetitions after a lost connection: 1 to 255 printable characters, bare or as a quoted string. A repetition gets the response of the first request, marked by `Idempotency-Replayed`, and nothing is done twice. The same key with another request is refused (422), and a repetition while the first request is still running has to wait (409). Keys belong to the organization and the operation, and are stored for at least 24 hours. A request that was refused without effect can be repeated with the same key.
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
            /** @description The compose was started. */
            201: {
                headers: {
                    "Image-Builder-Warnings": components["headers"]["BuildWarnings"];
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
                 * @description Most entries to return.
                 * @example 10
                 */
                limit?: components["parameters"]["Limit"];
                /**
                 * @description Entries to skip. An offset behind the last entry gives an empty page.
                 * @example 20
                 */
                offset?: components["parameters"]["Offset"];
                /**
                 * @description Leave out composes of these image types. Repeat the parameter for several types; the types are compared as written, so `ami` and `aws` are different types.
                 * @example [
                 *       "edge-commit",
                 *       "edge-installer"
                 *     ]
                 */
                ignoreImageTypes?: components["parameters"]["IgnoreImageTypes"];
                /** @description Order of the list: `created_at`, oldest first, or `-created_at`, newest first. For example `sort=-created_at`. */
                sort?: components["parameters"]["ComposeSort"];
                /** @description Created at this RFC 3339 time or later. For composes, this takes the place of the 14 days that lists go back otherwise. Write the `+` of an offset as `%2B`. For example `created_after=2026-03-01T00:00:00Z`. */
                created_after?: components["parameters"]["CreatedAfter"];
                /** @description Created before this RFC 3339 time. Write the `+` of an offset as `%2B`. For example `created_before=2026-03-08T00:00:00Z`. */
                created_before?: components["parameters"]["CreatedBefore"];
                /** @description For this distribution. For blueprints, that is what the newest version is for. Names are compared as written. For example `distribution=rhel-9`. */
                distribution?: components["parameters"]["DistributionFilter"];
                /** @description With an image of this type. For blueprints, the newest version has it. Types are compared as written, so `ami` and `aws` are different types. For example `image_type=guest-image`. */
                image_type?: components["parameters"]["ImageTypeFilter"];
                /** @description Only composes that have this status. The service polls every compose, and learns of a change within a minute or when a client reads the status. A compose that another service started, and whose status no client has read yet, has none. For example `status=failure`. */
                status?: components["parameters"]["StatusFilter"];
                /** @description Only composes made from this blueprint, of any version. */
                blueprint_id?: components["parameters"]["BlueprintFilter"];
                /** @description With the label `key:value`. Repeat the parameter for several labels, all of which are required. For example `label=team:web&label=stage:production`. */
                label?: components["parameters"]["LabelFilter"];
                /** @description Reads the list page by page. No entry is skipped or repeated while other clients add and delete entries, and the end of the list is as fast as its beginning. Start with `start` (or nothing) as the value, and continue with `meta.next_cursor` of each response, or the address in `links.next`, until there is none. Sort and filters have to stay the same; `limit` may change. Not together with `offset`. For example `cursor=start`. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: {
                /**
                 * @description Tags of responses the caller has, or `*`. When the response would be one of them it is 304, without a body.
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
                    Link: components["headers"]["Link"];
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
            query?: {
                /** @description Whether the error of a failed compose includes `hint` and `subject`, and the response `warnings`. Without it the response has the form that earlier clients expect. */
                hints?: boolean;
            };
            header?: {
                /**
                 * @description Tags of responses the caller has, or `*`. When the response would be one of them it is 304, without a body.
                 * @example "9wQmVg0b2nq1pZ7sXyT4uKcJrLd"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description Id of the compose, as returned when it was started.
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
                 * @description Id of the compose, as returned when it was started.
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
                 * @description Tags of responses the caller has, or `*`. When the response would be one of them it is 304, without a body.
                 * @example "9wQmVg0b2nq1pZ7sXyT4uKcJrLd"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description Id of the compose, as returned when it was started.
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
                 * @description Exact name. Case matters. Empty means no filter.
                 * @example web server
                 */
                name?: string;
                /**
                 * @description Text in names or descriptions. Case does not matter. Empty means no filter.
                 * @example web
                 */
                search?: string;
                /**
                 * @description Most entries to return.
                 * @example 10
                 */
                limit?: components["parameters"]["Limit"];
                /**
                 * @description Entries to skip. An offset behind the last entry gives an empty page.
                 * @example 20
                 */
                offset?: components["parameters"]["Offset"];
                /** @description `last_modified_at` or `name`, descending with a hyphen in front. Names are compared by their code points, capitals before small letters. Most recently changed first (`-last_modified_at`) when left out. For example `sort=name`. */
                sort?: components["parameters"]["BlueprintSort"];
                /** @description Created at this RFC 3339 time or later. For composes, this takes the place of the 14 days that lists go back otherwise. Write the `+` of an offset as `%2B`. For example `created_after=2026-03-01T00:00:00Z`. */
                created_after?: components["parameters"]["CreatedAfter"];
                /** @description Created before this RFC 3339 time. Write the `+` of an offset as `%2B`. For example `created_before=2026-03-08T00:00:00Z`. */
                created_before?: components["parameters"]["CreatedBefore"];
                /** @description For this distribution. For blueprints, that is what the newest version is for. Names are compared as written. For example `distribution=rhel-9`. */
                distribution?: components["parameters"]["DistributionFilter"];
                /** @description With an image of this type. For blueprints, the newest version has it. Types are compared as written, so `ami` and `aws` are different types. For example `image_type=guest-image`. */
                image_type?: components["parameters"]["ImageTypeFilter"];
                /** @description With the label `key:value`. Repeat the parameter for several labels, all of which are required. For example `label=team:web&label=stage:production`. */
                label?: components["parameters"]["LabelFilter"];
                /** @description Reads the list page by page. No entry is skipped or repeated while other clients add and delete entries, and the end of the list is as fast as its beginning. Start with `start` (or nothing) as the value, and continue with `meta.next_cursor` of each response, or the address in `links.next`, until there is none. Sort and filters have to stay the same; `limit` may change. Not together with `offset`. For example `cursor=start`. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: {
                /**
                 * @description Tags of responses the caller has, or `*`. When the response would be one of them it is 304, without a body.
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
                    Link: components["headers"]["Link"];
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
            query?: {
                /** @description Whether to include `warnings`. Without it the response has the form that earlier clients expect; the header `Image-Builder-Warnings` is always there. */
                hints?: components["parameters"]["BuildHints"];
            };
            header?: {
                /**
                 * @description Makes the request safe to repeat. It is a key of the caller's choice, for example for repetitions after a lost connection: 1 to 255 printable characters, bare or as a quoted string. A repetition gets the response of the first request, marked by `Idempotency-Replayed`, and nothing is done twice. The same key with another request is refused (422), and a repetition while the first request is still running has to wait (409). Keys belong to the organization and the operation, and are stored for at least 24 hours. A request that was refused without effect can be repeated with the same key.
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
                    "Image-Builder-Warnings": components["headers"]["BuildWarnings"];
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
                 * @description Version to return, counted from 1. `-1` is the newest, which is also the default; other values below 1 are refused.
                 * @example 2
                 */
                version?: number;
            };
            header?: {
                /**
                 * @description Tags of responses the caller has, or `*`. When the response would be one of them it is 304, without a body.
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
            query?: {
                /** @description Whether to include `warnings`. Without it the response has the form that earlier clients expect; the header `Image-Builder-Warnings` is always there. */
                hints?: components["parameters"]["BuildHints"];
            };
            header?: {
                /**
                 * @description Tags of the blueprint as the caller knows it, or `*` for any. When none of them is the tag of the newest version, another request has changed the blueprint: nothing is done, and the response is 412. Only the version part of a tag is compared, and weak tags never match. Without the header the request is always executed.
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
                    "Image-Builder-Warnings": components["headers"]["BuildWarnings"];
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
                 * @description Tags of the blueprint as the caller knows it, or `*` for any. When none of them is the tag of the newest version, another request has changed the blueprint: nothing is done, and the response is 412. Only the version part of a tag is compared, and weak tags never match. Without the header the request is always executed.
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
            query?: {
                /**
                 * @description Whether the export contains secrets other than passwords. With this parameter, of either value, the response has `omitted`.
                 * @example false
                 */
                include_secrets?: boolean;
            };
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
                    /**
                     * @description JSON pointers into the blueprint of the first 50 parts that are left out, as a list of strings (RFC 9651).
                     * @example "/customizations/subscription", "/customizations/files/0"
                     */
                    "Blueprint-Omitted"?: string;
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
                    /**
                     * @example name = "web server"
                     *     description = "nginx with the company defaults"
                     *     version = "0.0.3"
                     *     distro = "rhel-9"
                     *
                     *     [[packages]]
                     *     name = "nginx"
                     */
                    "application/toml": string;
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
            query?: {
                /** @description Whether to include `warnings`. Without it the response has the form that earlier clients expect; the header `Image-Builder-Warnings` is always there. */
                hints?: components["parameters"]["BuildHints"];
            };
            header?: {
                /**
                 * @description Makes the request safe to repeat. It is a key of the caller's choice, for example for repetitions after a lost connection: 1 to 255 printable characters, bare or as a quoted string. A repetition gets the response of the first request, marked by `Idempotency-Replayed`, and nothing is done twice. The same key with another request is refused (422), and a repetition while the first request is still running has to wait (409). Keys belong to the organization and the operation, and are stored for at least 24 hours. A request that was refused without effect can be repeated with the same key.
                 * @example "7d1f2c9e-order-42"
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description Kind of the client, for the `client_id` of the composes. `mcp` gives `mcp`, any other text gives `ui`, and without the header it is `api`.
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
        /** @description Which images to build. All of them when left out. */
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Image types to build. An empty list builds nothing. */
                    image_types?: components["schemas"]["ImageTypes"][];
                };
            };
        };
        responses: {
            /** @description The composes that were started, in the order of the image requests. */
            201: {
                headers: {
                    "Image-Builder-Warnings": components["headers"]["BuildWarnings"];
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
                 * @description Most entries to return.
                 * @example 10
                 */
                limit?: components["parameters"]["Limit"];
                /**
                 * @description Entries to skip. An offset behind the last entry gives an empty page.
                 * @example 20
                 */
                offset?: components["parameters"]["Offset"];
                /**
                 * @description Leave out composes of these image types. Repeat the parameter for several types; the types are compared as written, so `ami` and `aws` are different types.
                 * @example [
                 *       "edge-commit",
                 *       "edge-installer"
                 *     ]
                 */
                ignoreImageTypes?: components["parameters"]["IgnoreImageTypes"];
                /** @description Order of the list: `created_at`, oldest first, or `-created_at`, newest first. For example `sort=-created_at`. */
                sort?: components["parameters"]["ComposeSort"];
                /** @description Created at this RFC 3339 time or later. For composes, this takes the place of the 14 days that lists go back otherwise. Write the `+` of an offset as `%2B`. For example `created_after=2026-03-01T00:00:00Z`. */
                created_after?: components["parameters"]["CreatedAfter"];
                /** @description Created before this RFC 3339 time. Write the `+` of an offset as `%2B`. For example `created_before=2026-03-08T00:00:00Z`. */
                created_before?: components["parameters"]["CreatedBefore"];
                /** @description For this distribution. For blueprints, that is what the newest version is for. Names are compared as written. For example `distribution=rhel-9`. */
                distribution?: components["parameters"]["DistributionFilter"];
                /** @description With an image of this type. For blueprints, the newest version has it. Types are compared as written, so `ami` and `aws` are different types. For example `image_type=guest-image`. */
                image_type?: components["parameters"]["ImageTypeFilter"];
                /** @description Only composes that have this status. The service polls every compose, and learns of a change within a minute or when a client reads the status. A compose that another service started, and whose status no client has read yet, has none. For example `status=failure`. */
                status?: components["parameters"]["StatusFilter"];
                /** @description With the label `key:value`. Repeat the parameter for several labels, all of which are required. For example `label=team:web&label=stage:production`. */
                label?: components["parameters"]["LabelFilter"];
                /** @description Reads the list page by page. No entry is skipped or repeated while other clients add and delete entries, and the end of the list is as fast as its beginning. Start with `start` (or nothing) as the value, and continue with `meta.next_cursor` of each response, or the address in `links.next`, until there is none. Sort and filters have to stay the same; `limit` may change. Not together with `offset`. For example `cursor=start`. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: {
                /**
                 * @description Tags of responses the caller has, or `*`. When the response would be one of them it is 304, without a body.
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
                    Link: components["headers"]["Link"];
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
                 * @description Tags of responses the caller has, or `*`. When the response would be one of them it is 304, without a body.
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
                 * @description Tags of responses the caller has, or `*`. When the response would be one of them it is 304, without a body.
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
                 * @description Tags of responses the caller has, or `*`. When the response would be one of them it is 304, without a body.
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
    getEvents: {
        parameters: {
            query?: {
                /**
                 * @description The same for clients that cannot set headers.
                 * @example 4711
                 */
                last_event_id?: number;
                /**
                 * @description Only events of these types. `events.missed` is always sent.
                 * @example [
                 *       "compose.finished"
                 *     ]
                 */
                type?: components["schemas"]["EventTypes"][];
                /**
                 * @description Only events of this compose.
                 * @example c2f4b6a8-0d1e-4f3a-8b5c-7d9e1f2a3b4c
                 */
                compose_id?: string;
                /**
                 * @description Only events of this blueprint, and of composes made from it.
                 * @example 6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10
                 */
                blueprint_id?: string;
                /**
                 * @description End the stream after this time. 0 ends it as soon as the missed events have been sent, for clients that poll. Without it the stream continues until the client or the service ends it.
                 * @example 60
                 */
                follow_seconds?: number;
            };
            header?: {
                /**
                 * @description Id of the last event the client received; the stream starts with the events after it. 0 starts with the oldest stored event. Takes precedence over `last_event_id`.
                 * @example 4711
                 */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events, one after the other, until the client or the service ends the stream. `data` holds an `Event`. */
            200: {
                headers: {
                    "X-Strc-Trace-Id": components["headers"]["TraceId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example retry: 2314
                     *     id: 4711
                     *
                     *     id: 4712
                     *     event: compose.queued
                     *     data: {"id":4712,"type":"compose.queued","occurred_at":"2026-03-01T08:30:00Z","compose_id":"c2f4b6a8-0d1e-4f3a-8b5c-7d9e1f2a3b4c","status":"pending","image_name":"web server"}
                     *
                     *     : heartbeat
                     *     id: 4712
                     *
                     *     id: 4715
                     *     event: compose.finished
                     *     data: {"id":4715,"type":"compose.finished","occurred_at":"2026-03-01T08:41:07Z","compose_id":"c2f4b6a8-0d1e-4f3a-8b5c-7d9e1f2a3b4c","status":"success","image_name":"web server"}
                     */
                    "text/event-stream": string;
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
    getWebhooks: {
        parameters: {
            query?: {
                /**
                 * @description Most entries to return.
                 * @example 10
                 */
                limit?: components["parameters"]["Limit"];
                /**
                 * @description Entries to skip. An offset behind the last entry gives an empty page.
                 * @example 20
                 */
                offset?: components["parameters"]["Offset"];
            };
            header?: {
                /**
                 * @description Tags of responses the caller has, or `*`. When the response would be one of them it is 304, without a body.
                 * @example "9wQmVg0b2nq1pZ7sXyT4uKcJrLd"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of webhooks. */
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
                     *         "first": "/api/image-builder/v1.0/webhooks?limit=10&offset=0",
                     *         "last": "/api/image-builder/v1.0/webhooks?limit=10&offset=0"
                     *       },
                     *       "data": [
                     *         {
                     *           "id": "0f8e7d6c-5b4a-4392-8170-6f5e4d3c2b1a",
                     *           "url": "https://hooks.example.com/images",
                     *           "description": "starts the tests of new images",
                     *           "event_types": [
                     *             "compose.finished"
                     *           ],
                     *           "created_at": "2026-03-01T08:30:00Z"
                     *         },
                     *         {
                     *           "id": "1a2b3c4d-5e6f-4708-9102-a3b4c5d6e7f8",
                     *           "url": "https://old.example.com/hook",
                     *           "description": "",
                     *           "created_at": "2026-03-02T08:30:00Z",
                     *           "failing_since": "2026-04-01T10:00:00Z",
                     *           "disabled_at": "2026-04-02T10:41:00Z",
                     *           "disabled_reason": "a delivery failed 11 times, at last with: HTTP 500"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["WebhooksResponse"];
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
    createWebhook: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Makes the request safe to repeat. It is a key of the caller's choice, for example for repetitions after a lost connection: 1 to 255 printable characters, bare or as a quoted string. A repetition gets the response of the first request, marked by `Idempotency-Replayed`, and nothing is done twice. The same key with another request is refused (422), and a repetition while the first request is still running has to wait (409). Keys belong to the organization and the operation, and are stored for at least 24 hours. A request that was refused without effect can be repeated with the same key.
                 * @example "7d1f2c9e-order-42"
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description Where to send which messages. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateWebhookRequest"];
            };
        };
        responses: {
            /** @description The webhook was created. */
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
                     *       "id": "0f8e7d6c-5b4a-4392-8170-6f5e4d3c2b1a",
                     *       "secret": "whsec_bm90LWEtcmVhbC1zZWNyZXQtYnV0LWxvbmctZW5vdWdo"
                     *     }
                     */
                    "application/json": components["schemas"]["CreatedWebhook"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
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
    deleteWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the webhook.
                 * @example 0f8e7d6c-5b4a-4392-8170-6f5e4d3c2b1a
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The webhook was deleted. */
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
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    updateWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the webhook.
                 * @example 0f8e7d6c-5b4a-4392-8170-6f5e4d3c2b1a
                 */
                id: string;
            };
            cookie?: never;
        };
        /** @description What changes. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookChange"];
            };
        };
        responses: {
            /** @description The webhook as it is now. */
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
                     *       "id": "0f8e7d6c-5b4a-4392-8170-6f5e4d3c2b1a",
                     *       "url": "https://new.example.com/images",
                     *       "description": "starts the tests of new images",
                     *       "event_types": [
                     *         "compose.finished"
                     *       ],
                     *       "created_at": "2026-03-01T08:30:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getWebhookDeliveries: {
        parameters: {
            query?: {
                /**
                 * @description Most entries to return.
                 * @example 10
                 */
                limit?: components["parameters"]["Limit"];
                /**
                 * @description Entries to skip. An offset behind the last entry gives an empty page.
                 * @example 20
                 */
                offset?: components["parameters"]["Offset"];
            };
            header?: never;
            path: {
                /**
                 * @description Id of the webhook.
                 * @example 0f8e7d6c-5b4a-4392-8170-6f5e4d3c2b1a
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of deliveries. */
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
                     *       "meta": {
                     *         "count": 2
                     *       },
                     *       "links": {
                     *         "first": "/api/image-builder/v1.0/webhooks/0f8e7d6c-5b4a-4392-8170-6f5e4d3c2b1a/deliveries?limit=10&offset=0",
                     *         "last": "/api/image-builder/v1.0/webhooks/0f8e7d6c-5b4a-4392-8170-6f5e4d3c2b1a/deliveries?limit=10&offset=0"
                     *       },
                     *       "data": [
                     *         {
                     *           "id": "5e4d3c2b-1a09-4f8e-b7d6-c5b4a3928170",
                     *           "event_id": 4712,
                     *           "event_type": "compose.finished",
                     *           "subject": "c2f4b6a8-0d1e-4f3a-8b5c-7d9e1f2a3b4c",
                     *           "status": "pending",
                     *           "attempts": 2,
                     *           "last_status": 503,
                     *           "last_error": "HTTP 503: try again later",
                     *           "created_at": "2026-03-01T08:41:00Z",
                     *           "attempted_at": "2026-03-01T08:41:06Z",
                     *           "next_attempt_at": "2026-03-01T08:41:37Z"
                     *         },
                     *         {
                     *           "id": "9c8b7a69-5847-4635-a241-302f1e0d0c0b",
                     *           "event_id": 4711,
                     *           "event_type": "compose.queued",
                     *           "subject": "c2f4b6a8-0d1e-4f3a-8b5c-7d9e1f2a3b4c",
                     *           "status": "delivered",
                     *           "attempts": 1,
                     *           "last_status": 204,
                     *           "created_at": "2026-03-01T08:40:00Z",
                     *           "attempted_at": "2026-03-01T08:40:01Z",
                     *           "ended_at": "2026-03-01T08:40:01Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookDeliveriesResponse"];
                };
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
    redeliverWebhookMessage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the webhook.
                 * @example 0f8e7d6c-5b4a-4392-8170-6f5e4d3c2b1a
                 */
                id: string;
                /**
                 * @description Id of the delivery.
                 * @example 5e4d3c2b-1a09-4f8e-b7d6-c5b4a3928170
                 */
                deliveryId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The message is queued. `GET /webhooks/{id}/deliveries` has its result. */
            202: {
                headers: {
                    "X-Strc-Trace-Id": components["headers"]["TraceId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "5e4d3c2b-1a09-4f8e-b7d6-c5b4a3928170",
                     *       "event_id": 4712,
                     *       "event_type": "compose.finished",
                     *       "subject": "c2f4b6a8-0d1e-4f3a-8b5c-7d9e1f2a3b4c",
                     *       "status": "pending",
                     *       "attempts": 0,
                     *       "last_status": 503,
                     *       "last_error": "HTTP 503: try again later",
                     *       "created_at": "2026-03-01T08:41:00Z",
                     *       "attempted_at": "2026-03-02T09:12:40Z",
                     *       "next_attempt_at": "2026-03-02T10:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookDelivery"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    rotateWebhookSecret: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Makes the request safe to repeat. It is a key of the caller's choice, for example for repetitions after a lost connection: 1 to 255 printable characters, bare or as a quoted string. A repetition gets the response of the first request, marked by `Idempotency-Replayed`, and nothing is done twice. The same key with another request is refused (422), and a repetition while the first request is still running has to wait (409). Keys belong to the organization and the operation, and are stored for at least 24 hours. A request that was refused without effect can be repeated with the same key.
                 * @example "7d1f2c9e-order-42"
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description Id of the webhook.
                 * @example 0f8e7d6c-5b4a-4392-8170-6f5e4d3c2b1a
                 */
                id: string;
            };
            cookie?: never;
        };
        /** @description For how long the previous secret is used as well. May be left out. */
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "overlap_seconds": 3600
                 *     }
                 */
                "application/json": components["schemas"]["SecretRotation"];
            };
        };
        responses: {
            /** @description The new secret, which is returned only this once. */
            200: {
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
                     *       "id": "0f8e7d6c-5b4a-4392-8170-6f5e4d3c2b1a",
                     *       "secret": "whsec_YW5vdGhlci1zZWNyZXQtYnV0LWxvbmctZW5vdWdoLXRvbw==",
                     *       "previous_secret_expires_at": "2026-03-01T09:30:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["RotatedSecret"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
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
    pingWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the webhook.
                 * @example 0f8e7d6c-5b4a-4392-8170-6f5e4d3c2b1a
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The ping is queued. `GET /webhooks/{id}/deliveries` has its result. */
            202: {
                headers: {
                    "X-Strc-Trace-Id": components["headers"]["TraceId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "5e4d3c2b-1a09-4f8e-b7d6-c5b4a3928170",
                     *       "event_type": "webhook.ping",
                     *       "status": "pending",
                     *       "attempts": 0,
                     *       "created_at": "2026-03-01T08:41:00Z",
                     *       "next_attempt_at": "2026-03-01T08:41:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookDelivery"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    cancelCompose: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the compose, as returned when it was started.
                 * @example c2f4b6a8-0d1e-4f3a-8b5c-7d9e1f2a3b4c
                 */
                composeId: components["parameters"]["ComposeId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The compose is cancelled, or will be. */
            202: {
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
            /** @description The compose has already finished. Nothing was done. */
            409: {
                headers: {
                    "X-Strc-Trace-Id": components["headers"]["TraceId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPErrorList"];
                };
            };
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    rebuildCompose: {
        parameters: {
            query?: {
                /** @description Whether to include `warnings`. Without it the response has the form that earlier clients expect; the header `Image-Builder-Warnings` is always there. */
                hints?: components["parameters"]["BuildHints"];
            };
            header?: {
                /**
                 * @description Makes the request safe to repeat. It is a key of the caller's choice, for example for repetitions after a lost connection: 1 to 255 printable characters, bare or as a quoted string. A repetition gets the response of the first request, marked by `Idempotency-Replayed`, and nothing is done twice. The same key with another request is refused (422), and a repetition while the first request is still running has to wait (409). Keys belong to the organization and the operation, and are stored for at least 24 hours. A request that was refused without effect can be repeated with the same key.
                 * @example "7d1f2c9e-order-42"
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description Kind of the client, for the `client_id` of the compose. `mcp` gives `mcp`, any other text gives `ui`, and without the header it is `api`.
                 * @example mcp
                 */
                "X-ImageBuilder-ui"?: string;
            };
            path: {
                /**
                 * @description Id of the compose, as returned when it was started.
                 * @example c2f4b6a8-0d1e-4f3a-8b5c-7d9e1f2a3b4c
                 */
                composeId: components["parameters"]["ComposeId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The compose was started. */
            201: {
                headers: {
                    "Image-Builder-Warnings": components["headers"]["BuildWarnings"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    "X-Strc-Trace-Id": components["headers"]["TraceId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "d3051728-394a-4b5c-9d6e-7f8091a2b3c4"
                     *     }
                     */
                    "application/json": components["schemas"]["ComposeResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["Conflict"];
            /** @description The stored request can no longer be built, or the `Idempotency-Key` was used for another request. */
            422: {
                headers: {
                    "X-Strc-Trace-Id": components["headers"]["TraceId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPErrorList"];
                };
            };
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    cloneCompose: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Makes the request safe to repeat. It is a key of the caller's choice, for example for repetitions after a lost connection: 1 to 255 printable characters, bare or as a quoted string. A repetition gets the response of the first request, marked by `Idempotency-Replayed`, and nothing is done twice. The same key with another request is refused (422), and a repetition while the first request is still running has to wait (409). Keys belong to the organization and the operation, and are stored for at least 24 hours. A request that was refused without effect can be repeated with the same key.
                 * @example "7d1f2c9e-order-42"
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description Id of the compose, as returned when it was started.
                 * @example c2f4b6a8-0d1e-4f3a-8b5c-7d9e1f2a3b4c
                 */
                composeId: components["parameters"]["ComposeId"];
            };
            cookie?: never;
        };
        /** @description Where the clone goes. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["CloneRequest"];
            };
        };
        responses: {
            /** @description The clone was started. */
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
                     *       "id": "9a7c1e52-3b64-4d80-a1f7-5c2e8d904b13"
                     *     }
                     */
                    "application/json": components["schemas"]["CloneResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            /** @description There is no finished image to clone, or the first request with this `Idempotency-Key` is still running. Nothing was done. */
            409: {
                headers: {
                    "X-Strc-Trace-Id": components["headers"]["TraceId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPErrorList"];
                };
            };
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            /** @description The `Idempotency-Key` was used for another request. */
            422: {
                headers: {
                    "X-Strc-Trace-Id": components["headers"]["TraceId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPErrorList"];
                };
            };
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getComposeClones: {
        parameters: {
            query?: {
                /**
                 * @description Most entries to return.
                 * @example 10
                 */
                limit?: components["parameters"]["Limit"];
                /**
                 * @description Entries to skip. An offset behind the last entry gives an empty page.
                 * @example 20
                 */
                offset?: components["parameters"]["Offset"];
            };
            header?: {
                /**
                 * @description Tags of responses the caller has, or `*`. When the response would be one of them it is 304, without a body.
                 * @example "9wQmVg0b2nq1pZ7sXyT4uKcJrLd"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description Id of the compose, as returned when it was started.
                 * @example c2f4b6a8-0d1e-4f3a-8b5c-7d9e1f2a3b4c
                 */
                composeId: components["parameters"]["ComposeId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of clones. */
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
                     *         "first": "/api/image-builder/v1.0/composes/e4162839-4a5b-4c6d-8e7f-8091a2b3c4d5/clones?limit=10&offset=0",
                     *         "last": "/api/image-builder/v1.0/composes/e4162839-4a5b-4c6d-8e7f-8091a2b3c4d5/clones?limit=10&offset=0"
                     *       },
                     *       "data": [
                     *         {
                     *           "id": "9a7c1e52-3b64-4d80-a1f7-5c2e8d904b13",
                     *           "compose_id": "e4162839-4a5b-4c6d-8e7f-8091a2b3c4d5",
                     *           "request": {
                     *             "region": "eu-central-1",
                     *             "share_with_accounts": [
                     *               "123456789012"
                     *             ]
                     *           },
                     *           "created_at": "2026-03-01T10:15:30Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ClonesResponse"];
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
    getCloneStatus: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Tags of responses the caller has, or `*`. When the response would be one of them it is 304, without a body.
                 * @example "9wQmVg0b2nq1pZ7sXyT4uKcJrLd"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description Id of the clone, as returned when it was started.
                 * @example 9a7c1e52-3b64-4d80-a1f7-5c2e8d904b13
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The status of the clone. */
            200: {
                headers: {
                    "X-Strc-Trace-Id": components["headers"]["TraceId"];
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CloneStatusResponse"];
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
    getQuota: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The quota and the rate limits. */
            200: {
                headers: {
                    "X-Strc-Trace-Id": components["headers"]["TraceId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Quota"];
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
    getComposeSboms: {
        parameters: {
            query?: {
                /**
                 * @description Which documents: those of the `image`, or of the environment that it was built in (`buildroot`). Repeat the parameter to get both.
                 * @example [
                 *       "image"
                 *     ]
                 */
                pipeline_purpose?: components["schemas"]["PipelinePurpose"][];
                /**
                 * @description Most entries to return.
                 * @example 10
                 */
                limit?: components["parameters"]["Limit"];
                /**
                 * @description Entries to skip. An offset behind the last entry gives an empty page.
                 * @example 20
                 */
                offset?: components["parameters"]["Offset"];
            };
            header?: {
                /**
                 * @description Tags of responses the caller has, or `*`. When the response would be one of them it is 304, without a body.
                 * @example "9wQmVg0b2nq1pZ7sXyT4uKcJrLd"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description Id of the compose, as returned when it was started.
                 * @example c2f4b6a8-0d1e-4f3a-8b5c-7d9e1f2a3b4c
                 */
                composeId: components["parameters"]["ComposeId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of documents, in the order of the build service. */
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
                     *         "first": "/api/image-builder/v1.0/composes/c2f4b6a8-0d1e-4f3a-8b5c-7d9e1f2a3b4c/sboms?pipeline_purpose=image&limit=100&offset=0",
                     *         "last": "/api/image-builder/v1.0/composes/c2f4b6a8-0d1e-4f3a-8b5c-7d9e1f2a3b4c/sboms?pipeline_purpose=image&limit=100&offset=0"
                     *       },
                     *       "data": [
                     *         {
                     *           "name": "os",
                     *           "href": "/api/image-builder/v1.0/composes/c2f4b6a8-0d1e-4f3a-8b5c-7d9e1f2a3b4c/sboms/os",
                     *           "pipeline_name": "os",
                     *           "pipeline_purpose": "image",
                     *           "sbom_type": "spdx",
                     *           "sbom": {
                     *             "SPDXID": "SPDXRef-DOCUMENT",
                     *             "spdxVersion": "SPDX-2.3",
                     *             "name": "sbom-by-osbuild-image",
                     *             "dataLicense": "CC0-1.0",
                     *             "packages": [
                     *               {
                     *                 "SPDXID": "SPDXRef-1",
                     *                 "name": "nginx",
                     *                 "versionInfo": "1.26.3",
                     *                 "downloadLocation": "NOASSERTION"
                     *               }
                     *             ]
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ComposeSbomsResponse"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            /** @description The compose has not finished, so there is no bill of materials yet. Poll `GET /composes/{composeId}` and repeat the request when it has finished. */
            409: {
                headers: {
                    "X-Strc-Trace-Id": components["headers"]["TraceId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPErrorList"];
                };
            };
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getComposeSbom: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Tags of responses the caller has, or `*`. When the response would be one of them it is 304, without a body.
                 * @example "9wQmVg0b2nq1pZ7sXyT4uKcJrLd"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description Id of the compose, as returned when it was started.
                 * @example c2f4b6a8-0d1e-4f3a-8b5c-7d9e1f2a3b4c
                 */
                composeId: components["parameters"]["ComposeId"];
                /**
                 * @description Name of the document, as the list has it.
                 * @example os
                 */
                sbomName: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document. */
            200: {
                headers: {
                    "X-Strc-Trace-Id": components["headers"]["TraceId"];
                    ETag: components["headers"]["ETag"];
                    /**
                     * @description Marks the response as a file to save, with its name.
                     * @example attachment; filename="c2f4b6a8-0d1e-4f3a-8b5c-7d9e1f2a3b4c-os.spdx.json"
                     */
                    "Content-Disposition"?: string;
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "SPDXID": "SPDXRef-DOCUMENT",
                     *       "spdxVersion": "SPDX-2.3",
                     *       "name": "sbom-by-osbuild-image",
                     *       "dataLicense": "CC0-1.0",
                     *       "packages": [
                     *         {
                     *           "SPDXID": "SPDXRef-1",
                     *           "name": "nginx",
                     *           "versionInfo": "1.26.3",
                     *           "downloadLocation": "NOASSERTION"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/spdx+json": components["schemas"]["SpdxDocument"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            /** @description The compose has not finished, so there is no bill of materials yet. Poll `GET /composes/{composeId}` and repeat the request when it has finished. */
            409: {
                headers: {
                    "X-Strc-Trace-Id": components["headers"]["TraceId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPErrorList"];
                };
            };
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getComposeLogs: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the compose, as returned when it was started.
                 * @example c2f4b6a8-0d1e-4f3a-8b5c-7d9e1f2a3b4c
                 */
                composeId: components["parameters"]["ComposeId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The logs. */
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
                     *       "truncated": false,
                     *       "image_builds": [
                     *         {
                     *           "success": false,
                     *           "osbuild_output": {
                     *             "success": false,
                     *             "log": {
                     *               "os": [
                     *                 {
                     *                   "id": "5a0d4c1f",
                     *                   "type": "org.osbuild.rpm",
                     *                   "success": false,
                     *                   "output": "error: Failed dependencies: nginx-core is needed by nginx"
                     *                 }
                     *               ]
                     *             }
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ComposeLogs"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            /** @description The operator of the service does not allow reading the logs of composes. */
            403: {
                headers: {
                    "X-Strc-Trace-Id": components["headers"]["TraceId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPErrorList"];
                };
            };
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getBlueprintVersions: {
        parameters: {
            query?: {
                /**
                 * @description Most entries to return.
                 * @example 10
                 */
                limit?: components["parameters"]["Limit"];
                /**
                 * @description Entries to skip. An offset behind the last entry gives an empty page.
                 * @example 20
                 */
                offset?: components["parameters"]["Offset"];
            };
            header?: {
                /**
                 * @description Tags of responses the caller has, or `*`. When the response would be one of them it is 304, without a body.
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
            /** @description One page of versions. */
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
                     *         "count": 4
                     *       },
                     *       "links": {
                     *         "first": "/api/image-builder/v1.0/blueprints/6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10/versions?limit=100&offset=0",
                     *         "last": "/api/image-builder/v1.0/blueprints/6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10/versions?limit=100&offset=0"
                     *       },
                     *       "data": [
                     *         {
                     *           "version": 4,
                     *           "created_at": "2026-03-03T09:12:44Z",
                     *           "author": "jdoe",
                     *           "changes": [
                     *             "packages",
                     *             "users"
                     *           ],
                     *           "restored_from": 2
                     *         },
                     *         {
                     *           "version": 3,
                     *           "created_at": "2026-03-01T08:30:00Z",
                     *           "author": "asmith",
                     *           "changes": [
                     *             "packages",
                     *             "users"
                     *           ]
                     *         },
                     *         {
                     *           "version": 2,
                     *           "created_at": "2026-02-20T14:01:19Z",
                     *           "author": "jdoe",
                     *           "changes": [
                     *             "image_requests"
                     *           ]
                     *         },
                     *         {
                     *           "version": 1,
                     *           "created_at": "2025-11-07T10:22:05Z",
                     *           "changes": [
                     *             "created"
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["BlueprintVersionsResponse"];
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
    getBlueprintDiff: {
        parameters: {
            query?: {
                /**
                 * @description Version to start from, counted from 1. The one before `to` when left out.
                 * @example 2
                 */
                from?: number;
                /**
                 * @description Version to arrive at, counted from 1. The newest when left out. It may be older than `from`.
                 * @example 3
                 */
                to?: number;
            };
            header?: {
                /**
                 * @description Tags of responses the caller has, or `*`. When the response would be one of them it is 304, without a body.
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
            /** @description The operations that turn the version `from` into the version `to`. */
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
                     *         "op": "remove",
                     *         "path": "/customizations/hostname"
                     *       },
                     *       {
                     *         "op": "add",
                     *         "path": "/customizations/packages/1",
                     *         "value": "certbot"
                     *       },
                     *       {
                     *         "op": "replace",
                     *         "path": "/customizations/users/0/hasPassword",
                     *         "value": true
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["JsonPatchOperation"][];
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
    restoreBlueprint: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Tags of the blueprint as the caller knows it, or `*` for any. When none of them is the tag of the newest version, another request has changed the blueprint: nothing is done, and the response is 412. Only the version part of a tag is compared, and weak tags never match. Without the header the request is always executed.
                 * @example "3-9wQmVg0b2nq1pZ7sXyT4uKcJrLd"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
                /**
                 * @description Makes the request safe to repeat. It is a key of the caller's choice, for example for repetitions after a lost connection: 1 to 255 printable characters, bare or as a quoted string. A repetition gets the response of the first request, marked by `Idempotency-Replayed`, and nothing is done twice. The same key with another request is refused (422), and a repetition while the first request is still running has to wait (409). Keys belong to the organization and the operation, and are stored for at least 24 hours. A request that was refused without effect can be repeated with the same key.
                 * @example "7d1f2c9e-order-42"
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
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
        /** @description Which version to restore. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "version": 2
                 *     }
                 */
                "application/json": components["schemas"]["RestoreBlueprintRequest"];
            };
        };
        responses: {
            /** @description The new version was stored. */
            200: {
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
                     *       "id": "6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10",
                     *       "version": 4
                     *     }
                     */
                    "application/json": components["schemas"]["RestoredBlueprint"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["Conflict"];
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
    getAudit: {
        parameters: {
            query?: {
                /**
                 * @description Only entries of this time (RFC 3339) or later.
                 * @example 2026-03-01T00:00:00Z
                 */
                created_after?: string;
                /**
                 * @description Only entries from before this time (RFC 3339).
                 * @example 2026-03-02T00:00:00Z
                 */
                created_before?: string;
                /**
                 * @description Only requests for the operation with this `operationId`.
                 * @example deleteBlueprint
                 */
                operation?: string;
                /**
                 * @description Only requests of this user, by the name in the entries.
                 * @example jdoe
                 */
                user?: string;
                /**
                 * @description Only requests that were about this object, or made it.
                 * @example 6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10
                 */
                object_id?: string;
                /**
                 * @description Most entries to return.
                 * @example 10
                 */
                limit?: components["parameters"]["Limit"];
                /**
                 * @description Entries to skip. An offset behind the last entry gives an empty page.
                 * @example 20
                 */
                offset?: components["parameters"]["Offset"];
            };
            header?: {
                /**
                 * @description Tags of responses the caller has, or `*`. When the response would be one of them it is 304, without a body.
                 * @example "9wQmVg0b2nq1pZ7sXyT4uKcJrLd"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of the audit log. */
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
                     *         "first": "/api/image-builder/v1.0/audit?limit=100&offset=0",
                     *         "last": "/api/image-builder/v1.0/audit?limit=100&offset=0"
                     *       },
                     *       "data": [
                     *         {
                     *           "id": "0f5c3f52-6c0e-4d53-8d6b-3b0a0f6f2c11",
                     *           "created_at": "2026-03-01T08:31:07Z",
                     *           "operation": "composeBlueprint",
                     *           "object_type": "blueprint",
                     *           "object_id": "6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10",
                     *           "created_ids": [
                     *             "c2f4b6a8-0d1e-4f3a-8b5c-7d9e1f2a3b4c"
                     *           ],
                     *           "user": "jdoe",
                     *           "user_type": "User",
                     *           "status": 201,
                     *           "request_id": "qWkzLbTnYdRxPcE"
                     *         },
                     *         {
                     *           "id": "b7c2a6de-2a4f-4e47-9a55-6a2f4f1f7d02",
                     *           "created_at": "2026-03-01T08:30:12Z",
                     *           "operation": "deleteCompose",
                     *           "object_type": "compose",
                     *           "object_id": "d3051728-394a-4b5c-9d6e-7f8091a2b3c4",
                     *           "user": "service-account-2f1a",
                     *           "user_type": "ServiceAccount",
                     *           "status": 404,
                     *           "request_id": "HtRbQmWcZpLxVnK"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["AuditResponse"];
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
    validateBlueprint: {
        parameters: {
            query?: {
                /**
                 * @description Whether to resolve the packages. It takes some seconds for each image request.
                 * @example true
                 */
                depsolve?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The blueprint as it would be sent to `POST /blueprints`. Any JSON object is accepted; the response lists what is wrong with it. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["BlueprintCandidate"];
            };
        };
        responses: {
            /** @description The issues. */
            200: {
                headers: {
                    "X-Strc-Trace-Id": components["headers"]["TraceId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BlueprintValidation"];
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
    importBlueprint: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The blueprint, as `composer-cli blueprints save` writes it. */
        requestBody: {
            content: {
                /**
                 * @example name = "web-server"
                 *     description = "nginx with the company defaults"
                 *     version = "1.4.0"
                 *     distro = "centos-9"
                 *
                 *     [[packages]]
                 *     name = "nginx"
                 *     version = "*"
                 *
                 *     [[customizations.user]]
                 *     name = "admin"
                 *     key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample admin@example.com"
                 *     groups = ["wheel"]
                 *     home = "/srv/admin"
                 */
                "application/toml": string;
            };
        };
        responses: {
            /** @description The members of a hosted blueprint, and what they lack. */
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
                     *       "blueprint": {
                     *         "name": "web-server",
                     *         "description": "nginx with the company defaults",
                     *         "distribution": "centos-9",
                     *         "customizations": {
                     *           "packages": [
                     *             "nginx"
                     *           ],
                     *           "users": [
                     *             {
                     *               "name": "admin",
                     *               "ssh_key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample admin@example.com",
                     *               "groups": [
                     *                 "wheel"
                     *               ]
                     *             }
                     *           ]
                     *         },
                     *         "metadata": {
                     *           "parent_id": null,
                     *           "exported_at": "",
                     *           "is_on_prem": true
                     *         }
                     *       },
                     *       "without_equivalent": [
                     *         {
                     *           "pointer": "/version",
                     *           "detail": "the service numbers the versions of a blueprint itself"
                     *         },
                     *         {
                     *           "pointer": "/customizations/user/0/home",
                     *           "detail": "hosted users have only a name, groups, a password and an SSH key"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["BlueprintImport"];
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
    getBlueprintSchedule: {
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
            /** @description The schedule. */
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
                     *       "cron": "30 4 * * 1",
                     *       "timezone": "Europe/Prague",
                     *       "only_if_changed": true,
                     *       "enabled": true,
                     *       "image_types": [
                     *         "guest-image"
                     *       ],
                     *       "set_by": "jdoe",
                     *       "updated_at": "2026-03-01T08:30:00Z",
                     *       "next_run_at": "2026-03-30T02:30:00Z",
                     *       "last_run": {
                     *         "at": "2026-03-23T03:30:02Z",
                     *         "outcome": "built",
                     *         "compose_ids": [
                     *           "c2f4b6a8-0d1e-4f3a-8b5c-7d9e1f2a3b4c"
                     *         ]
                     *       },
                     *       "consecutive_failures": 0
                     *     }
                     */
                    "application/json": components["schemas"]["BlueprintSchedule"];
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
    setBlueprintSchedule: {
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
        /** @description When to build, and what. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["BlueprintScheduleRequest"];
            };
        };
        responses: {
            /** @description The schedule as it is now. */
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
                     *       "cron": "0 3 * * *",
                     *       "timezone": "UTC",
                     *       "only_if_changed": false,
                     *       "enabled": true,
                     *       "set_by": "jdoe",
                     *       "updated_at": "2026-03-01T08:30:00Z",
                     *       "next_run_at": "2026-03-02T03:00:00Z",
                     *       "consecutive_failures": 0
                     *     }
                     */
                    "application/json": components["schemas"]["BlueprintSchedule"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deleteBlueprintSchedule: {
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
            /** @description The schedule was deleted. */
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
                 * @description Id of the compose, as returned when it was started.
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
