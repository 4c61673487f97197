import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ConfigError } from '../../src/config/index.ts';
import { readMaintenanceSettings } from '../../src/maintenance/settings.ts';

function problemsOf(env: Readonly<Record<string, string>>): readonly string[] {
  try {
    readMaintenanceSettings(env);
  } catch (error) {
    expect(error).to.be.instanceOf(ConfigError);
    return (error as ConfigError).problems;
  }
  return [];
}

describe('the settings of maintenance', () => {
  it('disable maintenance by default, and retain composes and the audit log for two years', () => {
    const defaults = { enabled: false, dryRun: true, retentionMonths: 24, auditRetentionMonths: 24 };
    expect(readMaintenanceSettings({})).to.include(defaults);
    const months = { DB_COMPOSES_RETENTION_MONTHS: '', AUDIT_RETENTION_MONTHS: '' };
    const empty = { ENABLE_DB_MAINTENANCE: '', DRY_RUN: '', ...months };
    expect(readMaintenanceSettings(empty)).to.include(defaults);
  });

  it('accept the usual spellings of yes and no', () => {
    for (const value of ['1', 't', 'T', 'true', 'TRUE', 'True']) {
      const settings = readMaintenanceSettings({ ENABLE_DB_MAINTENANCE: value, DRY_RUN: value });
      expect(settings).to.include({ enabled: true, dryRun: true });
    }
    for (const value of ['0', 'f', 'F', 'false', 'FALSE', 'False']) {
      const settings = readMaintenanceSettings({ ENABLE_DB_MAINTENANCE: value, DRY_RUN: value });
      expect(settings).to.include({ enabled: false, dryRun: false });
    }
  });

  it('accept numbers of months', () => {
    const settings = readMaintenanceSettings({ DB_COMPOSES_RETENTION_MONTHS: '6', AUDIT_RETENTION_MONTHS: '13' });
    expect(settings).to.include({ retentionMonths: 6, auditRetentionMonths: 13 });
  });

  it('give a run two hours, or another number of minutes', () => {
    expect(readMaintenanceSettings({})).to.include({ budget: 7_200_000 });
    expect(readMaintenanceSettings({ MAINTENANCE_MINUTES: '15' })).to.include({ budget: 900_000 });
  });

  for (const [name, value] of [
    ...['yes', 'on', ' true', '2', 'null'].flatMap((odd) => [
      ['ENABLE_DB_MAINTENANCE', odd],
      ['DRY_RUN', odd],
    ]),
    ...['0', '-1', '1.5', '1e3', '24 months', ' 24', '0x18', '1201', '99999999999999999999'].flatMap((odd) => [
      ['DB_COMPOSES_RETENTION_MONTHS', odd],
      ['AUDIT_RETENTION_MONTHS', odd],
    ]),
    ['PGPORT', 'none'],
  ] as [string, string][]) {
    it(`refuse ${name}=${JSON.stringify(value)} in one line that names the variable`, () => {
      const problems = problemsOf({ [name]: value });
      expect(problems).to.have.length(1);
      expect(problems[0]).to.match(new RegExp(`^${name}: must be [^\\n]+$`));
    });
  }

  it('report all problems at once', () => {
    const problems = problemsOf({ DRY_RUN: 'maybe', DB_COMPOSES_RETENTION_MONTHS: 'few', PGPORT: 'none' });
    expect(problems.map((problem) => problem.split(':')[0])).to.have.members([
      ...['DRY_RUN', 'DB_COMPOSES_RETENTION_MONTHS', 'PGPORT'],
    ]);
  });

  it('set the log level to info or lower, at every log level of the service', () => {
    for (const [given, expected] of [
      ['error', 'info'],
      ['warn', 'info'],
      ['info', 'info'],
      ['debug', 'debug'],
      ['trace', 'trace'],
    ]) {
      expect(readMaintenanceSettings({ LOG_LEVEL: given }).logger.log.level).to.equal(expected);
    }
  });
});
