/** How a column's content is replaced. */
export type Disguise =
  /** `Person 3f2a…`, the same for the same name everywhere. */
  | 'name'
  /** `3f2a…@example.invalid`, the same for the same address however it is written. */
  | 'email'
  | 'phone'
  | 'street'
  /** An account's number or another number that names somebody. */
  | 'number'
  /** A sign-in: like an e-mail address where it is one. */
  | 'login'
  /** Text that people wrote: what it may say of whom nobody knows. */
  | 'text'
  /** Emptied. */
  | 'nothing';

/** One rule: what a column holds, and so what becomes of it. */
export interface AnonymiseRule {
  readonly table: string;
  readonly column: string;
  readonly as: Disguise;
}

/** Names that need no quoting: only those become part of a statement. */
export const plainIdentifier = /^[a-z_][a-z0-9_]{0,62}$/;

const rules = (table: string, columns: Readonly<Record<string, Disguise>>): readonly AnonymiseRule[] =>
  Object.entries(columns).map(([column, as]) => ({ table, column, as }));

/**
 * What Odoo's own tables hold of people. City, country and postcode stay: carriers and routes need them, and without a name
 * and a street they lead to nobody. Own companies keep their names.
 */
export const odooRules: readonly AnonymiseRule[] = [
  ...rules('res_partner', {
    name: 'name',
    complete_name: 'name',
    commercial_company_name: 'name',
    company_name: 'name',
    email: 'email',
    email_normalized: 'email',
    phone: 'phone',
    mobile: 'phone',
    phone_sanitized: 'phone',
    street: 'street',
    street2: 'nothing',
    vat: 'nothing',
    company_registry: 'nothing',
    ref: 'number',
    barcode: 'nothing',
    peppol_endpoint: 'nothing',
    website: 'nothing',
    comment: 'nothing',
    function: 'nothing',
    signup_type: 'nothing',
    partner_latitude: 'nothing',
    partner_longitude: 'nothing',
    sale_warn_msg: 'nothing',
    purchase_warn_msg: 'nothing',
    picking_warn_msg: 'nothing',
  }),
  ...rules('res_partner_bank', {
    acc_number: 'number',
    sanitized_acc_number: 'number',
    acc_holder_name: 'name',
    note: 'nothing',
  }),
  ...rules('res_users', {
    login: 'login',
    password: 'nothing',
    totp_secret: 'nothing',
    signature: 'nothing',
    out_of_office_message: 'nothing',
  }),
  ...rules('res_company', { email: 'email', phone: 'phone' }),
  ...rules('mail_message', {
    body: 'text',
    subject: 'nothing',
    email_from: 'email',
    reply_to: 'email',
    incoming_email_to: 'nothing',
    incoming_email_cc: 'nothing',
    outgoing_email_to: 'nothing',
  }),
  ...rules('mail_mail', { body_html: 'nothing', email_to: 'nothing', email_cc: 'nothing', headers: 'nothing' }),
  ...rules('mail_notification', { mail_email_address: 'email' }),
  ...rules('mail_gateway_allowed', { email: 'email', email_normalized: 'email' }),
  ...rules('mail_guest', { name: 'name', email: 'email' }),
  ...rules('mail_alias', { alias_bounced_content: 'nothing' }),
  ...rules('discuss_channel', { name: 'name', description: 'nothing' }),
  ...rules('discuss_channel_member', { custom_channel_name: 'nothing' }),
  // What an activity is about, as it is called: a person, or an order.
  ...rules('mail_activity', { note: 'nothing', summary: 'nothing', feedback: 'nothing', res_name: 'nothing' }),
  ...rules('calendar_event', { name: 'text', description: 'nothing', location: 'nothing' }),
  ...rules('calendar_attendee', { common_name: 'name', email: 'email' }),
  ...rules('sale_order', {
    note: 'nothing',
    client_order_ref: 'nothing',
    signed_by: 'nothing',
    access_token: 'nothing',
  }),
  ...rules('purchase_order', { note: 'nothing', partner_ref: 'nothing', access_token: 'nothing' }),
  ...rules('account_move', {
    narration: 'nothing',
    ref: 'nothing',
    payment_reference: 'nothing',
    invoice_partner_display_name: 'name',
    invoice_source_email: 'email',
    access_token: 'nothing',
  }),
  // A line that is to be paid is called by both references of its entry; one about goods keeps its name.
  ...rules('account_move_line', { ref: 'nothing', name: 'nothing' }),
  ...rules('account_analytic_line', { ref: 'nothing' }),
  ...rules('account_payment', { memo: 'nothing', payment_reference: 'nothing' }),
  ...rules('account_bank_statement_line', {
    partner_name: 'name',
    account_number: 'number',
    payment_ref: 'nothing',
    transaction_details: 'nothing',
  }),
  ...rules('stock_picking', { note: 'nothing' }),
  ...rules('stock_picking_batch', { description: 'nothing' }),
  ...rules('stock_lot', { note: 'nothing' }),
  ...rules('payment_transaction', {
    partner_name: 'name',
    partner_email: 'email',
    partner_phone: 'phone',
    partner_address: 'nothing',
  }),
  ...rules('crm_lead', {
    contact_name: 'name',
    partner_name: 'name',
    email_from: 'email',
    email_normalized: 'email',
    email_cc: 'nothing',
    phone: 'phone',
    mobile: 'phone',
    phone_sanitized: 'phone',
    street: 'street',
    street2: 'nothing',
    description: 'nothing',
    website: 'nothing',
  }),
  ...rules('hr_employee', {
    name: 'name',
    legal_name: 'name',
    work_email: 'email',
    private_email: 'email',
    work_phone: 'phone',
    mobile_phone: 'phone',
    private_phone: 'phone',
    private_street: 'street',
    private_street2: 'nothing',
    emergency_contact: 'nothing',
    emergency_phone: 'nothing',
    identification_id: 'nothing',
    passport_id: 'nothing',
    ssnid: 'nothing',
    permit_no: 'nothing',
    visa_no: 'nothing',
    birthday: 'nothing',
    place_of_birth: 'nothing',
    private_car_plate: 'nothing',
    barcode: 'nothing',
    pin: 'nothing',
    notes: 'nothing',
    additional_note: 'nothing',
  }),
  // From Odoo 19 on, much of an employee lies in the versions of the contract.
  ...rules('hr_version', {
    private_street: 'street',
    private_street2: 'nothing',
    identification_id: 'nothing',
    passport_id: 'nothing',
    ssnid: 'nothing',
    spouse_complete_name: 'name',
    spouse_birthdate: 'nothing',
    departure_description: 'nothing',
    additional_note: 'nothing',
  }),
  ...rules('resource_resource', { name: 'name' }),
  ...rules('ir_mail_server', { smtp_user: 'nothing', smtp_pass: 'nothing' }),
  ...rules('fetchmail_server', { user: 'nothing', password: 'nothing' }),
  ...rules('iap_account', { account_token: 'nothing' }),
];

