// The Odoo request log: reading its lines, sorting requests into transaction classes, adding them up.
export {
  type Classified,
  classifyRequest,
  feltClasses,
  type TransactionClass,
  transactionClasses,
} from './classify.ts';
export { type EventLine, type LogEvent, parseLogLine, type RequestLine } from './line.ts';
export { type RequestTally, samplesFromTally, tallyRequests } from './tally.ts';
