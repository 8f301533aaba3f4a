import { hasProject } from '../adapters/docker/project.ts';
import { createPostgresSessions } from '../adapters/odoo-database/postgres-sessions.ts';
import { createLocalSecrets } from '../adapters/secrets/local-secrets.ts';
import type { Environment, Estate, RunningComponent } from '../core/estate/index.ts';
import type { SessionName } from '../core/incident/index.ts';
import { createSecret, type Secret } from '../core/kernel/index.ts';
import { resolveText } from '../ports/secrets.ts';
import { endSession, type Performed } from '../workflows/incident/perform.ts';
import { restartComponent } from '../workflows/restart-component.ts';
import type { Settings } from './settings.ts';
import { runtimeDirectoryOf } from './wire-observe.ts';
import { ownRole } from './wire-recovery.ts';
import { openEnvironment } from './wire-up.ts';

/** What a runbook may do to an environment that serves. Each answers what came of it, or throws the fault. */
export interface Acting {
  restartComponent(environment: Environment, component: RunningComponent, signal: AbortSignal): Promise<Performed>;
  endSession(environment: Environment, session: SessionName | undefined, signal: AbortSignal): Promise<Performed>;
}

/** A declared role, or Odoo's own where this machine runs the environment; `undefined` where there is neither. */
async function sessionsUrl(environment: Environment, settings: Settings): Promise<Secret | undefined> {
  const secrets = createLocalSecrets(settings);
  const declared = environment.connect.sessions?.url;
  const text =
    declared === undefined ? await ownRole(environment, settings, secrets) : await resolveText(secrets, declared);
  return text === undefined ? undefined : createSecret(`the sessions role of ${environment.name}`, text);
}

const runsHere = (environment: Environment, { stateDirectory }: Settings): boolean =>
  runtimeDirectoryOf(environment, stateDirectory) !== undefined || hasProject(stateDirectory, environment.name);

/** Restarts components of environments that this machine runs, and ends sessions wherever a role for that is known. */
export function wireActing(settings: Settings, estate: () => Pick<Estate, 'repositories'>): Acting {
  return {
    restartComponent: async (environment, component, signal) => {
      if (!runsHere(environment, settings)) {
        const way = 'restart it where it runs, and record the step';
        return { isGood: false, note: `no component of ${environment.name} runs on this machine; ${way}` };
      }
      const { repositories } = estate();
      const { components } = await openEnvironment(environment, { settings, repositories, deadlines: [] });
      return restartComponent(components, component, environment.name, signal);
    },
    endSession: async (environment, session, signal) => {
      const url = await sessionsUrl(environment, settings);
      if (url === undefined) {
        const way = 'declare connect.sessions: { url: "env:NAME" } with one that has pg_signal_backend';
        return { isGood: false, note: `no role is known that may end sessions of ${environment.name}; ${way}` };
      }
      return endSession(createPostgresSessions(url), session, signal);
    },
  };
}
