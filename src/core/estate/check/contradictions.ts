import type { Diagnostic } from '../../kernel/index.ts';
import { diagnose } from '../diagnostic-catalogue.ts';
import { valueAt } from '../read/issues.ts';
import { type TypedDocument, textAt } from '../read/typed.ts';
import { resolveDataClass } from '../resolve/data-classes.ts';

/** What an environment says about itself that cannot all be true, and what it leaves out that it needs. */
export function checkContradictions(documents: readonly TypedDocument[]): readonly Diagnostic[] {
  const environments = documents.filter((document) => document.kind === 'Environment');
  const tiers = new Map(
    documents.flatMap((document) => (document.kind === 'Tier' && document.name ? [[document.name, document]] : [])),
  );
  return [
    ...environments.flatMap((environment) => checkClass(environment, tiers)),
    ...environments.flatMap(checkConnection),
    ...checkSeparation(environments),
    ...documents.flatMap(checkOwner),
    ...documents.flatMap(checkControls),
  ];
}

function checkClass(environment: TypedDocument, tiers: ReadonlyMap<string, TypedDocument>): readonly Diagnostic[] {
  const stage = textAt(environment, ['stage']);
  const own = textAt(environment, ['serviceClass']);
  const tier = tiers.get(textAt(environment, ['tier']) ?? '');
  const ofTier = tier === undefined ? undefined : textAt(tier, ['serviceClass']);
  const found: Diagnostic[] = [];
  const complain = (path: readonly string[], message: string, hint: string): void => {
    found.push(diagnose('CLASS_CONTRADICTION', environment.placeOf(path), message, hint));
  };
  if (stage === 'production' && own === 'non-production') {
    const hint = 'Leave `serviceClass` out: production follows from the stage.';
    complain(['serviceClass'], 'a production environment is declared non-production', hint);
  }
  if (stage === 'production' && own === undefined && ofTier === 'non-production') {
    const hint = 'Name a tier that is meant for production.';
    complain(['tier'], `a production environment has the non-production tier \`${tier?.name}\``, hint);
  }
  if (own !== undefined && ofTier !== undefined && own !== ofTier) {
    const hint = 'Let one of the two say it.';
    complain(['serviceClass'], `the environment is ${own}, its tier \`${tier?.name}\` is ${ofTier}`, hint);
  }
  return found;
}

function checkConnection(environment: TypedDocument): readonly Diagnostic[] {
  if (textAt(environment, ['stage']) !== 'production' || environment.declared === undefined) return [];
  if (valueAt(environment.value, ['connect', 'odoo']) !== undefined) return [];
  const message = `\`${environment.name}\` is in production, but nothing says how to reach its Odoo`;
  return [diagnose('ENVIRONMENT_UNWATCHED', environment.placeOf([]), message)];
}

/** Production and everything else must not share a database or an Odoo (EST-03). */
function checkSeparation(environments: readonly TypedDocument[]): readonly Diagnostic[] {
  const users = new Map<string, TypedDocument>();
  return environments.flatMap((environment) =>
    sharedThings(environment).flatMap(({ key, path, thing }) => {
      const first = users.get(key);
      if (first === undefined) {
        users.set(key, environment);
        return [];
      }
      const [here, there] = [textAt(environment, ['stage']), textAt(first, ['stage'])];
      if (here === there || first === environment) return [];
      const message = `\`${environment.name}\` (${here}) uses the same ${thing} as \`${first.name}\` (${there})`;
      return [diagnose('STAGES_SHARE_DATABASE', environment.placeOf(path), message)];
    }),
  );
}

function sharedThings(environment: TypedDocument) {
  const database = textAt(environment, ['odoo', 'database']) ?? '';
  const odoo = textAt(environment, ['connect', 'odoo', 'url']);
  const postgres = textAt(environment, ['connect', 'postgres', 'url']);
  const filestore = textAt(environment, ['connect', 'filestore', 'directory']);
  const things = [
    { value: odoo, key: `odoo ${odoo} ${database}`, path: ['connect', 'odoo', 'url'], thing: 'Odoo database' },
    {
      value: postgres,
      key: `postgres ${postgres}`,
      path: ['connect', 'postgres', 'url'],
      thing: 'PostgreSQL database',
    },
    { value: filestore, key: `files ${filestore}`, path: ['connect', 'filestore', 'directory'], thing: 'filestore' },
  ];
  return things.filter(({ value }) => value !== undefined);
}

function checkOwner(document: TypedDocument): readonly Diagnostic[] {
  if (document.kind !== 'BusinessService' || valueAt(document.value, ['owner']) !== undefined) return [];
  const message = `the business service \`${document.name ?? '?'}\` has no owner`;
  return [diagnose('SERVICE_WITHOUT_OWNER', document.placeOf([]), message)];
}

/** The controls that what a class holds needs, and that are not in place (EST-09). */
function checkControls(document: TypedDocument): readonly Diagnostic[] {
  const { declared } = document;
  if (declared?.kind !== 'DataClass') return [];
  const place = document.placeOf([]);
  const { requiredControls, declaredControls, sensitivity, residency } = resolveDataClass(declared, place);
  const missing = requiredControls.filter((control) => !declaredControls.includes(control));
  const found: Diagnostic[] = [];
  if (missing.length > 0) {
    const message = `\`${declared.name}\` is ${sensitivity} and lacks: ${missing.join(', ')}`;
    found.push(diagnose('CONTROL_MISSING', document.placeOf(['controls']), message));
  }
  if (requiredControls.includes('data-residency') && residency.length === 0) {
    const message = `\`${declared.name}\` holds personal data, but does not say where it may be kept`;
    found.push(diagnose('CONTROL_MISSING', place, message, 'Add `residency: [EU]`, or the jurisdictions that apply.'));
  }
  const order = ['public', 'internal', 'confidential', 'restricted'];
  if (declared.sensitivity !== undefined && order.indexOf(declared.sensitivity) < order.indexOf(sensitivity)) {
    const message = `\`${declared.name}\` is declared ${declared.sensitivity}, but what it holds is ${sensitivity}`;
    const hint = 'Leave `sensitivity` out; it follows from what is held.';
    found.push(diagnose('CONTROL_MISSING', document.placeOf(['sensitivity']), message, hint));
  }
  return found;
}
