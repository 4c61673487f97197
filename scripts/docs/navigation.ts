/** A page in the list beside every page. Schemas are reached from their list. */
export interface NavigationEntry {
  readonly url: string;
  readonly title: string;
}

export interface NavigationGroup {
  readonly title: string;
  readonly pages: readonly NavigationEntry[];
}

const page = (url: string, title: string): NavigationEntry => ({ url, title });

export const NAVIGATION: readonly NavigationGroup[] = [
  {
    title: 'Start',
    pages: [
      page('/index.html', 'Overview'),
      page('/tutorial.html', 'From nothing to an image'),
      page('/concepts.html', 'Concepts'),
    ],
  },
  {
    title: 'What goes into an image',
    pages: [
      page('/how-to/choose-an-image-type.html', 'Choose an image type'),
      page('/how-to/packages.html', 'Packages and groups'),
      page('/how-to/users.html', 'Users and keys'),
      page('/how-to/disks.html', 'Disks and file systems'),
      page('/how-to/compliance.html', 'CIS and compliance'),
      page('/how-to/repositories.html', 'Repositories'),
      page('/how-to/first-boot.html', 'Run a script at the first boot'),
      page('/how-to/files-and-certificates.html', 'Files and certificates'),
      page('/how-to/image-mode.html', 'Image mode'),
      page('/how-to/registration.html', 'Register systems'),
      page('/how-to/from-kickstart.html', 'From kickstart'),
    ],
  },
  {
    title: 'How to',
    pages: [
      page('/how-to/aws.html', 'Amazon Web Services'),
      page('/how-to/azure.html', 'Microsoft Azure'),
      page('/how-to/gcp.html', 'Google Cloud'),
      page('/how-to/oci.html', 'Oracle Cloud'),
      page('/how-to/download.html', 'Download an image'),
      page('/how-to/sbom.html', 'Bills of materials and logs'),
      page('/how-to/quota.html', 'See what is left of the quota'),
      page('/how-to/control-builds.html', 'Control builds'),
      page('/how-to/validate.html', 'Check a blueprint'),
      page('/how-to/schedules.html', 'Build on a schedule'),
      page('/how-to/lists-and-labels.html', 'Find builds and blueprints again'),
      page('/how-to/repeat-safely.html', 'Repeat requests safely'),
      page('/how-to/blueprint-history.html', 'Changes of a blueprint'),
      page('/how-to/audit.html', 'Who changed what'),
      page('/how-to/events.html', 'Follow what happens'),
      page('/how-to/webhooks.html', 'Webhooks'),
      page('/how-to/cli.html', 'The command line program'),
      page('/how-to/from-composer-cli.html', 'From composer-cli'),
      page('/how-to/clients.html', 'Clients in your language'),
      page('/how-to/console.html', "The console's front end"),
    ],
  },
  {
    title: 'Reference',
    pages: [
      page('/reference/index.html', 'Operations'),
      page('/reference/schemas/index.html', 'Schemas'),
      page('/errors.html', 'Errors'),
      page('/what-can-be-built.html', 'What can be built'),
      page('/api-changelog.html', 'Changes of the API'),
      page('/deprecation.html', 'Deprecation policy'),
    ],
  },
  {
    title: 'Running it',
    pages: [
      page('/operations.html', 'Operations manual'),
      page('/data.html', 'Data'),
      page('/configuration.html', 'Configuration'),
      page('/log-events.html', 'Log events'),
      page('/reliability.html', 'Reliability'),
      page('/upstream-faults.html', 'When another service fails'),
      page('/performance.html', 'Performance'),
      page('/distributions.html', 'Distribution data'),
      page('/sandbox.html', 'The sandbox'),
      page('/architecture.html', 'Architecture'),
    ],
  },
];
