import { z } from '@hono/zod-openapi';

const instant = z.iso.datetime();
const role = z.enum(['administrator', 'operator', 'auditor', 'viewer']);

export const me = z
  .object({
    kind: z.enum(['user', 'token', 'local', 'fake']),
    name: z.string(),
    role,
    permissions: z.array(z.string()),
    /** A second factor must be enrolled before anything else is allowed. */
    mustEnrolSecondFactor: z.boolean(),
  })
  .openapi('Me');

export const apiToken = z
  .object({
    id: z.string(),
    name: z.string(),
    prefix: z.string(),
    role,
    createdAt: instant,
    expiresAt: instant.nullable(),
    lastUsedAt: instant.nullable(),
    revokedAt: instant.nullable(),
  })
  .openapi('ApiToken');

export const apiTokenDraft = z
  .object({ name: z.string().min(1).max(100), role, expiresInSeconds: z.number().int().positive().max(31_536_000) })
  .openapi('ApiTokenDraft');

export const signInLinkDraft = z.object({ role }).openapi('SignInLinkDraft');

export const signInLink = z
  .object({
    /** On the server's own address; the token behind `#` is shown this once. */
    path: z.string(),
    role,
    expiresAt: instant,
  })
  .openapi('SignInLink');

export const user = z
  .object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    role,
    hasSecondFactor: z.boolean(),
    createdAt: instant,
  })
  .openapi('User');

/** RFC 9457. `code` is a fault code or a refusal; `reasons` are the reasons of a refusal. */
export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.string(),
    remedy: z.string().optional(),
    reasons: z.array(z.object({ code: z.string(), message: z.string(), hint: z.string() })).optional(),
  })
  .openapi('Problem');
