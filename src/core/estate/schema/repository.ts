import { z } from 'zod';
import { duration, name, path, plainOrSecret, secret, text } from './scalars.ts';

const keys = { accessKey: secret, secretKey: secret };

const s3 = z.strictObject({
  bucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/)
    .meta({ description: 'The name of the bucket: lower-case letters, digits, `.` and `-`.' }),
  prefix: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/)
    .optional()
    .meta({ description: 'A folder inside the bucket, such as plimsoll/acme.' }),
  endpoint: z
    .string()
    .regex(/^https?:\/\/[A-Za-z0-9.:[\]-]+\/?$/)
    .optional()
    .meta({ description: 'The address of the S3 service; Amazon’s own where not given.' }),
  region: z
    .string()
    .regex(/^[a-z0-9-]+$/)
    .optional()
    .meta({ description: 'The name the S3 service knows its region by; us-east-1 where not given.' }),
  caFile: path
    .refine((value) => !/\p{Cc}/u.test(value), 'a path has no control characters')
    .optional()
    .meta({
      description:
        'A file with the certificates (PEM) that vouch for the S3 service, where the machine does not know them; pgBackRest’s user must be able to read it.',
    }),
  ...keys,
  deleteWith: z
    .strictObject(keys)
    .optional()
    .meta({ description: 'Credentials that may delete. Pruning needs them, backing up must not have them.' }),
});

export const repository = z.strictObject({
  kind: z.literal('Repository'),
  name,
  title: text.optional(),
  region: name.optional().meta({ description: 'The region it lies in, for residency and for copies.' }),
  directory: path.optional().meta({ description: 'A directory: an absolute path, or state/….' }),
  s3: s3.optional().meta({ description: 'A bucket of an S3 service.' }),
  sealedTo: z
    .array(plainOrSecret)
    .optional()
    .meta({ description: 'Public age recipients (age1…), or references to files of them, that content is sealed to.' }),
  identity: secret.optional().meta({ description: 'The age identity that opens content; not needed to back up.' }),
  signingKey: secret.optional().meta({ description: 'The Ed25519 private key (PEM) that signs manifests.' }),
  trustedSigners: z
    .array(plainOrSecret)
    .optional()
    .meta({ description: 'Public Ed25519 keys (PEM, or references) whose manifests are believed.' }),
  objectLock: duration.optional().meta({ description: 'How long nobody can delete what was written.' }),
});
