import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '../../src/apps/contract/index.ts';
import { startBrowser, type TestBrowser, watchPage } from '../portal/browser.ts';
import { createAdministrator } from '../portal/way-in.ts';
import { eventually } from '../serve.ts';
import { codesOf, serveGround } from './restore-api.ts';
import type { openRestoreGround } from './restore-ground.ts';
import type { notesOf } from './restore-notes.ts';
import { cloneByPortal } from './restore-portal.ts';

interface Given {
  readonly ground: Awaited<ReturnType<typeof openRestoreGround>>;
  readonly notes: ReturnType<typeof notesOf>;
  /** A dump of before everything. */
  readonly backup: string;
  /** Behind the newest physical backup: what was written before it comes back, what was written after it does not. */
  readonly between: Temporal.Instant;
}

const params = { name: 'acme' };
const atBetween = ['instant.before', 'instant.in-the-backup'];
const second = (at: Temporal.Instant): string => at.toString({ smallestUnit: 'second' });

/** What people ask of a controller that runs on the ground, at the portal and by the API. The last one replaces what is there. */
export function describeAsked(given: () => Given): void {
  describe('the same asked of a server that runs', { timeout: 600_000 }, () => {
    let served: Awaited<ReturnType<typeof serveGround>>;
    let browser: TestBrowser;
    beforeAll(async () => {
      served = await serveGround(given().ground);
      browser = await startBrowser();
    }, 180_000);
    afterAll(async () => {
      await browser?.close();
      await served?.close();
    });

    test('EST-11, RST-05: at the portal a second is picked, its plan read, a clone made of it, seen to its end, and listed', async () => {
      const { ground, notes, between } = given();
      const target = 'acme-by-portal';
      await createAdministrator(browser.context, served.link());
      const page = await browser.context.newPage();
      // Who is signed in is so at the link's own address.
      const { origin } = new URL(served.link());
      const { problems } = watchPage(page, origin);
      await page.goto(`${origin}/environments/acme/recovery`);
      const seen = await cloneByPortal(page, { environment: 'acme', target, at: between });
      expect(seen.plan).toContain(`${second(between).slice(0, 10)} ${second(between).slice(11, 19)} UTC`);
      expect(seen.plan).toContain('-physical-');
      expect(seen.command).toContain(`--at ${second(between)} --backup`);
      expect(seen.steps).toContain('Restore the database in a place of its own');
      expect(seen.figures.join(), seen.steps.join()).toMatch(/\d+\.\d MiB.* · \d+\.\d MiB\/s/);
      expect(seen.ended).toContain(`Clone to ${target}: done`);
      expect(seen.ended).toContain(`as of ${second(between)}`);
      expect(seen.listed).toMatch(/staging, neutralised.*\d\d:\d\d/s);
      expect(problems).toEqual([]);
      expect(await notes.inCopy(target)).toEqual(atBetween);
      expect(await notes.isNeutralised(target)).toBe(true);
      const api = await served.as('operator');
      const { items } = await api.call(routes.listClones, { query: { source: 'acme' } });
      expect(items).toMatchObject([{ name: target, state: 'active', isLive: false }]);
      expect(await ground.serves(items[0]?.url ?? '')).toBe(200);
      const hoursLeft = Temporal.Now.instant()
        .until(items[0]?.expiresAt ?? expect.fail())
        .total('hours');
      expect(hoursLeft).toBeGreaterThan(23);
      expect(hoursLeft).toBeLessThan(24);
      await api.call(routes.removeClone, { params: { name: target }, body: { confirm: target } });
      expect(await readdir(ground.state)).not.toContain(target);
    });

    test('RST-05: by the API to a new environment: planned, made, serves neutralised, stays until it is removed', async () => {
      const { ground, notes, between } = given();
      const target = 'acme-by-api';
      const api = await served.as('operator');
      const body = { target, at: between.toString() };
      const { plan, refusals } = await api.call(routes.planRestore, { params, body: { mode: 'new', ...body } });
      const reachesAt = between.toString({ smallestUnit: 'millisecond' });
      expect([plan?.method, plan?.reachesAt, refusals]).toEqual(['physical', reachesAt, []]);
      const { id } = await api.call(routes.startRestore, { params, body });
      expect(await codesOf(api.call(routes.startRestore, { params, body }))).toContain('TASK_UNDER_WAY');
      const { ended } = await served.followed(id);
      expect(ended, served.written().errors).toMatchObject({ kind: 'restore', state: 'succeeded', target });
      expect(ended.requestedBy).toEqual({ kind: 'token', name: 'operator' });
      const { items } = await api.call(routes.listClones, { query: { source: 'acme' } });
      expect(items).toMatchObject([{ name: target, state: 'active', purpose: 'restore', expiresAt: null }]);
      expect(await ground.serves(items[0]?.url ?? '')).toBe(200);
      expect(await notes.inCopy(target)).toEqual(atBetween);
      expect(await notes.isNeutralised(target)).toBe(true);
      await api.call(routes.removeClone, { params: { name: target }, body: { confirm: target } });
      expect(await readdir(ground.state)).not.toContain(target);
    });

    test('in place is refused to who may only make copies, without the typed name, and with loss that nobody agreed to', async () => {
      const { ground, notes, backup } = given();
      await notes.work();
      const api = await served.as('administrator');
      const inPlace = (body: { readonly confirm: string; readonly acknowledgeLossSeconds?: number }) =>
        codesOf(api.call(routes.startRestoreInPlace, { params, body: { backup, ...body } }));
      const operator = await served.as('operator');
      const denied = operator.call(routes.startRestoreInPlace, { params, body: { backup, confirm: 'acme' } });
      expect(await codesOf(denied)).toEqual(['PERMISSION_DENIED']);
      expect(await inPlace({ confirm: 'acme-then' })).toEqual(['CONSENT_REQUIRED']);
      expect(await inPlace({ confirm: 'acme' })).toEqual(['LOSS_EXCEEDS_RPO']);
      expect(await inPlace({ confirm: 'acme', acknowledgeLossSeconds: 1 })).toEqual(['LOSS_EXCEEDS_RPO']);
      expect(await ground.serves(ground.url)).toBe(200);
      expect(await notes.inPlace()).toHaveLength(3);
    });

    test('RST-04: a controller killed in the middle of one in place settles it when it is back, and does not begin it again', async () => {
      const { ground, notes, backup } = given();
      const api = await served.as('administrator');
      const body = { backup, confirm: 'acme', acknowledgeLossSeconds: 86_400 };
      const { id } = await api.call(routes.startRestoreInPlace, { params, body });
      await eventually(300, async () => {
        const { step } = await served.task(id);
        return step?.toLowerCase().includes('restore the database') ? true : undefined;
      });
      await served.killed();
      const ended = await served.ended(id);
      expect(ended).toMatchObject({ state: 'failed' });
      expect(ended.outcome).toContain('what was there before is in its place and serves');
      expect(await ground.serves(ground.url)).toBe(200);
      expect(await notes.inPlace()).toHaveLength(3);
    });

    test('RST-04, RST-05, MET-13: in place to an instant: safety backup, exchange, it serves, and what was achieved', async () => {
      const { ground, notes, between } = given();
      const api = await served.as('administrator');
      const body = { at: between.toString(), confirm: 'acme', acknowledgeLossSeconds: 86_400 };
      const { id } = await api.call(routes.startRestoreInPlace, { params, body });
      const { ended, steps, mostBytes } = await served.followed(id);
      expect(ended, served.written().errors).toMatchObject({ kind: 'restore', state: 'succeeded', target: null });
      expect(ended.outcome).toMatch(/^acme serves at .*, as of .* What was there before is backup \S+-logical-\S+\.$/);
      // What it does takes longer than the three seconds between two signs of life; what is shorter may not be seen.
      expect(steps).toContain('Restore the database in a place of its own');
      expect(mostBytes).toBeGreaterThan(0);
      expect(await ground.serves(ground.url)).toBe(200);
      expect(await notes.inPlace()).toEqual(atBetween);
      const { items } = await api.call(routes.listLedger, { query: { subject: 'environment/acme', limit: 50 } });
      const told = items.filter(({ data }) => data['restore'] === id || data['task'] === id);
      const safetyBackup = expect.stringMatching(/-logical-/);
      expect(told).toMatchObject([
        { type: 'restore.requested', actor: { kind: 'token', name: 'administrator' }, data: { inPlace: true } },
        { type: 'restore.started', data: { inPlace: true, isLive: true, lossSeconds: expect.any(Number) } },
        { type: 'restore.succeeded', data: { inPlace: true, safetyBackup, isNeutralised: false, failedChecks: [] } },
      ]);
      // The RPO of two seconds was given up by choice; the hour of the RTO was kept: both are told as this restore showed them.
      const { domains } = await api.call(routes.getRecovery, { params, query: {} });
      expect(domains[0]).toMatchObject({
        rpo: { targetSeconds: 2, verdict: 'missed', shownBy: id },
        rto: { targetSeconds: 3_600, verdict: 'met', shownBy: id, achievedSeconds: expect.any(Number) },
      });
      // BKP-02: what is written from now on is in no backup: the controller takes one, and does not wait for the next slot.
      const taken = await eventually(200, async () => {
        const { items: runs } = await api.call(routes.listBackups, { params, query: {} });
        const since = runs.find(({ startedAt }) => Temporal.Instant.compare(startedAt, ended.endedAt ?? startedAt) > 0);
        return since === undefined || since.state === 'running' ? undefined : since;
      });
      expect(taken, served.written().errors).toMatchObject({ method: 'physical', state: 'succeeded' });
    });
  });
}
