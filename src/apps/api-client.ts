import { Fault } from '../core/kernel/index.ts';
import { type ApiClient, ApiProblem, createApiClient } from './contract/index.ts';
import type { Settings } from './settings.ts';
import { readOperatorToken } from './wire-tokens.ts';

const faultByStatus = { 401: 'SIGN_IN_REQUIRED', 403: 'PERMISSION_DENIED' } as const;

/** The API for a command: with PLIMSOLL_TOKEN, else as the local operator where the state directory is ours to read. */
export async function openApi(settings: Settings, timeoutSeconds?: number): Promise<ApiClient> {
  const token = settings.token ?? (await readOperatorToken(settings.stateDirectory));
  return createApiClient({
    baseUrl: settings.serverUrl.replace(/\/$/, ''),
    token,
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
  });
}

/** Runs calls of the API; what goes wrong becomes a fault with a way out, except refusals and bad requests. */
export async function askApi<Answer>(settings: Settings, ask: (api: ApiClient) => Promise<Answer>): Promise<Answer> {
  try {
    return await ask(await openApi(settings));
  } catch (error) {
    if (error instanceof ApiProblem) {
      const code = faultByStatus[error.status as keyof typeof faultByStatus];
      if (code !== undefined) throw new Fault(code, error.message);
      throw error;
    }
    if (error instanceof TypeError || (error instanceof Error && error.name === 'TimeoutError')) {
      throw new Fault('SERVER_UNREACHABLE', `${settings.serverUrl} does not answer.`, { cause: error });
    }
    throw error;
  }
}
