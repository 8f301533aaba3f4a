import { createOutput } from '../../src/apps/cli/output.ts';
import { createProgress } from '../../src/apps/cli/progress.ts';

// Two steps of long work, for the test that looks at them on a terminal and elsewhere.
const progress = createProgress(createOutput({ isJson: false, hasColor: true }));
const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const first = progress.step({ title: 'Install', why: 'Odoo needs it', expectedSeconds: 2 });
first.update({ ratio: 0.5, detail: 'half of it' });
await wait(600);
first.done();
const second = progress.step({ title: 'Start', why: 'to serve', expectedSeconds: 2 });
second.update({ detail: 'waiting' });
await wait(300);
second.failed();
