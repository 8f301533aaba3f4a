import type { Criticality, Stage } from '../model.ts';
import type { Declared } from '../schema/index.ts';

/** How much stands still when a process stops: 3 stops the warehouse floor, 0 can wait for tomorrow. */
const weights: Readonly<Record<string, { readonly weight: number; readonly because: string }>> = {
  'pick-waves': { weight: 3, because: 'warehouse execution stops without it' },
  'stock-moves': { weight: 3, because: 'warehouse execution stops without it' },
  'label-printing': { weight: 3, because: 'parcels cannot leave without labels' },
  'shipment-confirmation': { weight: 3, because: 'warehouse execution stops without it' },
  'goods-receipt': { weight: 3, because: 'warehouse execution stops without it' },
  'order-intake': { weight: 2, because: 'orders do not reach the warehouse without it' },
  'order-confirmation': { weight: 2, because: 'orders do not reach the warehouse without it' },
  'carrier-api': { weight: 2, because: 'carriers are not reached without it' },
  'carrier-rates': { weight: 1, because: 'orders can be shipped at a default rate for a while' },
  'edi-exchange': { weight: 2, because: 'trading partners are not reached without it' },
  'marketplace-api': { weight: 2, because: 'marketplace orders and stock go stale without it' },
  'transport-planning': { weight: 2, because: 'vehicles are planned with it' },
  'customer-portal': { weight: 1, because: 'customers see it' },
  'invoice-posting': { weight: 1, because: 'money is late without it, goods are not' },
  reporting: { weight: 0, because: 'figures can wait' },
  training: { weight: 0, because: 'nothing real depends on it' },
};

const ladder: readonly Criticality[] = ['low', 'medium', 'high', 'critical'];
const busyPerHour = 1_000;

/** What is known about a service when it is classified. */
export interface ServiceFacts {
  readonly declared: Declared<'BusinessService'>;
  /** Cut-offs that the service must clear its work before. */
  readonly cutOffs: readonly string[];
  readonly commitments: readonly string[];
  readonly stages: readonly Stage[];
}

/** The process a service supports: as declared, else the one it is named after. */
export function processOf({ process, name }: Declared<'BusinessService'>): string | undefined {
  return process ?? (Object.hasOwn(weights, name) ? name : undefined);
}

/** How much the business depends on a service, with the reasons (EST-06). */
export function classifyService(facts: ServiceFacts): { criticality: Criticality; reasons: readonly string[] } {
  const { declared, cutOffs, commitments, stages } = facts;
  if (declared.criticality !== undefined) {
    return { criticality: declared.criticality, reasons: [`declared ${declared.criticality}`] };
  }
  const reasons: string[] = [];
  let score = 1;
  const process = processOf(declared);
  const weight = process === undefined ? undefined : weights[process];
  if (weight !== undefined) {
    score = weight.weight;
    reasons.push(`${process}: ${weight.because}`);
  } else reasons.push('no process declared: taken for ordinary');
  if (cutOffs.length > 0) reasons.push(`must be done before ${cutOffs.join(', ')}`);
  if (commitments.length > 0) reasons.push(`promised to customers: ${commitments.join(', ')}`);
  const peak = declared.volume?.peakPerHour ?? 0;
  if (peak >= busyPerHour) reasons.push(`${peak} an hour at its peak`);
  score += Number(cutOffs.length > 0) + Number(commitments.length > 0) + Number(peak >= busyPerHour);
  if (!stages.includes('production')) {
    reasons.push('runs in no production environment');
    score = 0;
  }
  return { criticality: fromScore(score), reasons };
}

/** 0 low, 1 and 2 medium, 3 high, above critical. */
function fromScore(score: number): Criticality {
  if (score <= 0) return 'low';
  if (score <= 2) return 'medium';
  return score === 3 ? 'high' : 'critical';
}

/** An environment is as critical as the most critical service in it; lower stages never count as more than medium. */
export function classifyEnvironment(
  stage: Stage,
  services: readonly { readonly name: string; readonly criticality: Criticality }[],
): { criticality: Criticality; reasons: readonly string[] } {
  if (stage !== 'production' && stage !== 'reporting') {
    const isClose = stage === 'staging' || stage === 'uat';
    return { criticality: isClose ? 'medium' : 'low', reasons: [`stage ${stage}`] };
  }
  const worst = services.reduce((rank, service) => Math.max(rank, ladder.indexOf(service.criticality)), 1);
  const criticality = ladder[worst] ?? 'medium';
  const leading = services.filter((service) => service.criticality === criticality).map((service) => service.name);
  const carries = leading.length === 0 ? [] : [`carries ${leading.join(', ')} (${criticality})`];
  return { criticality, reasons: [`stage ${stage}`, ...carries] };
}
