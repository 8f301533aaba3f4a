import { defaultThresholds, type Environment } from '../../core/estate/index.ts';

/** The environment that the real tests look at: only what the lab runs, and thresholds that a busy machine keeps. */
export function labEnvironment(database: string, lockWaitUnhealthyAfterSeconds: number): Environment {
  const thresholds = {
    ...defaultThresholds('production'),
    lockWaitUnhealthyAfterSeconds,
    // No cron process runs in this lab, and the machine may be busy with other tests.
    cronOverdueAfterSeconds: 1e9,
    requestLatencyP95DegradedSeconds: 600,
    diskUsageDegradedRatio: 1,
    pickingsLateUnhealthyCount: 1_000,
  };
  return {
    name: 'lab',
    platform: 'host',
    odoo: { version: '19.0', database, modules: [] },
    workers: { web: 1, gevent: 0, cron: 0, integration: 0, reporting: 0 },
    sites: [],
    thresholds,
  } as unknown as Environment;
}
