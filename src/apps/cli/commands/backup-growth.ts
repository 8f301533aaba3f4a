import { backupPlaces } from '../../../core/estate/index.ts';
import { formatBytes } from '../../../core/kernel/index.ts';
import { daysUntilFull, type Growth, growthOf, type StoragePrice, storagePrice } from '../../../core/recovery/index.ts';
import type { LookWorld } from '../../../workflows/recovery/look/gather.ts';
import { currentInstant } from '../../wire-estate.ts';
import { createLookWorld } from '../../wire-look.ts';
import { repositoryOf } from '../../wire-recovery.ts';
import { openStore } from '../../wire-store.ts';
import type { CliCommand } from '../command.ts';
import { environmentIn, estateFrom, estateOption } from '../estate-option.ts';
import type { Output } from '../output.ts';

const mostSamples = 800;

interface Line {
  readonly what: string;
  readonly growth: Growth | undefined;
  readonly freeBytes: number | undefined;
}

const plain = ({ what, growth, freeBytes }: Line) => ({
  what,
  latestBytes: growth?.latestBytes ?? null,
  bytesPerDay: growth === undefined ? null : Math.round(growth.bytesPerDay),
  projected: growth?.projected.map(({ days, bytes, cost }) => ({ days, bytes, costPerMonth: cost ?? null })) ?? [],
  freeBytes: freeBytes ?? null,
  daysUntilFull: freeBytes === undefined ? null : (daysUntilFull(growth, freeBytes) ?? null),
});

function print({ what, growth, freeBytes }: Line, price: StoragePrice | undefined, output: Output): void {
  if (growth === undefined) {
    output.line(`${what}: three measurements over a day are needed to say how it grows`);
    return;
  }
  const sign = growth.bytesPerDay < 0 ? '-' : '+';
  const perDay = `${sign}${formatBytes(Math.round(Math.abs(growth.bytesPerDay)))} a day`;
  output.line(`${output.style('bold', what)}: ${formatBytes(growth.latestBytes)}, ${perDay}`);
  for (const { days, bytes, cost } of growth.projected) {
    const money = cost === undefined || price === undefined ? '' : `, ${cost.toFixed(2)} ${price.currency} a month`;
    output.line(`  in ${days} days  ${formatBytes(bytes)}${money}`);
  }
  const days = freeBytes === undefined ? undefined : daysUntilFull(growth, freeBytes);
  if (freeBytes !== undefined) {
    output.line(`  free ${formatBytes(freeBytes)}${days === undefined ? '' : `, full in ${Math.floor(days)} days`}`);
  }
}

/** Attachments and database as the backups have them: one measurement each. */
async function contentGrowth(world: LookWorld, ...[estate, environment]: Parameters<typeof repositoryOf>) {
  const { good } = await (await world.openRepository(repositoryOf(estate, environment))).list(environment.name);
  const samples = (bytesOf: (manifest: (typeof good)[number]['manifest']) => number) =>
    growthOf(good.map(({ manifest }) => ({ at: manifest.consistentAt, bytes: bytesOf(manifest) })));
  return [
    { what: 'attachments', growth: samples(({ filestore }) => filestore.bytes), freeBytes: undefined },
    { what: 'database', growth: samples(({ source }) => source.databaseBytes), freeBytes: undefined },
  ];
}

/** `plimsoll backup growth`: how attachments, database and repositories grow, and what they will be and cost (OBJ-04). */
export const growthCommand: CliCommand = {
  usage: 'growth <environment>',
  summary: 'Show how attachments, the database and the repositories grow, and project size and cost',
  effect: 'read-only',
  examples: ['backup growth acme-prod', 'backup growth acme-prod --json'],
  configure: (command) => command.option(...estateOption),
  async run([name = ''], options, { settings, output }) {
    const estate = await estateFrom(options, settings);
    const environment = environmentIn(estate, name);
    const price = storagePrice(estate, currentInstant().toZonedDateTimeISO('UTC').toPlainDate());
    const opened = await openStore(settings, 'share');
    try {
      const world = createLookWorld(settings, opened.store);
      const { primary, copies } = backupPlaces(estate.repositories, environment);
      const places = [primary, ...copies.map(({ repository }) => repository)].filter((each) => each !== undefined);
      const lines: Line[] = await contentGrowth(world, estate, environment);
      for (const place of new Set(places)) {
        const samples = await opened.store.repositorySizes.list(place.name, mostSamples);
        const { freeBytes } = await world.describePlace(place);
        lines.push({ what: `repository ${place.name}`, growth: growthOf(samples, price?.perGibMonth), freeBytes });
      }
      output.json({ environment: name, currency: price?.currency ?? null, growth: lines.map(plain) });
      for (const line of lines) print(line, price, output);
      return 0;
    } finally {
      await opened.close();
    }
  },
};
