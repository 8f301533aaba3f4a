import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { compileCompose, compileHost, type HostLayout, passwordVariable, type WalArchive } from './index.ts';

const environment = {
  name: 'acme-prod',
  database: 'acme',
  workers: { web: 2, gevent: 1, cron: 1 },
  memoryBytes: 8 * 1024 ** 3,
  isDisposable: false,
} as const;
const ports = { postgres: 5470, web: 8069, gevent: 8072 } as const;
const layout: HostLayout = {
  runtimeDirectory: '/srv/plimsoll/acme-prod',
  softwareDirectory: '/var/cache/plimsoll/odoo-19',
  launcherFile: '/srv/plimsoll/acme-prod/bin/launch.py',
  postgresBinaries: '/usr/lib/postgresql/15/bin',
  ports,
};
const modules = [
  'sale_management',
  'stock',
  'purchase',
  'account',
  'delivery',
  'stock_delivery',
  'stock_picking_batch',
];

describe('compiling to platform host', () => {
  const artefacts = compileHost(environment, layout);

  test.each(
    artefacts.files.map((file) => [file.path.slice(layout.runtimeDirectory.length + 1), file.content] as const),
  )('%s is as the golden file has it', async (path, content) => {
    await expect(content).toMatchFileSnapshot(`./host/golden/acme-prod/${path}`);
  });

  test('the process table is as the golden file has it', async () => {
    const text = `${JSON.stringify(artefacts.processes, null, 2)}\n`;
    await expect(text).toMatchFileSnapshot('./host/golden/acme-prod/processes.json');
  });

  test('add-ons that are declared are on the path of every process, also inside containers', () => {
    const addonDirectories = ['/srv/addons', '/srv/community'];
    const host = compileHost({ ...environment, addonDirectories }, layout).files.filter(({ path }) =>
      /(web|gevent|cron)\.conf$/.test(path),
    );
    expect(host.map(({ content }) => /addons_path = (.*)/.exec(content)?.[1])).toEqual(
      Array(3).fill('/srv/addons,/srv/community'),
    );
    const compose = compileCompose({ ...environment, modules, ports, addonDirectories }, '');
    const [{ content = '' } = {}] = compose;
    expect(parse(content).services.web.volumes).toContain('/srv/community:/mnt/plimsoll-addons/2:ro');
    const conf = compose.find(({ path }) => path === 'web.conf')?.content;
    expect(conf).toContain('addons_path = /mnt/plimsoll-addons/1,/mnt/plimsoll-addons/2');
  });

  test('web, long polling and scheduled jobs are processes of their own, none as root (APP-01)', () => {
    expect(artefacts.processes.map((process) => [process.component, process.user])).toEqual([
      ['postgres', 'postgres'],
      ['web', 'plimsoll-odoo'],
      ['gevent', 'plimsoll-odoo'],
      ['cron', 'plimsoll-odoo'],
    ]);
  });

  test('everything listens on loopback and no file holds a password', () => {
    const all = artefacts.files.map((file) => file.content).join('\n');
    expect(all).not.toMatch(/0\.0\.0\.0|db_password|listen_addresses = '\*'/);
    expect(all).toContain('http_interface = 127.0.0.1');
    expect(all).toContain("listen_addresses = '127.0.0.1'");
  });

  test('speed is bought with safety only for databases that a test throws away', () => {
    const settings = (isDisposable: boolean) => compileHost({ ...environment, isDisposable }, layout).files[0]?.content;
    expect(settings(false)).not.toContain('fsync');
    expect(settings(true)).toContain('fsync = off');
  });
});

describe('BKP-02: archiving the log of a host environment', () => {
  const s3 = {
    kind: 's3',
    bucket: 'acme-backups',
    prefix: 'plimsoll',
    host: 's3.north.example',
    port: 443,
    region: 'eu-north-1',
    isPathStyle: true,
    verifiesTls: true,
  } as const;
  const archived = (repository: WalArchive['repository'], at: HostLayout = layout) =>
    compileHost({ ...environment, archive: { stanza: 'acme-prod', archiveTimeoutSeconds: 60, repository } }, at).files;

  test.each([
    ['directory', { kind: 'directory', directory: '/srv/backups-physical' } as const],
    ['s3', s3],
  ])('the configuration for a %s is as the golden files have it', async (name, repository) => {
    const [postgres, pgbackrest] = archived(repository);
    await expect(pgbackrest?.content).toMatchFileSnapshot(`./host/golden/archive/pgbackrest-${name}.conf`);
    if (name === 'directory') {
      await expect(postgres?.content).toMatchFileSnapshot('./host/golden/archive/postgres.conf');
    }
  });

  test('no file that everybody reads holds a passphrase or a key', () => {
    expect(
      archived(s3)
        .map(({ content }) => content)
        .join('\n'),
    ).not.toMatch(/cipher-pass|s3-key/);
  });

  test('who vouches for an S3 service is told, where that is declared', () => {
    const confOf = (caFile?: string) => archived({ ...s3, ...(caFile === undefined ? {} : { caFile }) })[1]?.content;
    expect(confOf('/etc/plimsoll/ca.pem')).toContain('repo1-storage-ca-file=/etc/plimsoll/ca.pem');
    expect(confOf()).not.toContain('ca-file');
  });

  test('a path that a shell would read otherwise is quoted for the shell and for PostgreSQL', () => {
    const [postgres] = archived(s3, { ...layout, runtimeDirectory: "/srv/o'hare $(touch x)/100%" });
    const line = postgres?.content.split('\n').find((each) => each.startsWith('archive_command'));
    expect(line).toContain(`''--config=/srv/o''\\''''hare $(touch x)/100%%/etc/pgbackrest.conf''`);
  });

  test('without an archive nothing is archived', () => {
    expect(
      compileHost(environment, layout)
        .files.map(({ content }) => content)
        .join(''),
    ).not.toContain('archive_');
  });
});

describe('compiling to platform compose', () => {
  const files = compileCompose({ ...environment, modules, ports }, '# launcher\n');

  test.each(files.map((file) => [file.path, file.content] as const))(
    '%s is as the golden file has it',
    async (path, content) => {
      await expect(content).toMatchFileSnapshot(`./compose/golden/acme-prod/${path}`);
    },
  );

  test('each process class is a service with a health check, and every port is on loopback (APP-01)', () => {
    const project = parse(files[0]?.content ?? '') as {
      services: Record<string, { healthcheck?: unknown; ports?: string[]; image: string }>;
    };
    expect(Object.keys(project.services)).toEqual(['postgres', 'database', 'web', 'gevent', 'cron']);
    for (const [name, service] of Object.entries(project.services)) {
      expect(service.healthcheck !== undefined, name).toBe(name !== 'database');
      for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
    }
  });

  test('the password is a variable that must be set, never a value', () => {
    expect(files[0]?.content).toContain(`\${${passwordVariable('acme-prod')}:?}`);
    expect(passwordVariable('acme-prod')).toBe('PLIMSOLL_ACME_PROD_POSTGRES_PASSWORD');
  });
});
