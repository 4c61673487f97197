// Made from api/upstream/composer.yaml by `npm run generate`. Do not edit.
export interface paths {
    "/openapi": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Description of the API
         * @description Answers the OpenAPI document of the running service. An answer shows that the service can be reached and accepts the token, so the request also serves as a readiness check.
         */
        get: operations["getOpenapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/composes/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Status of a compose
         * @description Tells how far a compose and its images have come. Once an image is uploaded the answer says where it can be found, and once a build has failed it says why.
         */
        get: operations["getComposeStatus"];
        put?: never;
        post?: never;
        /**
         * Delete a compose
         * @description Removes a compose with the artifacts the service keeps of it. Images that were uploaded to a cloud stay there.
         */
        delete: operations["deleteCompose"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/composes/{id}/metadata": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Metadata of a compose
         * @description Lists the packages in the image, and for an OSTree image its commit. Before the build has ended there is little more than the request.
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
    "/composes/{id}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Logs of a compose
         * @description Answers the logs of every image build. Meant for finding out why a build failed.
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
    "/composes/{id}/manifests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Manifests of a compose
         * @description Answers the osbuild manifests, the complete build instructions, of every image.
         */
        get: operations["getComposeManifests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/composes/{id}/sboms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Software bills of materials of a compose
         * @description Answers one bill of materials for every pipeline of every image that installs packages.
         */
        get: operations["getComposeSBOMs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/composes/{id}/download": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download the image of a compose
         * @description Answers the image itself. Only images with upload target `local` are kept for download.
         */
        get: operations["getComposeDownload"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/composes/{id}/clone": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Copy the image of a compose
         * @description Copies an image that is already in a cloud, for instance to another region, and shares the copy. The copy is made in the background; `getCloneStatus` follows it.
         */
        post: operations["postCloneCompose"];
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
         * Status of a copy
         * @description Tells how far the copy of an image has come, and where it can be found once it is done.
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
         * Start a compose
         * @description Checks the request, resolves what has to be resolved before a build, and queues the build. The distribution, architecture and image type have to fit together, and the image type has to support the customizations asked for.
         */
        post: operations["postCompose"];
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
         * @description Answers the distributions and architectures the service can build, with the repositories it would use by itself.
         */
        get: operations["getDistributionList"];
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
         * Details of a distribution
         * @description Describes a distribution, its architectures and their image types: files produced, partitioning, and which blueprint options each image type supports. The query narrows the answer down.
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
    "/errors/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Meaning of an error
         * @description Describes one of the errors that the service can answer with.
         */
        get: operations["getError"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/errors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List errors
         * @description Lists the errors that the service can answer with, page by page.
         */
        get: operations["getErrorList"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/composes/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List composes
         * @description Lists the composes known to the service, each with its status.
         */
        get: operations["getComposeList"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/depsolve/blueprint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resolve the packages of a blueprint
         * @description Works out which packages a blueprint would install, dependencies included, without building anything.
         */
        post: operations["postDepsolveBlueprint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/search/packages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Search packages
         * @description Finds packages by name in the repositories of a distribution.
         */
        post: operations["postSearchPackages"];
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
        /** @description Members that every object of the API begins with. */
        ObjectReference: {
            /** @description Identifier of the object. */
            id: string;
            /** @description Kind of the object. */
            kind: string;
            /** @description Path of the object. */
            href: string;
        };
        /** @description One page of a list. What is in `items` is defined by the lists that build on this. */
        List: {
            /** @description Kind of the list. */
            kind: string;
            /** @description Number of this page, counted from 0. */
            page: number;
            /** @description Number of entries on this page. */
            size: number;
            /** @description Number of entries in the whole list. */
            total: number;
        };
        /** @description Why a request was refused. The inherited `id` is the number of the error, written as a string. */
        Error: components["schemas"]["ObjectReference"] & {
            /** @description Number of the error with the name of the service in front. */
            code: string;
            /** @description What went wrong, for people. */
            reason: string;
            /** @description Identifier of the failed request in the logs of the service. */
            operation_id: string;
            /** @description More about this occurrence; a string, an object or nothing. */
            details?: unknown;
        };
        /** @description One page of errors. */
        ErrorList: components["schemas"]["List"] & {
            /** @description The errors of this page. */
            items: components["schemas"]["Error"][];
        };
        /** @description Repositories by name of the distribution and, below that, by architecture. */
        DistributionList: {
            [key: string]: {
                [key: string]: components["schemas"]["BlueprintRepository"][];
            };
        };
        /** @description A distribution that images can be built of. */
        DistributionDetails: components["schemas"]["ObjectReference"] & {
            /** @description Name of the distribution, such as `rhel-9.8`. */
            name: string;
            /** @description Name the release is known by, if it has one. */
            codename?: string;
            /** @description Value of `$releasever` in repository addresses, such as `9`. */
            releasever?: string;
            /** @description Version of the operating system, such as `9.8`. */
            os_version?: string;
            /** @description Platform that module streams are built for, such as `platform:el9`. */
            module_platform_id?: string;
            /** @description Name of the product. */
            product?: string;
            /** @description Template of the OSTree ref used unless the request names one. */
            ostree_ref?: string;
            /** @description Architectures by name. */
            architectures?: {
                [key: string]: components["schemas"]["ArchitectureInfo"];
            };
        };
        /** @description An architecture of a distribution. */
        ArchitectureInfo: {
            /** @description Name of the architecture, such as `x86_64`. */
            name: string;
            /** @description Image types by name. */
            image_types?: {
                [key: string]: components["schemas"]["ImageTypeInfo"];
            };
        };
        /** @description What is known about an image type of one distribution and architecture. */
        ImageTypeInfo: {
            /** @description Name of the image type. */
            name: string;
            /** @description Other names of the image type. */
            aliases?: string[];
            /** @description Name of the file that is produced. */
            filename?: string;
            /** @description Media type of that file. */
            mime_type?: string;
            /** @description OSTree ref used unless the request names one. */
            ostree_ref?: string;
            /** @description Volume label, for image types that are ISO images. */
            iso_label?: string | null;
            /**
             * Format: uint64
             * @description Size of the image in bytes unless the request names one.
             */
            default_size?: number;
            /**
             * @description Kind of partition table.
             * @enum {string}
             */
            partition_type?: "gpt" | "dos";
            base_partition_table?: components["schemas"]["Disk"];
            /**
             * @description How the image can be booted; `hybrid` means both ways, `none` not at all.
             * @enum {string}
             */
            boot_mode?: "legacy" | "uefi" | "hybrid" | "none";
            /** @description Package sets that hold the packages of the request, as opposed to those of the build environment. */
            payload_package_sets?: string[];
            /** @description Pipelines whose result is the image. */
            exports?: string[];
            /** @description Blueprint options that have to be given, as dotted paths. */
            required_blueprint_options?: string[];
            /** @description Blueprint options that may be given, as dotted paths. */
            supported_blueprint_options?: string[];
        };
        /** @description Status of a compose and of its images. */
        ComposeStatus: components["schemas"]["ObjectReference"] & {
            status: components["schemas"]["ComposeStatusValue"];
            image_status: components["schemas"]["ImageStatus"];
            /** @description Status of every image, in the order of the request. Given when several images were requested. */
            image_statuses?: components["schemas"]["ImageStatus"][];
            koji_status?: components["schemas"]["KojiStatus"];
        };
        /**
         * @description Overall status of a compose. It is `pending` until all images are done, and `failure` if one of them failed.
         * @enum {string}
         */
        ComposeStatusValue: "success" | "failure" | "pending";
        /** @description Confirms which compose was deleted. */
        ComposeDeleteStatus: components["schemas"]["ObjectReference"];
        /** @description Logs of a compose. */
        ComposeLogs: components["schemas"]["ObjectReference"] & {
            /** @description Result of every image build with its logs, as the worker reported it. */
            image_builds: Record<string, never>[];
            koji?: components["schemas"]["KojiLogs"];
        };
        /** @description Logs of the steps that hand a compose over to Koji. */
        KojiLogs: {
            /** @description Result of announcing the build. */
            init: unknown;
            /** @description Result of importing the finished build. */
            import: unknown;
        };
        /** @description Build instructions of a compose. */
        ComposeManifests: components["schemas"]["ObjectReference"] & {
            /** @description One osbuild manifest for every image. */
            manifests: Record<string, never>[];
        };
        /** @description Software bill of materials of one pipeline. */
        ImageSBOM: {
            /** @description The document itself, in the format named by `sbom_type`. */
            sbom: Record<string, never>;
            /**
             * @description Format of the document.
             * @enum {string}
             */
            sbom_type: "spdx";
            /** @description Name of the pipeline. */
            pipeline_name: string;
            /**
             * @description Whether the packages went into the image or only into the environment it was built in.
             * @enum {string}
             */
            pipeline_purpose: "buildroot" | "image";
        };
        /** @description Software bills of materials of a compose. */
        ComposeSBOMs: components["schemas"]["ObjectReference"] & {
            /** @description One list for every image, in the order of the request. */
            items: components["schemas"]["ImageSBOM"][][];
        };
        /** @description Status of one image, from building it to handing it over to its targets. */
        ImageStatus: {
            status: components["schemas"]["ImageStatusValue"];
            progress?: components["schemas"]["Progress"];
            upload_status?: components["schemas"]["UploadStatus"];
            /** @description Status of every upload. Given when the image has several targets. */
            upload_statuses?: components["schemas"]["UploadStatus"][];
            error?: components["schemas"]["ComposeStatusError"];
        };
        /** @description Why the build of an image failed. */
        ComposeStatusError: {
            /** @description Number of the error in the numbering of the workers, which is not that of `Error`. */
            id: number;
            /** @description What went wrong, for people. */
            reason: string;
            /** @description More about the failure. Where an earlier step or a target is to blame, their errors in the same form. */
            details?: unknown;
        };
        /**
         * @description What is being done with an image. It is built, uploaded and registered as something the target can start; `success` and `failure` are final.
         * @enum {string}
         */
        ImageStatusValue: "success" | "failure" | "pending" | "building" | "uploading" | "registering";
        /** @description How far a build has come, in steps, with the progress inside the current step where it is known. */
        Progress: components["schemas"]["SubProgress"] & {
            subprogress?: components["schemas"]["SubProgress"];
        };
        /** @description A number of steps and how many of them are done. */
        SubProgress: {
            /** @description Steps done. */
            done: number;
            /** @description Steps in all. */
            total: number;
        };
        /** @description Status of an upload, and where the result can be found. */
        UploadStatus: {
            status: components["schemas"]["UploadStatusValue"];
            type: components["schemas"]["UploadTypes"];
            /** @description Where the result can be found. The members depend on `type`. */
            options: components["schemas"]["AWSEC2UploadStatus"] | components["schemas"]["AWSS3UploadStatus"] | components["schemas"]["GCPUploadStatus"] | components["schemas"]["AzureUploadStatus"] | components["schemas"]["ContainerUploadStatus"] | components["schemas"]["OCIUploadStatus"] | components["schemas"]["PulpOSTreeUploadStatus"] | components["schemas"]["LocalUploadStatus"];
        };
        /**
         * @description Whether an upload is waiting, under way or done.
         * @enum {string}
         */
        UploadStatusValue: "success" | "failure" | "pending" | "running";
        /**
         * @description Kind of upload target. `local` keeps the image for download from the service itself.
         * @enum {string}
         */
        UploadTypes: "aws" | "aws.s3" | "gcp" | "azure" | "container" | "oci.objectstorage" | "local";
        /** @description An image registered with Amazon EC2. */
        AWSEC2UploadStatus: {
            /** @description Identifier of the machine image. */
            ami: string;
            /** @description Region the machine image is in. */
            region: string;
        };
        /** @description An image stored in Amazon S3. */
        AWSS3UploadStatus: {
            /** @description Address to download the image from. It may be valid for some time only. */
            url: string;
        };
        /** @description An image imported into Google Compute Engine. */
        GCPUploadStatus: {
            /** @description Project the image belongs to. */
            project_id: string;
            /** @description Name of the image. */
            image_name: string;
        };
        /** @description An image registered with Microsoft Azure. */
        AzureUploadStatus: {
            /** @description Name of the image. */
            image_name: string;
        };
        /** @description Where a compose ended up in Koji. */
        KojiStatus: {
            /** @description Number of the build in Koji. */
            build_id?: number;
        };
        /** @description A container image pushed to a registry. */
        ContainerUploadStatus: {
            /** @description Full name of the image, registry and tag included. */
            url: string;
            /** @description Digest of the manifest. */
            digest: string;
        };
        /** @description An image stored in Oracle object storage. */
        OCIUploadStatus: {
            /** @description Address to download or import the image from. It is valid for some time only. */
            url: string;
        };
        /** @description An OSTree commit imported into Pulp. */
        PulpOSTreeUploadStatus: {
            /** @description Address of the OSTree repository. */
            repo_url: string;
        };
        /** @description An image kept by the service. */
        LocalUploadStatus: {
            /** @description Path of the image file on the host of the service. */
            artifact_path: string;
        };
        /** @description What is known about the content of an image. */
        ComposeMetadata: components["schemas"]["ObjectReference"] & {
            /** @description Packages installed in the image. */
            packages?: components["schemas"]["PackageMetadata"][];
            /** @description Checksum of the OSTree commit, for images that have one. */
            ostree_commit?: string;
            request?: components["schemas"]["ComposeRequest"];
        };
        /** @description Identity of a package. */
        PackageMetadataCommon: {
            /** @description Kind of package; always `rpm`. */
            type: string;
            /** @description Name of the package. */
            name: string;
            /** @description Version of the package. */
            version: string;
            /** @description Release of the package. */
            release: string;
            /** @description Epoch of the package. Absent means 0. */
            epoch?: string;
            /** @description Architecture the package is built for. */
            arch: string;
            /** @description Signature of the package header. */
            signature?: string;
            /** @description Checksum of the package file, with the algorithm in front. */
            checksum?: string;
        };
        /** @description Identity of an installed package. */
        PackageMetadata: components["schemas"]["PackageMetadataCommon"] & {
            /** @description MD5 sum over header and payload, as recorded in the package. */
            sigmd5: string;
        };
        /** @description What to build. The operating system is given by either `distribution` or `bootc`, the images by either `image_request` or `image_requests`, and changes to them by either `customizations` or `blueprint`. */
        ComposeRequest: {
            /** @description Name of the distribution, such as `rhel-9.8`. */
            distribution?: string;
            bootc?: components["schemas"]["Bootc"];
            image_request?: components["schemas"]["ImageRequest"];
            /** @description The images to build, when there are several. */
            image_requests?: components["schemas"]["ImageRequest"][];
            customizations?: components["schemas"]["Customizations"];
            koji?: components["schemas"]["Koji"];
            blueprint?: components["schemas"]["Blueprint"];
            /**
             * Format: uuid
             * @description Identifier the caller gave to the blueprint the request was made from. It is recorded and has no other effect.
             */
            blueprint_id?: string;
        };
        /** @description An operating system that comes as a bootable container. */
        Bootc: {
            /** @description The container to build the image from. */
            reference: string;
            /** @description The container to use as build environment. The default is `reference` itself. */
            build_reference?: string;
            /** @description The container that an installer installs, when it differs from the one the installer runs. */
            iso_payload_reference?: string;
        };
        /** @description One image: what kind, for which architecture, from which repositories, and where it goes. */
        ImageRequest: {
            /** @description Architecture by its RPM name, such as `x86_64`. */
            architecture: string;
            image_type: components["schemas"]["ImageTypes"];
            /** @description Repositories the operating system is installed from. Empty for bootable containers. */
            repositories: components["schemas"]["Repository"][];
            ostree?: components["schemas"]["OSTree"];
            /** @description Targets to upload the image to, when the usual one of the image type is not what is wanted. */
            upload_targets?: components["schemas"]["UploadTarget"][];
            upload_options?: components["schemas"]["UploadOptions"];
            /**
             * @description Size of the image in bytes. 0 stands for the default of the image type.
             * @default 0
             */
            size?: number;
        };
        /**
         * @description Kind of image, which decides about format, partitioning, base packages and possible upload targets.
         * @enum {string}
         */
        ImageTypes: "aws" | "aws-cvm" | "aws-ha-rhui" | "aws-rhui" | "aws-sap-rhui" | "azure" | "azure-cvm" | "azure-eap7-rhui" | "azure-rhui" | "azure-sapapps-rhui" | "azure-sap-rhui" | "bootable-container-iso" | "edge-commit" | "edge-container" | "edge-installer" | "gcp" | "gcp-rhui" | "guest-image" | "image-installer" | "iot-bootable-container" | "iot-commit" | "iot-container" | "iot-installer" | "iot-raw-image" | "iot-simplified-installer" | "live-installer" | "minimal-raw" | "network-installer" | "everything-network-installer" | "server-network-installer" | "oci" | "pxe-tar-xz" | "vsphere" | "vsphere-ova" | "wsl";
        /** @description A package repository used during a build. One of `baseurl`, `mirrorlist` and `metalink` says where it is. */
        Repository: {
            /**
             * @description Whether the content needs the entitlement of the build host, as content from the Red Hat CDN does.
             * @default false
             */
            rhsm?: boolean;
            /**
             * Format: uri
             * @description Address of the repository.
             */
            baseurl?: string;
            /**
             * Format: uri
             * @description Address of a list of mirrors, as plain text.
             */
            mirrorlist?: string;
            /**
             * Format: uri
             * @description Address of a metalink document.
             */
            metalink?: string;
            /** @description Public key the packages are signed with, ASCII-armored, or the address of one. */
            gpgkey?: string;
            /** @description Whether the signatures of packages are checked. This needs `gpgkey`. */
            check_gpg?: boolean;
            /**
             * @description Whether the signature of the repository metadata is checked.
             * @default false
             */
            check_repo_gpg?: boolean;
            /** @description Whether the certificate of the server goes unchecked. */
            ignore_ssl?: boolean;
            /**
             * @description Whether packages are available even where a module stream would hide them.
             * @default false
             */
            module_hotfixes?: boolean;
            /** @description Package sets the repository is used for. The default is all of them. */
            package_sets?: string[];
        };
        /** @description A repository that is configured in the image, for the running system to install from. The build does not use it. */
        CustomRepository: {
            /** @description Identifier in the repository file. */
            id: string;
            /** @description Readable name. The default is the identifier. */
            name?: string;
            /** @description Name of the file below `/etc/yum.repos.d`. The default is derived from the identifier. */
            filename?: string;
            /** @description Addresses of the repository. */
            baseurl?: string[];
            /**
             * Format: uri
             * @description Address of a list of mirrors, as plain text.
             */
            mirrorlist?: string;
            /**
             * Format: uri
             * @description Address of a metalink document.
             */
            metalink?: string;
            /** @description Whether the repository is in use. */
            enabled?: boolean;
            /** @description Public keys the packages are signed with, ASCII-armored, or addresses of such. */
            gpgkey?: string[];
            /** @description Whether the signatures of packages are checked. */
            check_gpg?: boolean;
            /** @description Whether the signature of the repository metadata is checked. */
            check_repo_gpg?: boolean;
            /** @description Whether the certificate of the server is checked. */
            ssl_verify?: boolean;
            /** @description Preference over other repositories; lower numbers come first. */
            priority?: number;
            /** @description Whether packages are available even where a module stream would hide them. */
            module_hotfixes?: boolean;
        };
        /** @description A repository in the notation of blueprints. */
        BlueprintRepository: {
            /** @description Identifier in the repository file. */
            id: string;
            /** @description Addresses of the repository. */
            baseurls?: string[];
            /** @description Public keys the packages are signed with, ASCII-armored, or addresses of such. */
            gpgkeys?: string[];
            /**
             * Format: uri
             * @description Address of a metalink document.
             */
            metalink?: string;
            /**
             * Format: uri
             * @description Address of a list of mirrors, as plain text.
             */
            mirrorlist?: string;
            /** @description Readable name. */
            name?: string;
            /** @description Preference over other repositories; lower numbers come first. */
            priority?: number;
            /** @description Whether the repository is in use. */
            enabled?: boolean;
            /** @description Whether the signatures of packages are checked. */
            gpgcheck?: boolean;
            /** @description Whether the signature of the repository metadata is checked. */
            repo_gpgcheck?: boolean;
            /** @description Whether the certificate of the server is checked. */
            sslverify?: boolean;
            /** @description Name of the file below `/etc/yum.repos.d`. */
            filename?: string;
            /** @description Whether packages are available even where a module stream would hide them. */
            module_hotfixes?: boolean;
        };
        /** @description Security profile that the image is made to comply with while it is built. */
        OpenSCAP: {
            /**
             * Format: uuid
             * @description Compliance policy the profile comes from. Systems made from the image report against it.
             */
            policy_id?: string;
            /** @description OpenSCAP identifier of the profile. */
            profile_id: string;
            tailoring?: components["schemas"]["OpenSCAPTailoring"];
            json_tailoring?: components["schemas"]["OpenSCAPJSONTailoring"];
        };
        /** @description Security profile in the notation of blueprints, where the data stream can be chosen. */
        BlueprintOpenSCAP: {
            /**
             * Format: uuid
             * @description Compliance policy the profile comes from.
             */
            policy_id?: string;
            /** @description OpenSCAP identifier of the profile. */
            profile_id: string;
            /** @description Path of the data stream that defines the profile. The default is the one of the distribution. */
            datastream?: string;
            tailoring?: components["schemas"]["OpenSCAPTailoring"];
            json_tailoring?: components["schemas"]["OpenSCAPJSONTailoring"];
        };
        /** @description Changes to a profile, rule by rule. */
        OpenSCAPTailoring: {
            /** @description Rules to add to the profile. */
            selected?: string[];
            /** @description Rules to take out of the profile. */
            unselected?: string[];
        };
        /** @description Changes to a profile, kept in a JSON tailoring file inside the image. */
        OpenSCAPJSONTailoring: {
            /** @description OpenSCAP identifier of the tailored profile. */
            profile_id: string;
            /** @description Absolute path of the tailoring file in the image. The request has to put the file there. */
            filepath: string;
        };
        /** @description Behaviour of an installer image. */
        Installer: {
            /** @description Whether the installation runs without asking anything. */
            unattended?: boolean;
            /** @description Users, and groups with a leading `%`, that may use sudo without a password on the installed system. */
            "sudo-nopasswd"?: string[];
        };
        /** @description Public keys to import into the RPM database. */
        ImportKeys: {
            /** @description Absolute paths of the key files in the image. */
            files?: string[];
        };
        /** @description Settings of the RPM database in the image. */
        RPMCustomization: {
            import_keys?: components["schemas"]["ImportKeys"];
        };
        /** @description Settings of a DNF plugin. */
        DNFPluginConfig: {
            /** @description Whether the plugin is active. */
            enabled?: boolean;
        };
        /** @description Settings of the DNF plugins that come with subscription-manager. */
        SubManDNFPluginsConfig: {
            product_id?: components["schemas"]["DNFPluginConfig"];
            subscription_manager?: components["schemas"]["DNFPluginConfig"];
        };
        /** @description The `rhsm` section of the subscription-manager configuration. */
        SubManRHSMConfig: {
            /** @description Whether subscription-manager writes `redhat.repo`. */
            manage_repos?: boolean;
            /** @description Whether subscription-manager switches its DNF plugins on by itself. */
            auto_enable_yum_plugins?: boolean;
        };
        /** @description The `rhsmcertd` section of the subscription-manager configuration. */
        SubManRHSMCertdConfig: {
            /** @description Whether a system in a cloud registers by itself. */
            auto_registration?: boolean;
        };
        /** @description Configuration file of subscription-manager. */
        SubManConfig: {
            rhsm?: components["schemas"]["SubManRHSMConfig"];
            rhsmcertd?: components["schemas"]["SubManRHSMCertdConfig"];
        };
        /** @description Settings of subscription-manager and its DNF plugins. */
        RHSMConfig: {
            dnf_plugins?: components["schemas"]["SubManDNFPluginsConfig"];
            subscription_manager?: components["schemas"]["SubManConfig"];
        };
        /** @description Settings of subscription management in the image. */
        RHSMCustomization: {
            config?: components["schemas"]["RHSMConfig"];
        };
        /** @description Certificate authorities the image trusts in addition. */
        CACertsCustomization: {
            /** @description Certificates in PEM form. */
            pem_certs: string[];
        };
        /** @description A target to upload an image to, with the options for it. */
        UploadTarget: {
            type: components["schemas"]["UploadTypes"];
            upload_options: components["schemas"]["UploadOptions"];
        };
        /** @description Options of an upload. Which members are possible depends on the target, which is the usual one of the image type or that of the upload target the options belong to. */
        UploadOptions: components["schemas"]["AWSEC2UploadOptions"] | components["schemas"]["AWSS3UploadOptions"] | components["schemas"]["GCPUploadOptions"] | components["schemas"]["AzureUploadOptions"] | components["schemas"]["ContainerUploadOptions"] | components["schemas"]["LocalUploadOptions"] | components["schemas"]["OCIUploadOptions"] | components["schemas"]["PulpOSTreeUploadOptions"];
        /** @description Options for keeping the image on the service. There are none. */
        LocalUploadOptions: Record<string, never>;
        /** @description Options for registering an image with Amazon EC2. */
        AWSEC2UploadOptions: {
            /** @description Region the machine image goes to. */
            region: string;
            /** @description Name of the machine image and its snapshot. The default is made up from the compose. */
            snapshot_name?: string;
            /** @description Account numbers that may use the machine image. */
            share_with_accounts: string[];
        };
        /** @description Options for storing an image in Amazon S3. */
        AWSS3UploadOptions: {
            /** @description Region of the bucket. */
            region: string;
            /**
             * @description Whether everybody can read the object, instead of only those who have the signed address.
             * @default false
             */
            public?: boolean;
        };
        /** @description Options for storing an image in Oracle object storage. There are none. */
        OCIUploadOptions: Record<string, never>;
        /** @description Options for importing an image into Google Compute Engine. */
        GCPUploadOptions: {
            /** @description Region, or larger location, the image is stored in. */
            region: string;
            /** @description Bucket the image passes through. The default is that of the service. */
            bucket?: string;
            /** @description Name of the image. The default is made up by the service. */
            image_name?: string;
            /** @description Principals that may use the image, with their kind in front, such as `user:jane@example.com`. */
            share_with_accounts?: string[];
        };
        /** @description Options for registering an image with Microsoft Azure. */
        AzureUploadOptions: {
            /** @description Directory (tenant) the subscription belongs to. */
            tenant_id: string;
            /** @description Subscription the image is uploaded into. */
            subscription_id: string;
            /** @description Resource group the image is created in. */
            resource_group: string;
            /** @description Region of the image. The default is that of the resource group. */
            location?: string;
            /** @description Name of the image. The default is made up by the service. */
            image_name?: string;
            /**
             * @description Generation of the virtual machines that the image can start; `V2` boots by UEFI.
             * @default V1
             * @enum {string}
             */
            hyper_v_generation?: "V1" | "V2";
        };
        /** @description Options for pushing a container image to a registry. */
        ContainerUploadOptions: {
            /** @description Name of the image. The default is made up by the service. */
            name?: string;
            /** @description Tag of the image. The default is made up by the service. */
            tag?: string;
        };
        /** @description Options for importing an OSTree commit into Pulp. */
        PulpOSTreeUploadOptions: {
            /** @description Path below which the repository is served. */
            basepath: string;
            /** @description Name of the repository. It is created if there is none. */
            repository?: string;
            /**
             * Format: uri
             * @description Address of the Pulp server. The default is that of the service.
             */
            server_address?: string;
        };
        /** @description Description of an image in the notation of on-premise blueprints. */
        Blueprint: {
            /** @description Name of the blueprint. */
            name: string;
            /** @description Free text about the blueprint. */
            description?: string;
            /** @description Semantic version of the blueprint. */
            version?: string;
            /** @description Distribution the blueprint is for. */
            distro?: string;
            /** @description Packages to install. */
            packages?: components["schemas"]["Package"][];
            /** @description Further packages to install; treated like `packages`. */
            modules?: components["schemas"]["Package"][];
            /** @description Module streams to enable. */
            enabled_modules?: components["schemas"]["Module"][];
            /** @description Package groups to install. */
            groups?: components["schemas"]["PackageGroup"][];
            /** @description Container images to embed. */
            containers?: components["schemas"]["Container"][];
            customizations?: components["schemas"]["BlueprintCustomizations"];
        };
        /** @description Changes to the image in the notation of on-premise blueprints. */
        BlueprintCustomizations: {
            /** @description Host name of the system. */
            hostname?: string;
            kernel?: components["schemas"]["Kernel"];
            /** @description Public SSH keys for users that exist already. */
            sshkey?: components["schemas"]["SSHKey"][];
            /** @description Users to create or change. */
            user?: components["schemas"]["BlueprintUser"][];
            /** @description Groups to create. */
            group?: components["schemas"]["Group"][];
            timezone?: components["schemas"]["Timezone"];
            locale?: components["schemas"]["Locale"];
            firewall?: components["schemas"]["BlueprintFirewall"];
            services?: components["schemas"]["Services"];
            /** @description Mount points with their minimum size. Not together with `disk`. */
            filesystem?: components["schemas"]["BlueprintFilesystem"][];
            disk?: components["schemas"]["Disk"];
            dnf?: components["schemas"]["DNF"];
            /** @description Device that an installer image installs to, such as `/dev/sda`. */
            installation_device?: string;
            /**
             * @description How the file systems are laid out; `auto-lvm` uses LVM only when mount points are added.
             * @default auto-lvm
             * @enum {string}
             */
            partitioning_mode?: "raw" | "lvm" | "auto-lvm";
            fdo?: components["schemas"]["FDO"];
            openscap?: components["schemas"]["BlueprintOpenSCAP"];
            ignition?: components["schemas"]["Ignition"];
            /** @description Directories to create. */
            directories?: components["schemas"]["Directory"][];
            /** @description Files to create. */
            files?: components["schemas"]["BlueprintFile"][];
            /** @description Repositories to configure in the image. */
            repositories?: components["schemas"]["BlueprintRepository"][];
            /** @description Whether the system runs in FIPS mode. */
            fips?: boolean;
            installer?: components["schemas"]["Installer"];
            rpm?: components["schemas"]["RPMCustomization"];
            rhsm?: components["schemas"]["RHSMCustomization"];
            cacerts?: components["schemas"]["CACertsCustomization"];
        };
        /** @description A public SSH key for a user that exists already. */
        SSHKey: {
            /** @description Name of the user. */
            user: string;
            /** @description The public key, as one line. */
            key: string;
        };
        /** @description A package to install. */
        Package: {
            /** @description Name of the package; `*` and `?` are wildcards. */
            name: string;
            /** @description Version of the package; `*` accepts any. */
            version?: string;
        };
        /** @description A package group to install. */
        PackageGroup: {
            /** @description Identifier of the group, without leading `@`. */
            name: string;
        };
        /** @description A module stream to enable. */
        Module: {
            /** @description Name of the module. */
            name: string;
            /** @description Name of the stream. */
            stream: string;
        };
        /** @description Changes to the image. An image type that does not support one of them refuses the request. */
        Customizations: {
            /** @description Container images to embed. */
            containers?: components["schemas"]["Container"][];
            /** @description Directories to create. */
            directories?: components["schemas"]["Directory"][];
            /** @description Files to create. */
            files?: components["schemas"]["File"][];
            subscription?: components["schemas"]["Subscription"];
            /** @description Packages to install in addition, and groups with a leading `@`. */
            packages?: string[];
            /** @description Module streams to enable. */
            enabled_modules?: components["schemas"]["Module"][];
            /** @description Users to create. */
            users?: components["schemas"]["User"][];
            /** @description Repositories for the additional packages. They are used during the build only. */
            payload_repositories?: components["schemas"]["Repository"][];
            /** @description Repositories to configure in the image. */
            custom_repositories?: components["schemas"]["CustomRepository"][];
            openscap?: components["schemas"]["OpenSCAP"];
            /** @description Mount points with their minimum size. Not together with `disk`. */
            filesystem?: components["schemas"]["Filesystem"][];
            services?: components["schemas"]["Services"];
            /** @description Host name of the system. */
            hostname?: string;
            kernel?: components["schemas"]["Kernel"];
            /** @description Groups to create. */
            groups?: components["schemas"]["Group"][];
            timezone?: components["schemas"]["Timezone"];
            locale?: components["schemas"]["Locale"];
            firewall?: components["schemas"]["FirewallCustomization"];
            /** @description Device that an installer image installs to, such as `/dev/sda`. */
            installation_device?: string;
            fdo?: components["schemas"]["FDO"];
            ignition?: components["schemas"]["Ignition"];
            /**
             * @description How the file systems are laid out; `auto-lvm` uses LVM only when mount points are added.
             * @default auto-lvm
             * @enum {string}
             */
            partitioning_mode?: "raw" | "lvm" | "auto-lvm";
            fips?: components["schemas"]["FIPS"];
            installer?: components["schemas"]["Installer"];
            rpm?: components["schemas"]["RPMCustomization"];
            rhsm?: components["schemas"]["RHSMCustomization"];
            cacerts?: components["schemas"]["CACertsCustomization"];
            disk?: components["schemas"]["Disk"];
            dnf?: components["schemas"]["DNF"];
        };
        /** @description A container image to embed. */
        Container: {
            /** @description Reference of the container image in its registry. */
            source: string;
            /** @description Name of the container image inside the image. The default is the reference. */
            name?: string;
            /** @description Whether the certificate of the registry is checked. */
            tls_verify?: boolean;
        };
        /** @description Settings of the firewall. */
        FirewallCustomization: {
            /** @description Ports to open, such as `8080:tcp` or `5000-5010:udp`. */
            ports?: string[];
            services?: components["schemas"]["FirewallServices"];
        };
        /** @description Settings of the firewall in the notation of blueprints, zones included. */
        BlueprintFirewall: {
            /** @description Ports to open, such as `8080:tcp` or `5000-5010:udp`. */
            ports?: string[];
            services?: components["schemas"]["FirewallServices"];
            /** @description Zones and what belongs to them. */
            zones?: components["schemas"]["FirewallZones"][];
        };
        /** @description Services by the names firewalld knows them by. */
        FirewallServices: {
            /** @description Services to let in. */
            enabled?: string[];
            /** @description Services to keep out. */
            disabled?: string[];
        };
        /** @description A zone of the firewall. */
        FirewallZones: {
            /** @description Name of the zone. */
            name?: string;
            /** @description Addresses and networks that belong to the zone. */
            sources?: string[];
        };
        /** @description A directory to create. */
        Directory: {
            /** @description Absolute path. */
            path: string;
            /** @description Permissions as octal digits, such as `0755`. */
            mode?: string;
            /** @description Owner of the directory: a user name known in the image, or a numeric id. The default is root. */
            user?: string | number;
            /** @description Group of the directory: a group name known in the image, or a numeric id. The default is root. */
            group?: string | number;
            /**
             * @description Whether missing parent directories are created too.
             * @default false
             */
            ensure_parents?: boolean;
        };
        /** @description A file to create. */
        File: {
            /** @description Absolute path. */
            path: string;
            /** @description Permissions as octal digits, such as `0644`. */
            mode?: string;
            /** @description Owner of the file: a user name known in the image, or a numeric id. The default is root. */
            user?: string | number;
            /** @description Group of the file: a group name known in the image, or a numeric id. The default is root. */
            group?: string | number;
            /** @description Content of the file, as text. */
            data?: string;
            /**
             * @description Whether missing parent directories are created too.
             * @default false
             */
            ensure_parents?: boolean;
        };
        /** @description A file to create, in the notation of blueprints. */
        BlueprintFile: {
            /** @description Absolute path. */
            path: string;
            /** @description Permissions as octal digits, such as `0644`. */
            mode?: string;
            /** @description Owner of the file: a user name known in the image, or a numeric id. The default is root. */
            user?: string | number;
            /** @description Group of the file: a group name known in the image, or a numeric id. The default is root. */
            group?: string | number;
            /** @description Content of the file, as text. */
            data?: string;
        };
        /** @description A mount point that gets a file system of its own. */
        Filesystem: {
            /** @description Absolute path of the mount point. */
            mountpoint: string;
            /** @description Minimum size in bytes. */
            min_size: number;
        };
        /** @description A mount point that gets a file system of its own, in the notation of blueprints. */
        BlueprintFilesystem: {
            /** @description Absolute path of the mount point. */
            mountpoint: string;
            minsize: components["schemas"]["minsize"];
        };
        /** @description Where an OSTree image gets its commit from, or what its commit builds on. */
        OSTree: {
            /** @description Address of the repository. */
            url?: string;
            /** @description Address the content is fetched from, while `url` then serves the metadata only. */
            contenturl?: string;
            /** @description Ref to install, or to commit to. */
            ref?: string;
            /** @description Ref of the commit that a new commit builds on. */
            parent?: string;
            /**
             * @description Whether the repository needs the entitlement of the build host.
             * @default false
             */
            rhsm?: boolean;
        };
        /** @description How a system made from the image registers when it starts for the first time. */
        Subscription: {
            /** @description Number of the organization, as text. */
            organization: string;
            /**
             * Format: password
             * @description Name of the activation key.
             */
            activation_key: string;
            /**
             * Format: uri
             * @description Host of the subscription service.
             */
            server_url: string;
            /**
             * Format: uri
             * @description Base address of the package content.
             */
            base_url: string;
            /** @description Whether the system is connected to Insights. */
            insights: boolean;
            /**
             * @description Whether the system is registered with rhc, which also connects it to Insights and enables remote management.
             * @default false
             */
            rhc?: boolean;
            /**
             * Format: uri
             * @description Proxy that the Insights client uses. Empty means none.
             */
            insights_client_proxy?: string;
            /** @description Identifier of a content template that the system is assigned to, by way of `patch_url`. */
            template_uuid?: string;
            /** @description Name of a content template that the system is assigned to on registration. Needs a recent rhc. */
            template_name?: string;
            /** @description Address of the service that does the assignment. */
            patch_url?: string;
            /** @description Labels of repositories to enable after registration. */
            content_sets?: string[];
        };
        /** @description A user to create. */
        User: {
            /** @description Login name. */
            name: string;
            /** @description Further groups of the user. */
            groups?: string[];
            /** @description Public SSH key, as one line. */
            key?: string;
            /**
             * Format: password
             * @description Password, in clear or hashed. Text beginning with `$6$`, `$5$` or `$2b$` is taken as a hash.
             */
            password?: string;
        };
        /** @description A user to create or change, in the notation of blueprints. */
        BlueprintUser: {
            /** @description Login name. */
            name: string;
            /** @description Full name or other remark. */
            description?: string;
            /** @description Password, in clear or hashed. Text beginning with `$6$`, `$5$` or `$2b$` is taken as a hash. */
            password?: string;
            /** @description Public SSH key, as one line. */
            key?: string;
            /** @description Home directory. */
            home?: string;
            /** @description Login shell. */
            shell?: string;
            /** @description Further groups of the user. */
            groups?: string[];
            /** @description Numeric id of the user. */
            uid?: number;
            /** @description Numeric id of the primary group. */
            gid?: number;
        };
        /** @description Choice of kernel and its arguments. */
        Kernel: {
            /** @description Package name of the kernel, such as `kernel-rt`. */
            name?: string;
            /** @description Arguments to append to the kernel command line, separated by blanks. */
            append?: string;
        };
        /** @description State of systemd units. */
        Services: {
            /** @description Units that start at boot. */
            enabled?: string[];
            /** @description Units that do not start at boot. */
            disabled?: string[];
            /** @description Units that cannot be started at all. */
            masked?: string[];
        };
        /** @description Time zone and time servers. */
        Timezone: {
            /** @description Name of the time zone, such as `Europe/Berlin`. */
            timezone?: string;
            /** @description Time servers to synchronize with. */
            ntpservers?: string[];
        };
        /** @description Language and keyboard. */
        Locale: {
            /** @description Locales to install, such as `en_US.UTF-8`. The first one is the default. */
            languages?: string[];
            /** @description Keyboard layout, such as `us`. */
            keyboard?: string;
        };
        /** @description FIDO device onboarding, for images installed by the simplified installer. One of the `diun_pub_key` members says how the server is trusted. */
        FDO: {
            /** @description Address of the manufacturing server. */
            manufacturing_server_url?: string;
            /** @description Set to `true` to trust any server. */
            diun_pub_key_insecure?: string;
            /** @description Hash of the public key of the server. */
            diun_pub_key_hash?: string;
            /** @description Root certificates to check the server with, in PEM form. */
            diun_pub_key_root_certs?: string;
            /** @description Network interface whose MAC address identifies the device. */
            di_mfg_string_type_mac_iface?: string;
        };
        /** @description FIPS mode of the system. */
        FIPS: {
            /**
             * @description Whether the system runs in FIPS mode.
             * @default false
             */
            enabled?: boolean;
        };
        /** @description Ignition configuration, either part of the image or fetched when the system starts for the first time. */
        Ignition: {
            embedded?: components["schemas"]["IgnitionEmbedded"];
            firstboot?: components["schemas"]["IgnitionFirstboot"];
        };
        /** @description Ignition configuration that is part of the image. */
        IgnitionEmbedded: {
            /** @description The configuration, base64-encoded. */
            config: string;
        };
        /** @description Ignition configuration that is fetched. */
        IgnitionFirstboot: {
            /** @description Address of the configuration. */
            url: string;
        };
        /** @description A group to create. */
        Group: {
            /** @description Name of the group. */
            name: string;
            /** @description Numeric id. Chosen by the system if absent. */
            gid?: number;
        };
        /** @description The Koji build that the images become part of. */
        Koji: {
            /**
             * Format: uri
             * @description Address of the Koji hub.
             */
            server: string;
            /** @description Koji task that asked for the compose. */
            task_id: number;
            /** @description Name of the build. */
            name: string;
            /** @description Version of the build. */
            version: string;
            /** @description Release of the build. */
            release: string;
        };
        /** @description Identifies a compose that was accepted. */
        ComposeId: components["schemas"]["ObjectReference"] & {
            /**
             * Format: uuid
             * @description Identifier of the compose.
             */
            id: string;
        };
        /** @description Where the copy of an image goes. Only images in Amazon EC2 can be copied. */
        CloneComposeBody: components["schemas"]["AWSEC2CloneCompose"];
        /** @description Copy of an image within Amazon EC2. */
        AWSEC2CloneCompose: {
            /** @description Region the copy goes to. */
            region: string;
            /** @description Account numbers that may use the copy. */
            share_with_accounts?: string[];
        };
        /** @description Identifies a copy that was accepted. */
        CloneComposeResponse: components["schemas"]["ObjectReference"] & {
            /**
             * Format: uuid
             * @description Identifier of the copy.
             */
            id: string;
        };
        /** @description Status of a copy, in the form of an upload. */
        CloneStatus: components["schemas"]["ObjectReference"] & components["schemas"]["UploadStatus"];
        /** @description Complete layout of the disk, in place of the one the image type comes with. */
        Disk: {
            /**
             * @description Kind of partition table. The default depends on the image type.
             * @enum {string}
             */
            type?: "gpt" | "dos";
            minsize?: components["schemas"]["minsize"];
            /** @description Partitions in the order they have on the disk. */
            partitions: components["schemas"]["Partition"][];
        };
        /** @description A partition. Its `type` says what it holds: a file system, Btrfs or LVM. */
        Partition: components["schemas"]["FilesystemTyped"] | components["schemas"]["BtrfsVolume"] | components["schemas"]["VolumeGroup"];
        /** @description A partition that holds a file system. */
        FilesystemTyped: {
            /**
             * @description May be left out.
             * @enum {string}
             */
            type?: "plain";
            /** @description Partition type: a GUID on a `gpt` disk, two hexadecimal digits on a `dos` disk. */
            part_type?: string;
            minsize?: components["schemas"]["minsize"];
            /** @description Absolute path of the mount point. Absent for swap. */
            mountpoint?: string;
            /** @description Label of the file system. */
            label?: string;
            /**
             * @description Kind of file system.
             * @enum {string}
             */
            fs_type: "ext4" | "xfs" | "vfat" | "swap";
        };
        /** @description A partition that holds a Btrfs volume. */
        BtrfsVolume: {
            /**
             * @description Tells the kinds of partition apart.
             * @enum {string}
             */
            type: "btrfs";
            /** @description Partition type: a GUID on a `gpt` disk, two hexadecimal digits on a `dos` disk. */
            part_type?: string;
            minsize?: components["schemas"]["minsize"];
            /** @description Subvolumes of the volume. */
            subvolumes: components["schemas"]["BtrfsSubvolume"][];
        };
        /** @description A subvolume of a Btrfs volume. */
        BtrfsSubvolume: {
            /** @description Name of the subvolume. */
            name: string;
            /** @description Absolute path of the mount point. */
            mountpoint: string;
        };
        /** @description A partition that holds an LVM volume group. */
        VolumeGroup: {
            /**
             * @description Tells the kinds of partition apart.
             * @enum {string}
             */
            type: "lvm";
            /** @description Partition type: a GUID on a `gpt` disk, two hexadecimal digits on a `dos` disk. */
            part_type?: string;
            /** @description Name of the volume group. Made up if absent. */
            name?: string;
            minsize?: components["schemas"]["minsize"];
            /** @description Logical volumes of the group. */
            logical_volumes: components["schemas"]["LogicalVolume"][];
        };
        /** @description A logical volume with a file system. */
        LogicalVolume: {
            /** @description Name of the logical volume. Derived from the mount point if absent. */
            name?: string;
            minsize?: components["schemas"]["minsize"];
            /** @description Absolute path of the mount point. Absent for swap. */
            mountpoint?: string;
            /** @description Label of the file system. */
            label?: string;
            /**
             * @description Kind of file system.
             * @enum {string}
             */
            fs_type: "ext4" | "xfs" | "vfat" | "swap";
        };
        /** @description Settings of DNF in the image. */
        DNF: {
            config?: components["schemas"]["DNFConfig"];
        };
        /** @description Variables of DNF. */
        DNFConfig: {
            /**
             * @description Whether `$releasever` is fixed to the version the image is built of.
             * @default false
             */
            set_releasever?: boolean;
        };
        /** @description Minimum size as text: a number of bytes, or a number with a unit such as `10 GiB`. */
        minsize: string;
        /** @description Result of a search. */
        SearchPackagesResponse: {
            /** @description The packages found. */
            packages: components["schemas"]["PackageDetails"][];
        };
        /** @description What to search, and where. */
        SearchPackagesRequest: {
            /** @description Repositories to search. The default is those of the distribution. */
            repositories?: components["schemas"]["Repository"][];
            /** @description Name of the distribution, such as `rhel-9.8`. */
            distribution: string;
            /** @description Architecture by its RPM name, such as `x86_64`. */
            architecture: string;
            /** @description Names to search for; `*` matches any text. */
            packages: string[];
        };
        /** @description Result of resolving a blueprint. */
        DepsolveResponse: {
            /** @description Everything that would be installed, dependencies included. */
            packages: components["schemas"]["PackageMetadataCommon"][];
        };
        /** @description A blueprint, and what to resolve it against. */
        DepsolveRequest: {
            /** @description Repositories to resolve against. The default is those of the distribution. */
            repositories?: components["schemas"]["Repository"][];
            /** @description Name of the distribution, such as `rhel-9.8`. */
            distribution: string;
            /** @description Architecture by its RPM name, such as `x86_64`. */
            architecture: string;
            blueprint: components["schemas"]["Blueprint"];
            image_type?: components["schemas"]["ImageTypes"];
        };
        /** @description Description of a package. */
        PackageDetails: {
            /** @description Name of the package. */
            name: string;
            /** @description Description in one line. */
            summary?: string;
            /** @description Description in full. */
            description?: string;
            /** @description Home page of the software. */
            url?: string;
            /** @description Version of the package. */
            version: string;
            /** @description Release of the package. */
            release: string;
            /** @description Epoch of the package. Absent means 0. */
            epoch?: string;
            /** @description Architecture the package is built for. */
            arch: string;
            /** @description When the package was built. */
            buildtime?: string;
            /** @description License of the software. */
            license?: string;
        };
    };
    responses: never;
    parameters: {
        /** @description Number of the page, counted from 0. */
        page: string;
        /** @description Number of entries on a page. */
        size: string;
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getOpenapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The OpenAPI document, as JSON. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description The service failed unexpectedly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getComposeStatus: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier of the compose. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The current status. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ComposeStatus"];
                };
            };
            /** @description The identifier is not a UUID. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The bearer token is missing, malformed or expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The bearer token does not grant access to the service. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such compose. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The service failed unexpectedly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    deleteCompose: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier of the compose. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The compose was deleted. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ComposeDeleteStatus"];
                };
            };
            /** @description The identifier is not a UUID. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The bearer token is missing, malformed or expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The bearer token does not grant access to the service. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such compose. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The service failed unexpectedly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getComposeMetadata: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier of the compose. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is known about the content of the image. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ComposeMetadata"];
                };
            };
            /** @description The identifier is not a UUID, or the compose is not of the right kind. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The bearer token is missing, malformed or expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The bearer token does not grant access to the service. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such compose. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The service failed unexpectedly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getComposeLogs: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier of the compose. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The logs. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ComposeLogs"];
                };
            };
            /** @description The identifier is not a UUID. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such compose. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getComposeManifests: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier of the compose. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The manifests. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ComposeManifests"];
                };
            };
            /** @description The identifier is not a UUID. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such compose. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getComposeSBOMs: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier of the compose. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bills of materials. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ComposeSBOMs"];
                };
            };
            /** @description The identifier is not a UUID. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such compose. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getComposeDownload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier of the compose. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The image file. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description The identifier is not a UUID, or the compose has no image to download (yet). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The bearer token is missing, malformed or expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The bearer token does not grant access to the service. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such compose. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The service failed unexpectedly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postCloneCompose: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier of the compose. */
                id: string;
            };
            cookie?: never;
        };
        /** @description Where the copy goes. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["CloneComposeBody"];
            };
        };
        responses: {
            /** @description The copy was accepted. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CloneComposeResponse"];
                };
            };
            /** @description The request is malformed, or the image of the compose cannot be copied. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such compose. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getCloneStatus: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier of the copy. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The current status. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CloneStatus"];
                };
            };
            /** @description The identifier is not a UUID. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The bearer token is missing, malformed or expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The bearer token does not grant access to the service. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such copy. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The service failed unexpectedly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postCompose: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The images to build. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["ComposeRequest"];
            };
        };
        responses: {
            /** @description The compose was accepted. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ComposeId"];
                };
            };
            /** @description The request is malformed, or asks for something that cannot be built. The `id` of the error says which. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The bearer token is missing, malformed or expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The bearer token does not grant access to the service. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something the request refers to does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The service failed unexpectedly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getDistributionList: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Repositories by distribution and architecture. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DistributionList"];
                };
            };
            /** @description The service failed unexpectedly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getDistribution: {
        parameters: {
            query?: {
                /** @description Image types to describe. Without it all are described. */
                image_type?: string[];
                /** @description Architectures to describe. Without it all are described. */
                architecture?: string[];
            };
            header?: never;
            path: {
                /** @description Name of the distribution, such as `rhel-9.8`. */
                distro: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The details. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DistributionDetails"];
                };
            };
            /** @description The service does not know the distribution. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The service failed unexpectedly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getError: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Number of the error. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The error with its reason. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The bearer token is missing, malformed or expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The bearer token does not grant access to the service. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no error with this number. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The service failed unexpectedly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getErrorList: {
        parameters: {
            query?: {
                /** @description Number of the page, counted from 0. */
                page?: components["parameters"]["page"];
                /** @description Number of entries on a page. */
                size?: components["parameters"]["size"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of errors. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorList"];
                };
            };
            /** @description The bearer token is missing, malformed or expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The bearer token does not grant access to the service. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such page. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The service failed unexpectedly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getComposeList: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The composes of all tenants in the order of their ids, or `null` when there are none. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ComposeStatus"][] | null;
                };
            };
            /** @description The bearer token is missing, malformed or expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The bearer token does not grant access to the service. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no list of composes. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The service failed unexpectedly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postDepsolveBlueprint: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The blueprint and what to resolve it against. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["DepsolveRequest"];
            };
        };
        responses: {
            /** @description The packages that would be installed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DepsolveResponse"];
                };
            };
            /** @description The request is malformed, or the packages cannot be resolved. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The bearer token is missing, malformed or expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The bearer token does not grant access to the service. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The service failed unexpectedly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postSearchPackages: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The names and where to look for them. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["SearchPackagesRequest"];
            };
        };
        responses: {
            /** @description The packages found. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchPackagesResponse"];
                };
            };
            /** @description The request is malformed, or a repository cannot be read. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The bearer token is missing, malformed or expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The bearer token does not grant access to the service. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The service failed unexpectedly. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
}
