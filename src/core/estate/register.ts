import type { Criticality, Estate, Integration } from './model.ts';

/** What an integration must be to be listed; what is left out does not matter. */
export interface IntegrationQuery {
  readonly exchange?: Integration['exchange'];
  readonly direction?: Integration['direction'];
  readonly atLeast?: Criticality;
  readonly trustZone?: NonNullable<Integration['trustZone']>;
  readonly partner?: string;
  readonly environment?: string;
}

const ladder: readonly Criticality[] = ['low', 'medium', 'high', 'critical'];

/** The integrations of the register that match, in the order they are declared (EST-08). */
export function findIntegrations(estate: Estate, query: IntegrationQuery): readonly Integration[] {
  const least = ladder.indexOf(query.atLeast ?? 'low');
  return estate.integrations.filter(
    (integration) =>
      (query.exchange === undefined || integration.exchange === query.exchange) &&
      (query.direction === undefined || integration.direction === query.direction) &&
      (query.trustZone === undefined || integration.trustZone === query.trustZone) &&
      (query.partner === undefined || integration.partner === query.partner) &&
      (query.environment === undefined || integration.environments.includes(query.environment)) &&
      ladder.indexOf(integration.criticality) >= least,
  );
}
