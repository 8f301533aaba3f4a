import { stringify } from 'yaml';
import type { Estate } from '../../estate/index.ts';

const mail = /^[^\s@<>]+@[^\s@<>]+$/;

/** A page is told at once and again; a ticket may wait and repeats daily. */
const paces = {
  page: { group_wait: '30s', repeat_interval: '1h' },
  ticket: { group_wait: '5m', repeat_interval: '24h' },
} as const;

/** Who hears of what: by owner and severity, one message per service, and no ticket beside a page about the same. */
export function alertmanagerConfig(estate: Estate): string {
  const owners = [...new Set(estate.services.flatMap(({ owner }) => owner ?? []))].sort();
  const severities = ['page', 'ticket'] as const;
  const routes = owners.flatMap((owner) =>
    severities.map((severity) => ({
      matchers: [`owner="${owner}"`, `severity="${severity}"`],
      receiver: `${owner}-${severity}`,
      ...paces[severity],
    })),
  );
  const receivers = owners.flatMap((owner) => {
    const contact = estate.teams.find(({ name }) => name === owner)?.contact;
    const address = contact !== undefined && mail.test(contact) ? contact : undefined;
    return severities.map((severity) => ({
      name: `${owner}-${severity}`,
      // Without an address there is nobody to tell yet: the receiver stands ready for one.
      ...(address === undefined ? {} : { email_configs: [{ to: address, send_resolved: true }] }),
    }));
  });
  const config = {
    global: { resolve_timeout: '5m', smtp_smarthost: 'localhost:25', smtp_from: 'plimsoll@localhost' },
    route: {
      receiver: 'nobody-owns-it',
      group_by: ['environment', 'service', 'severity'],
      group_interval: '5m',
      routes,
    },
    inhibit_rules: [
      { source_matchers: ['severity="page"'], target_matchers: ['severity="ticket"'], equal: ['objective'] },
    ],
    receivers: [{ name: 'nobody-owns-it' }, ...receivers],
  };
  return stringify(config, { lineWidth: 0 });
}
