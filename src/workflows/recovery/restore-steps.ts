import { Fault } from '../../core/kernel/index.ts';
import {
  addonsCheck,
  type BackupManifest,
  businessInvariants,
  isPhysical,
  journeyCheck,
  judgeFilestore,
  judgeRowCounts,
  type RestoreStepKind,
  reasonOf,
} from '../../core/recovery/index.ts';
import type { RestorePlace, ServedOdoo } from '../../ports/restore-place.ts';
import { askInvariants, type CopyFacts, readCopy, readNamedFiles } from './ask-copy.ts';
import { chooseBackup } from './choose-backup.ts';
import { runCopyJourneys } from './copy-journeys.ts';
import { environmentOfCopy } from './dependencies.ts';
import { anonymiseCopy, reduceCopy, requireAnonymised } from './disguise-copy.ts';
import { restoreDatabaseFrom } from './fill-place.ts';
import { neutraliseCopy } from './neutralise-copy.ts';
import { fetchDump } from './read-content.ts';
import { restoreNamedFiles } from './restore-files.ts';
import type { RestoreRun, StepReport } from './restore-parts.ts';

const bootSeconds = 600;
/** A restored database is larger than its dump, and smaller than this: bloat stays behind, indexes come back. */
const databaseRatio = 1.5;

function made<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new Fault('RESTORE_FAILED', `The restore has no ${what} yet.`);
  return value;
}

function needsBytes(manifest: BackupManifest): number {
  const files = manifest.database.method === 'logical' ? manifest.database.files : [];
  const dump = files.reduce((sum, { bytes }) => sum + bytes, 0);
  return Math.ceil(manifest.source.databaseBytes * databaseRatio) + dump + manifest.filestore.bytes;
}

async function choose({ deps, environment, point, findings, signal }: RestoreRun): Promise<BackupManifest> {
  const chosen = await chooseBackup(deps.repository, environment.name, point.id);
  if ('bad' in chosen) throw new Fault('MANIFEST_UNTRUSTED', `${chosen.id}: ${chosen.bad}`);
  findings.manifest = chosen.manifest;
  findings.place = await deps.places.create({
    needsBytes: needsBytes(chosen.manifest),
    getsCluster: isPhysical(chosen.manifest),
    signal,
  });
  return chosen.manifest;
}

async function fetch(run: RestoreRun, report: StepReport): Promise<void> {
  const { deps, findings, signal } = run;
  const manifest = await choose(run);
  await fetchDump(deps.repository, manifest, made(findings.place, 'place'), {
    signal,
    report: ({ detail, doneBytes, totalBytes }) => report({ detail, doneBytes, totalBytes }),
  });
}

async function restoreLogical(run: RestoreRun, report: StepReport): Promise<void> {
  const { deps, findings, signal } = run;
  const place = made(findings.place, 'place');
  const manifest = made(findings.manifest, 'manifest');
  const tell = ({ bytes, detail }: { readonly bytes: number; readonly detail: string }): void =>
    report({ detail, doneBytes: bytes });
  await place.restoreDatabase({ jobs: deps.jobs, signal, report: tell });
  findings.copy = await readCopy(place.database, manifest, { signal });
  findings.checks.push(judgeRowCounts(manifest.rowCounts, findings.copy.rowCounts));
}

async function restorePhysical(run: RestoreRun, report: StepReport): Promise<void> {
  const { deps, point, findings, signal } = run;
  const manifest = await choose(run);
  // A source that no longer answers marks nothing: then the archive ends where it ends.
  const marked = await deps.mark({ signal });
  if (marked !== undefined) findings.markedAt = marked.at;
  // To now is to the mark, on the line that is written now; of a line that was given up it is to that one's end.
  const toNow = point.target === undefined && !point.isGivenUp ? marked : undefined;
  const at = point.target ?? toNow?.at;
  await restoreDatabaseFrom(deps, manifest, made(findings.place, 'place'), {
    at,
    toTheEnd: at === undefined,
    timeline: toNow?.timeline ?? point.timeline,
    signal,
    report: ({ detail, doneBytes, totalBytes }) => report({ detail, doneBytes, totalBytes }),
  });
  findings.copy = await readCopy(made(findings.place, 'place').database, { rowCounts: [] }, { signal });
}

async function neutralise({ findings, signal }: RestoreRun): Promise<void> {
  const copy = made(findings.copy, 'database');
  await neutraliseCopy(made(findings.place, 'place'), copy, findings.checks, { notDone: 'put in place', signal });
}

async function reduce({ deps, findings, signal, wish }: RestoreRun, report: StepReport): Promise<void> {
  const how = { reduction: deps.disguise.reduction, now: deps.clock.now(), isRewrittenLater: wish.isAnonymised };
  await reduceCopy(made(findings.place, 'place'), how, { signal, report: (detail) => report({ detail }) });
}

