import { describe, expect, test } from 'vitest';
import { backupPlaces, type Estate, parseEstate, redactLine } from './index.ts';

function sound(text: string): Estate {
  const head = 'kind: Estate\nname: test\nregions: [{ name: west }, { name: north }]\n---\n';
  const { estate, diagnostics } = parseEstate([{ path: 'estate.yaml', text: head + text }]);
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  if (estate === undefined) throw new Error('the estate must be sound');
  return estate;
}

const keys = 'sealedTo: ["env:TO"]\nidentity: "env:ID"\nsigningKey: "env:SIGN"\n';
const repository = (name: string, region: string) =>
  `---\nkind: Repository\nname: ${name}\nregion: ${region}\ndirectory: /srv/${name}\n${keys}`;
const environment = (more: string) =>
  `kind: Environment\nname: one\nstage: production\nplatform: host\nodoo: { version: "19.0", database: one }\n${more}\n`;

describe('BKP-06: where the backups of an environment go', () => {
  test('to the only repository there is', () => {
    const estate = sound(environment('') + repository('only', 'north'));
    expect(estate.environments[0]?.backup.repository).toBe('only');
  });

  test('else to the only one in its region', () => {
    const both = repository('a', 'west') + repository('b', 'north');
    expect(sound(environment('region: north') + both).environments[0]?.backup.repository).toBe('b');
    expect(sound(environment('') + both).environments[0]?.backup.repository).toBeUndefined();
  });

  test('else to the one it names; copies to the repositories of their regions, never to the same one', () => {
    const text = environment('region: west\nbackup: { repository: b, copies: [west, north] }');
    const estate = sound(text + repository('a', 'west') + repository('b', 'north'));
    const [one] = estate.environments;
    const places = one && backupPlaces(estate.repositories, one);
    expect(places?.primary?.name).toBe('b');
    expect(places?.copies.map((copy) => [copy.region, copy.repository?.name])).toEqual([
      ['west', 'a'],
      ['north', undefined],
    ]);
  });

  test('an S3 repository has its bucket, its defaults and its own credentials for deleting', () => {
    const s3 = `---\nkind: Repository\nname: far\ns3:\n  bucket: acme-backups\n  accessKey: "env:A"\n  secretKey: "env:B"\n  deleteWith: { accessKey: "env:C", secretKey: "env:D" }\nobjectLock: 30d\n${keys}`;
    expect(sound(environment('') + s3).repositories[0]).toMatchObject({
      at: {
        kind: 's3',
        bucket: 'acme-backups',
        prefix: '',
        endpoint: undefined,
        awsRegion: 'us-east-1',
        deleteWith: { accessKey: { source: 'env', name: 'C' } },
      },
      objectLockSeconds: 30 * 86_400,
    });
  });
});

describe('BKP-02: what is not declared about a backup follows from the recovery point', () => {
  const backup = (more: string) => sound(environment(more)).environments[0]?.backup;

  test('a tight one gives log archiving, also in an environment that is not production', () => {
    expect(backup('serviceClass: production\nobjectives: { rpo: 5m }')?.method).toBe('physical');
    const staging = environment('objectives: { rpo: 1h }').replace('stage: production', 'stage: staging');
    expect(sound(staging).environments[0]?.backup).toMatchObject({ method: 'physical', everySeconds: 86_400 });
  });

  test('dumps come at least as often as data may be lost', () => {
    expect(backup('objectives: { rpo: 12h }\nbackup: { method: logical }')?.everySeconds).toBe(12 * 3_600);
  });

  test('what is declared stands, also where it cannot work: feasibility says so, nothing is changed in silence', () => {
    expect(backup('objectives: { rpo: 1h }\nbackup: { method: snapshot }')?.method).toBe('snapshot');
  });
});

describe('BKP-04: what the law asks to keep', () => {
  test('comes from the backup and from the classes of data that the environment holds', () => {
    const text = `${environment('dataClasses: [books]\nbackup: { legal: { keepFor: 90d } }')}---\nkind: DataClass\nname: books\nholds: [financial-data]\nlegal: { keepFor: 7y6mo, each: month }\n`;
    expect(sound(text).environments[0]?.backup.legal).toEqual([
      { keepFor: { years: 0, months: 0, days: 90 }, each: 'backup', source: 'backup' },
      { keepFor: { years: 7, months: 6, days: 0 }, each: 'month', source: 'data class books' },
    ]);
  });
});

describe('DRP-01: objectives are held per service', () => {
  test('its own, else the strictest of its environments', () => {
    const service = (name: string, more: string) =>
      `---\nkind: BusinessService\nname: ${name}\nowner: floor\nenvironments: [one]\n${more}`;
    const estate = sound(
      environment('objectives: { rpo: 15m, rto: 2h }') +
        service('picking', 'recovery: { rpo: 1m }\n') +
        service('invoicing', ''),
    );
    expect(estate.services.map(({ recovery }) => recovery)).toEqual([
      { rpoSeconds: 60, rtoSeconds: 7_200, isOwn: true },
      { rpoSeconds: 900, rtoSeconds: 7_200, isOwn: false },
    ]);
  });
});

test('a key that stands in a line is hidden where the line is shown', () => {
  expect(redactLine('sealedTo: ["AGE-SECRET-KEY-1QQQ"]')).toBe('sealedTo: ["********"]');
});
