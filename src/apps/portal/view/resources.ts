import type { z } from 'zod';
import type { resource } from '../../contract/index.ts';

// The API's resources as the portal reads them.
export type Overview = z.output<typeof resource.overview>;
export type CutOff = Overview['cutOffs'][number];
export type EnvironmentSummary = z.output<typeof resource.environmentSummary>;
export type EnvironmentDetail = z.output<typeof resource.environmentDetail>;
export type Health = z.output<typeof resource.health>;
export type HealthReason = z.output<typeof resource.healthReason>;
export type HealthVerdict = z.output<typeof resource.healthVerdict>;
export type CalendarOccurrence = z.output<typeof resource.calendarOccurrence>;
export type ServiceSummary = z.output<typeof resource.serviceSummary>;
export type LatestSample = z.output<typeof resource.latestSample>;
export type Series = z.output<typeof resource.series>;
export type QuantileSeries = z.output<typeof resource.quantileSeries>;
export type JourneyRun = z.output<typeof resource.journeyRun>;
export type Finding = z.output<typeof resource.finding>;
export type LedgerEntry = z.output<typeof resource.ledgerEntry>;
export type LedgerVerification = z.output<typeof resource.ledgerVerification>;
export type TimelineEntry = z.output<typeof resource.timelineEntry>;
export type Diagnostic = z.output<typeof resource.diagnostic>;
export type LifecycleState = z.output<typeof resource.lifecycleState>;
export type Me = z.output<typeof resource.me>;
export type ApiToken = z.output<typeof resource.apiToken>;
export type SignInLink = z.output<typeof resource.signInLink>;
export type User = z.output<typeof resource.user>;
export type Fact = string | number | boolean | null;