async function anonymise({ deps, findings, signal }: RestoreRun, report: StepReport): Promise<void> {
  const how = { rules: deps.disguise.rules, key: (await deps.disguise.key()).reveal() };
  const options = { signal, report: (detail: string) => report({ detail }) };
  const check = await anonymiseCopy(made(findings.place, 'place'), how, options);
  findings.checks.push(check);
  requireAnonymised(check);
}

async function restoreFiles(run: RestoreRun, report: StepReport): Promise<void> {
  const { deps, environment, findings, signal } = run;
  const place = made(findings.place, 'place');
  const named = await readNamedFiles(place.database, { signal });
  const manifest = made(findings.manifest, 'manifest');
  const request = { environment: environment.name, named, manifest, at: run.point.target };
  findings.restored = await restoreNamedFiles(deps, request, place, { signal, report });
}

async function examine(place: RestorePlace, copy: CopyFacts, run: RestoreRun): Promise<void> {
  const { deps, findings, signal } = run;
  findings.checks.push(
    ...(await askInvariants(place.database, businessInvariants, copy, { signal })),
    ...addonsCheck(findings.manifest?.addons, deps.addons ?? []),
  );
  const named = await readNamedFiles(place.database, { signal });
  const lost = findings.manifest?.filestore.missing ?? [];
  findings.checks.push(...judgeFilestore(named, findings.restored ?? [], lost));
}

async function check(run: RestoreRun): Promise<void> {
  const { findings, acceptsDamage, wish } = run;
  await examine(made(findings.place, 'place'), made(findings.copy, 'database'), run);
  const failed = findings.checks.filter(({ outcome }) => outcome === 'failed');
  // Beside the source, damage is told and can be looked at; in its place it would be all that there is.
  if (failed.length === 0 || acceptsDamage || wish.mode !== 'in-place') return;
  const words = failed.map(reasonOf).join('; ');
  throw new Fault('RESTORE_FAILED', `What came back does not hold together, and was not put in place: ${words}`);
}

async function runJourneys(run: RestoreRun, served: ServedOdoo, report: StepReport): Promise<void> {
  const { deps, environment, findings, signal, wish } = run;
  const copy = made(findings.copy, 'database');
  const odoo = deps.openCopy(served);
  // What goes live keeps its data as it was: there the journeys only read.
  const mayWrite = environment.journeys.writes && !wish.isLive;
  const asCopy = { ...environmentOfCopy(environment, served, copy.version), journeys: { writes: mayWrite } };
  const options = { signal, report: ({ detail }: { readonly detail: string }) => report({ detail }), ...copy };
  try {
    findings.checks.push(...(await runCopyJourneys(deps, odoo, asCopy, options)).map(journeyCheck));
  } finally {
    odoo.close();
  }
}

async function prove(run: RestoreRun, report: StepReport): Promise<void> {
  const { findings, signal, wish } = run;
  const served = await made(findings.place, 'place').boot({ withinSeconds: bootSeconds, signal });
  try {
    if (wish.runsJourneys) await runJourneys(run, served, report);
  } finally {
    await served.stop();
  }
}

async function exchange(run: RestoreRun, report: StepReport): Promise<void> {
  const { deps, findings, point, id, wish } = run;
  const place = made(findings.place, 'place');
  report({ detail: 'stopping the restored cluster in good order' });
  const released = await place.release(deps.target.database);
  await deps.target.accept(released, {
    restore: id,
    backup: point.id,
    method: point.method,
    isBackedUp: findings.safetyBackup !== undefined,
    isCopy: wish.mode !== 'in-place',
    until: (findings.markedAt ?? deps.clock.now()).toString(),
  });
  run.signal?.throwIfAborted();
  await run.beforeExchange?.();
  // From here on it is finished or taken back, never left in between: a signal no longer interrupts it.
  findings.isExchanged = true;
  await deps.target.exchange();
  await place.remove();
  delete findings.place;
}

async function start(run: RestoreRun, report: StepReport): Promise<void> {
  const { deps, wish, point, findings, signal } = run;
  const context = { report, signal };
  await deps.target.openDatabase({ isCopy: wish.mode !== 'in-place', method: point.method }, context);
  await deps.bringUp(context);
  await deps.target.letRun();
  findings.servedAt = deps.clock.now();
}

async function settle({ deps, findings }: RestoreRun): Promise<void> {
  const kept = await deps.target.settle({ keepsOld: findings.safetyBackup === undefined });
  if (kept !== undefined) findings.keptOld = kept;
}

/** What each kind of step does. No policy: that is in the plan. */
export const restoreActs: Readonly<Record<RestoreStepKind, (run: RestoreRun, report: StepReport) => Promise<void>>> = {
  'stop-odoo': ({ deps }) => deps.target.stopOdoo(),
  'safety-backup': async ({ deps, findings, signal }) => {
    findings.safetyBackup = await deps.safetyBackup({ signal });
  },
  fetch,
  'restore-database': (run, report) =>
    run.point.method === 'logical' ? restoreLogical(run, report) : restorePhysical(run, report),
  neutralise,
  reduce,
  anonymise,
  'restore-filestore': restoreFiles,
  check,
  prove,
  exchange,
  start,
  settle,
};
