/** The bounded set of transaction classes: what a request does, in the words of the business where it has some. */
export const transactionClasses = [
  'order-confirmation',
  'reservation',
  'shipment-confirmation',
  'pick-wave',
  'label-printing',
  'invoice-posting',
  'goods-receipt',
  'scan',
  'report',
  'portal',
  'sign-in',
  'api',
  'read',
  'write',
  'action',
  'page',
  'asset',
  'realtime',
  'health',
  'other',
] as const;

export type TransactionClass = (typeof transactionClasses)[number];

/** Where a request comes from, as its route tells. */
export type RequestSource = 'web-client' | 'json2' | 'jsonrpc' | 'xmlrpc' | 'portal' | 'other';

export interface Classified {
  readonly class: TransactionClass;
  readonly source: RequestSource;
  /** Where the route names them. */
  readonly model: string | undefined;
  readonly method: string | undefined;
}

const businessMethods: Readonly<Record<string, TransactionClass>> = {
  'sale.order/action_confirm': 'order-confirmation',
  'stock.picking/action_assign': 'reservation',
  'stock.picking/button_validate': 'shipment-confirmation',
  'stock.immediate.transfer/process': 'shipment-confirmation',
  'stock.backorder.confirmation/process': 'shipment-confirmation',
  'stock.backorder.confirmation/process_cancel_backorder': 'shipment-confirmation',
  'stock.picking/send_to_shipper': 'label-printing',
  'stock.picking/print_return_label': 'label-printing',
  'stock.picking/action_open_label_type': 'label-printing',
  'account.move/action_post': 'invoice-posting',
  'sale.order/_create_invoices': 'invoice-posting',
  'sale.advance.payment.inv/create_invoices': 'invoice-posting',
  'purchase.order/button_confirm': 'goods-receipt',
};

const readMethods =
  /^(?:read|web_read|search|search_read|web_search_read|search_count|read_group|web_read_group|formatted_read_group|name_search|name_get|fields_get|load_views|onchange|default_get|context_get|has_group|check_access\w*|get_\w+)$/;
const writeMethods =
  /^(?:create|write|unlink|copy|web_save|web_save_multi|toggle_active|action_archive|action_unarchive)$/;

const assetPath =
  /^\/(?:[\w.-]+\/static\/|web\/(?:assets|image|content|binary|static|webclient\/translations|bundle)(?:\/|$)|favicon\.ico$)/;
const routes: readonly (readonly [RegExp, TransactionClass, RequestSource])[] = [
  [/^\/(?:web\/health|websocket\/health|longpolling\/health)$/, 'health', 'other'],
  [/^\/(?:websocket|longpolling|bus)(?:\/|$)/, 'realtime', 'web-client'],
  [assetPath, 'asset', 'other'],
  [/^\/(?:report|web\/report)(?:\/|$)/, 'report', 'web-client'],
  [/^\/stock_barcode(?:\/|$)/, 'scan', 'web-client'],
  [/^\/web\/(?:login|session\/authenticate|signup|reset_password)(?:\/|$)/, 'sign-in', 'web-client'],
  [/^\/(?:my|portal)(?:\/|$)/, 'portal', 'portal'],
  [/^\/jsonrpc$/, 'api', 'jsonrpc'],
  [/^\/xmlrpc\//, 'api', 'xmlrpc'],
  [/^\/(?:(?:web|odoo)(?:\/|$)|$)/, 'page', 'web-client'],
];

const named = /^\/(json\/2|web\/dataset\/call_kw|web\/dataset\/call_button)\/([a-z][\w.]{0,80})\/(\w{1,80})$/;

function classOfMethod(model: string, method: string, isApi: boolean): TransactionClass {
  const business = businessMethods[`${model}/${method}`];
  if (business !== undefined) return business;
  if (model === 'stock.picking.batch' && !readMethods.test(method)) return 'pick-wave';
  if (isApi) return 'api';
  if (readMethods.test(method)) return 'read';
  return writeMethods.test(method) ? 'write' : 'action';
}

/** Sorts a request into its class; every path there is falls into one of the bounded set. */
export function classifyRequest(path: string): Classified {
  const route = named.exec(path);
  if (route !== null) {
    const model = route[2] ?? '';
    const method = route[3] ?? '';
    const isApi = route[1] === 'json/2';
    return { class: classOfMethod(model, method, isApi), source: isApi ? 'json2' : 'web-client', model, method };
  }
  for (const [pattern, requestClass, source] of routes) {
    if (pattern.test(path)) return { class: requestClass, source, model: undefined, method: undefined };
  }
  return { class: 'other', source: 'other', model: undefined, method: undefined };
}

/** Classes in which a person or a partner waits for a transaction: slowness there is felt. */
export const feltClasses: readonly TransactionClass[] = transactionClasses.filter(
  (name) => !['report', 'page', 'asset', 'realtime', 'health', 'other', 'sign-in'].includes(name),
);
