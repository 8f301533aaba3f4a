import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take more than a minute, the longest first. Any other order is as right, and ends later. */
export const longFiles = [
  'test/acceptance/first-light.acceptance.test.ts',
  'test/recovery/restore-cli.real.test.ts',
  'test/portal/pages.real.test.ts',
  'src/workflows/recovery/drill.real.test.ts',
  'test/recovery/restore-kills.real.test.ts',
  'test/alerts/alertmanager.real.test.ts',
  'test/objectives/shipping-day.real.test.ts',
  'test/up.real.test.ts',
  'test/portal/behaviour.real.test.ts',
  'src/workflows/recovery/drill-kills.real.test.ts',
  'test/journeys/take-over.real.test.ts',
  'test/recovery/false-clock.real.test.ts',
  'test/recovery/physical-keeping.real.test.ts',
  'src/workflows/recovery/back-up.real.test.ts',
  'test/recovery/physical-copies.real.test.ts',
  'test/recovery/s3-copies.real.test.ts',
  'src/adapters/pgbackrest/pgbackrest.real.test.ts',
  'test/alerts/two-controllers.real.test.ts',
  'src/workflows/recovery/physical.real.test.ts',
  'test/recovery/hostile-names.real.test.ts',
];

const rankOf = ({ moduleId }: TestSpecification): number => {
  const index = longFiles.findIndex((file) => moduleId.endsWith(`/${file}`));
  return index === -1 ? longFiles.length : index;
};

/** Begins with the files that take longest, so that no worker is alone with one of them at the end. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => rankOf(one) - rankOf(other));
  }
}
