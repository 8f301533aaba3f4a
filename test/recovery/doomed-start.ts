// Starts a PostgreSQL as the table of components does: `node doomed-start.ts <layout and environment as JSON> <records>`.
import { createComponentTable } from '../../src/adapters/host/component-table.ts';
import { compileHost, type HostEnvironment, type HostLayout } from '../../src/core/compile/host/index.ts';

const [made = '', directory = ''] = process.argv.slice(2);
const { layout, environment } = JSON.parse(made) as { layout: HostLayout; environment: HostEnvironment };
const { processes } = compileHost(environment, layout);
await createComponentTable({ directory, specifications: processes }).start('postgres');
