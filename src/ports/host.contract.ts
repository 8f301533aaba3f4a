import { describe, expect, test } from 'vitest';
import type { ProvisionStep } from '../core/provision/index.ts';
import type { ComponentTable, Host } from './host.ts';

/** An environment's place that nobody has prepared, and a step that would begin to. */
export interface HostWorld<Facts, Step extends ProvisionStep> {
  readonly host: Host<Facts, Step>;
  readonly components: ComponentTable;
  readonly firstStep: Step;
  /** Facts without what moves by itself, such as free space. */
  still(facts: Facts): unknown;
}

/**
 * What every host promises before anything is there; that its steps make what they say is shown by bringing environments
 * up. There is no fake of this port.
 */
export function hostContract<Facts, Step extends ProvisionStep>(
  name: string,
  create: () => Promise<HostWorld<Facts, Step>>,
): void {
  describe(name, () => {
    test('looking changes nothing: twice is as once', async () => {
      const { host, still } = await create();
      const first = still(await host.observe());
      expect(still(await host.observe())).toEqual(first);
    });

    test('every component is in the table, none of them lives, and none is held', async () => {
      const { host, components } = await create();
      const table = await components.list();
      expect(table.map(({ component }) => component).toSorted()).toEqual([...host.components].toSorted());
      expect(table.map(({ isAlive, isHeld, pid }) => ({ isAlive, isHeld, pid }))).toEqual(
        table.map(() => ({ isAlive: false, isHeld: false, pid: undefined })),
      );
    });

    test('stopping what does not live stops nothing; a hold is kept until it is lifted', async () => {
      const { host, components } = await create();
      const [component = ''] = host.components;
      expect(await components.stop(component)).toBe('was-gone');
      await components.hold(component, true);
      const isHeld = async () => (await components.list()).find((each) => each.component === component)?.isHeld;
      expect(await isHeld()).toBe(true);
      await components.hold(component, false);
      expect(await isHeld()).toBe(false);
    });

    test('a step whose signal has fired does not begin', async () => {
      const { host, firstStep, still } = await create();
      const before = still(await host.observe());
      const signal = AbortSignal.abort(new Error('enough'));
      await expect(host.perform(firstStep, { report: () => {}, signal })).rejects.toThrow();
      expect(still(await host.observe())).toEqual(before);
    });
  });
}
