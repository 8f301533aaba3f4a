// A business transaction on Odoo written as a pure generator: it yields what it wants done and is handed the answers.
// The core decides what happens next; a workflow does it.

export { countRecords, createRecords, type Domain, readRecords, searchRead } from './records.ts';
export {
  type Action,
  call,
  type FormAction,
  fail,
  type Limits,
  type OdooCall,
  type PageAction,
  type Script,
} from './script.ts';