/** Tables whose rows say who did what from where, or are keys: the copy goes on without them. */
export const emptiedTables: readonly string[] = [
  'auth_passkey_key',
  'auth_totp_device',
  'auth_totp_rate_limit_log',
  'base_partner_merge_line',
  'bus_bus',
  'ir_logging',
  'mail_blacklist',
  'mail_link_preview',
  'mail_message_translation',
  'mail_push',
  'mail_push_device',
  'mail_scheduled_message',
  'mail_tracking_value',
  'payment_token',
  'phone_blacklist',
  'privacy_log',
  'res_device_log',
  'res_users_apikeys',
  'res_users_identitycheck',
  'sms_sms',
  'snailmail_letter',
];

/** Columns of these that are called so are credentials, whatever module brought them. */
export const credentialTables: readonly string[] = [
  'auth_oauth_provider',
  'delivery_carrier',
  'fetchmail_server',
  'iap_account',
  'ir_mail_server',
  'payment_provider',
  'res_company',
  'res_users',
  'res_users_settings',
];
export const credentialColumn = /(^|_)(password|passwd|pass|secret|r?token|api_key|private_key|access_key)$/;

/** Attachments of these are Odoo's own or are goods: every other file may be about somebody, and goes. */
export const keptAttachmentModels: readonly string[] = [
  'ir.asset',
  'ir.module.module',
  'ir.ui.menu',
  'ir.ui.view',
  'payment.method',
  'payment.provider',
  'product.image',
  'product.product',
  'product.template',
  'res.company',
  'res.country',
  'res.lang',
];
