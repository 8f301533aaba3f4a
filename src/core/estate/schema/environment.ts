import { z } from 'zod';
import type { PlatformPart } from '../model.ts';
import { type StoredData, storageClasses, storedData } from '../storage.ts';
import { duration, name, odooVersion, path, plainOrSecret, secret, size, text } from './scalars.ts';
import { thresholds } from './thresholds.ts';
import { backup, objectives } from './tier.ts';

export const stages = [
  'development',
  'staging',
  'uat',
  'production',
  'training',
  'reporting',
  'recovery-test',
] as const;

export const platformParts = [
  'web',
  'workers',
  'scheduled-jobs',
  'postgres',
  'redis',
  'ingress',
  'object-storage',
  'logging',
  'metrics',
  'alerting',
  'identity',
] as const;

const processes = z.number().int().min(0).max(1_000).optional();

const addons = z.strictObject({
  directory: path.refine((value) => !/[,\p{Cc}]/u.test(value), 'Odoo cannot be told a path with a comma in it'),
  revision: text.optional().meta({ description: 'Which version it is, where it is no git checkout.' }),
});

const odoo = z.strictObject({
  version: odooVersion,
  database: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/)
    .meta({ description: 'The database name: letters, digits, `_`, `.` and `-`.' }),
  modules: z
    .array(
      z
        .string()
        .regex(/^[a-z][a-z0-9_]*$/)
        .meta({ description: 'The technical name of a module.' }),
    )
    .optional(),
  addons: z
    .array(addons)
    .max(100)
    .optional()
    .meta({ description: 'Directories of add-ons that are not Odoo’s own: its backups name their versions.' }),
});

const connect = z.strictObject({
  odoo: z.strictObject({ url: plainOrSecret, login: plainOrSecret.optional(), apiKey: secret.optional() }).optional(),
  postgres: z.strictObject({ url: plainOrSecret }).optional(),
  backup: z
    .strictObject({ url: plainOrSecret })
    .optional()
    .meta({ description: 'A role that may read the whole database, for backups.' }),
  sessions: z
    .strictObject({ url: plainOrSecret })
    .optional()
    .meta({ description: 'A role that may see and end sessions of the database, for runbooks.' }),
  filestore: z.strictObject({ directory: path }).optional(),
  log: z.strictObject({ file: path }).optional(),
  redis: z.strictObject({ url: plainOrSecret }).optional(),
  prometheus: z
    .strictObject({ url: plainOrSecret })
    .optional()
    .meta({ description: 'A Prometheus that knows more of this environment, for objectives that name counters.' }),
  ingress: z
    .strictObject({ url: plainOrSecret })
    .optional()
    .meta({ description: 'The address that users open, through whatever stands before Odoo.' }),
});

const partName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]*$/)
  .meta({ description: 'Who provides it, or `none`.' });

const part = z.union([partName, z.strictObject({ provider: partName, connected: z.boolean().optional() })]).optional();

/** `parts:` of an environment, or of the estate for parts that all share. */
export const parts = z
  .strictObject(Object.fromEntries(platformParts.map((key) => [key, part])) as Record<PlatformPart, typeof part>)
  .meta({ description: 'The platform parts that are there, each with who provides it.' });

const keptIn = z
  .strictObject({
    class: z.enum(storageClasses),
    volume: name.optional().meta({ description: 'The volume or bucket by its name: the same name is the same one.' }),
    versioned: z
      .boolean()
      .optional()
      .meta({ description: 'Whether a bucket keeps what is overwritten or deleted in it.' }),
  })
  .optional();

const storage = z
  .strictObject(Object.fromEntries(storedData.map((key) => [key, keptIn])) as Record<StoredData, typeof keptIn>)
  .meta({ description: 'On what kind of storage each kind of data is kept.' });

export const environment = z.strictObject({
  kind: z.literal('Environment'),
  name,
  title: text.optional(),
  tenant: name.optional(),
  stage: z.enum(stages),
  serviceClass: z.enum(['production', 'non-production']).optional(),
  tier: name.optional(),
  tenancy: z.enum(['dedicated', 'shared', 'hybrid']).optional(),
  platform: z.enum(['host', 'compose', 'kubernetes']),
  region: name.optional(),
  sites: z.array(name).optional(),
  odoo,
  workers: z
    .strictObject({ web: processes, gevent: processes, cron: processes, integration: processes, reporting: processes })
    .optional()
    .meta({ description: 'How many processes of each class.' }),
  redis: z
    .strictObject({
      purpose: z.array(z.enum(['session', 'cache', 'queue', 'bus'])).min(1),
      acceptableLoss: duration.optional(),
      eviction: z
        .enum(['noeviction', 'allkeys-lru', 'allkeys-lfu', 'volatile-lru', 'volatile-lfu', 'volatile-ttl'])
        .optional(),
    })
    .optional(),
  connect: connect.optional(),
  lab: z.boolean().optional().meta({ description: 'May be loaded and broken on purpose, although production.' }),
  journeys: z
    .strictObject({ writes: z.boolean().optional() })
    .optional()
    .meta({ description: 'Whether journeys may write, in their synthetic company.' }),
  thresholds,
  peakThresholds: z
    .record(name, thresholds)
    .optional()
    .meta({ description: 'Thresholds that hold while a peak of that profile is on, and only then.' }),
  objectives: objectives.optional(),
  backup: backup.optional(),
  resources: z
    .strictObject({
      cpuCores: z.number().positive().max(1_024).optional(),
      memory: size.optional(),
      database: size.optional(),
      filestore: size.optional(),
    })
    .optional(),
  storage: storage.optional(),
  schedule: z.enum(['always', 'working-hours']).optional(),
  parts: parts.optional(),
  dataClasses: z.array(name).optional(),
  dependsOn: z.array(name).optional(),
  owner: name.optional(),
});
