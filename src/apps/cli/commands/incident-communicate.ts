import type { z } from 'zod';
import { Fault } from '../../../core/kernel/index.ts';
import { askApi } from '../../api-client.ts';
import { type resource, routes } from '../../contract/index.ts';
import type { CliCommand } from '../command.ts';
import { confirmByName } from '../confirm-name.ts';
import type { Output } from '../output.ts';

type Template = z.output<typeof resource.incidentDetail>['templates'][number];

const id = '7b6c2f0e-0c9b-4f7e-9a53-0d8f5a3c1d11';

function preview({ audience, headline, channels, confirm }: Template, text: string, output: Output): void {
  const by = channels.map(
    ({ name, recipients }) => `${name} (${recipients} ${recipients === 1 ? 'address' : 'addresses'})`,
  );
  output.line(`To ${audience} by ${by.join(', ') || 'no channel: nothing can be sent'}`);
  output.line(output.style('bold', headline));
  output.line(text);
  if (confirm !== null)
    output.line(output.style('dim', `It leaves the house: sending asks for ${confirm} to be typed.`));
}

/** `plimsoll incident communicate` (INC-06). */
export const communicateCommand: CliCommand = {
  usage: 'communicate <id> <audience>',
  summary:
    'Tell users, customers or management, from a template or in your own words; --dry-run shows it and sends nothing',
  effect: 'changes',
  confirmsByName: true,
  examples: [
    `incident communicate ${id} customers --dry-run`,
    `incident communicate ${id} customers --yes acme-prod`,
    `incident communicate ${id} management --text "Orders ship again; the cause is known."`,
  ],
  configure: (command) =>
    command
      .option('--text <text>', 'your own words instead of the template')
      .option('--dry-run', 'show what would be sent to whom, and send nothing'),
  async run([wanted = '', audience = ''], options, { settings, output, signal }) {
    const params = { id: wanted };
    const incident = await askApi(settings, (api) => api.call(routes.getIncident, { params, signal }));
    const template = incident.templates.find((each) => each.audience === audience);
    if (template === undefined) {
      const known = incident.templates.map((each) => each.audience).join(', ');
      throw new Fault('SETTING_INVALID', `The audience is one of ${known}, not ${audience}.`);
    }
    const text = typeof options['text'] === 'string' ? options['text'] : template.text;
    preview(template, text, output);
    if (options['dryRun'] === true) {
      output.json({ ...template, text });
      return 0;
    }
    const { confirm } = template;
    if (confirm !== null) {
      const what = `This is sent to ${audience} outside the house, and cannot be taken back.`;
      await confirmByName(confirm, options, { output, what });
    }
    const body = { do: 'send', template: template.name, audience: template.audience, text, confirm } as const;
    const after = await askApi(settings, (api) => api.call(routes.workOnIncident, { params, body, signal }));
    output.json(after);
    output.line(`Sent to ${audience}; \`plimsoll incident show ${wanted}\` says whether it arrived.`);
    return 0;
  },
};
