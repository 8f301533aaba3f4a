"""What must differ in every environment made from the prepared database: identity, secrets, and work for today.

Reads one JSON document from PLIMSOLL_SEED: {deadlines: [{at: UTC "YYYY-MM-DD HH:MM:SS", warehouse: short name or null}, ...],
warehouses: [short names], orders, adminPassword, seed}.
Writes one JSON line with the API key, which the caller stores and nobody prints.
"""

import json
import os
import random
import secrets

wanted = json.loads(os.environ["PLIMSOLL_SEED"])
chance = random.Random(wanted["seed"])
company = env.company

is_new = wanted["orders"] > 0

# A copy of the prepared database must not answer to the same identity as its siblings.
if is_new:
    env["ir.config_parameter"].init(force=True)
env.ref("base.user_admin").password = wanted["adminPassword"]
user = env["res.users"].search([("login", "=", "plimsoll")])
user.password = secrets.token_urlsafe(24)  # it signs in by key only
# The prepared copy has been lying about: what was due meanwhile is due from now, instead of overdue by that long.
env.cr.execute("UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'utc' WHERE nextcall < now() AT TIME ZONE 'utc'")
env["res.users.apikeys"].search([("user_id", "=", user.id)]).sudo().unlink()
key = env(user=user.id)["res.users.apikeys"]._generate("rpc", "plimsoll", None)
env.cr.commit()

products = env["product.product"].search([("default_code", "=like", "NS%")], order="id")
consignees = env["res.partner"].search([("customer_rank", ">", 0), ("email", "like", "example.invalid")], order="id")
suppliers = env["res.partner"].search([("supplier_rank", ">", 0)], order="id")
carrier = env["delivery.carrier"].search([("name", "=", "North Sea Parcel")], limit=1)

# The sites name warehouses by their short names: those that Odoo lacks are made, and get the goods that the first one has.
main = env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
warehouses = {warehouse.code: warehouse for warehouse in env["stock.warehouse"].search([("company_id", "=", company.id)])}
for code in wanted["warehouses"] if is_new else []:
    if code in warehouses:
        continue
    warehouses[code] = env["stock.warehouse"].create({
        "name": code, "code": code, "company_id": company.id,
        "reception_steps": main.reception_steps, "delivery_steps": main.delivery_steps,
    })
    for product in products:
        env["stock.quant"].with_context(inventory_mode=True).create({
            "product_id": product.id, "location_id": warehouses[code].lot_stock_id.id, "inventory_quantity": 5000,
        }).action_apply_inventory()


def finish(pickings):
    """Does what the floor does: reserves, then validates as picked."""
    pickings.action_assign()
    for picking in pickings:
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True, skip_sms=True).button_validate()


def step(order, kind):
    return order.picking_ids.filtered(lambda p: p.state not in ("done", "cancel") and p.picking_type_id.sequence_code == kind)


picks = env["stock.picking"]
for index in range(wanted["orders"]):
    deadline = wanted["deadlines"][index % len(wanted["deadlines"])]
    order = env["sale.order"].create({
        "partner_id": chance.choice(consignees).id,
        "warehouse_id": warehouses.get(deadline["warehouse"], main).id,
        "commitment_date": deadline["at"],
        "client_order_ref": "NS-%05d" % (index + 1),
        "order_line": [(0, 0, {"product_id": product.id, "product_uom_qty": chance.randint(1, 6)}) for product in chance.sample(products, chance.randint(1, 3))],
    })
    progress = index % 5
    if progress == 0:
        continue
    if carrier:
        order.set_delivery_line(carrier, carrier.fixed_price)
    order.action_confirm()
    picks |= step(order, "PICK")
    if progress >= 3:
        finish(step(order, "PICK"))
    if progress >= 4:
        finish(step(order, "PACK"))
        finish(step(order, "OUT"))
    if index % 10 == 9:
        env.cr.commit()

# A batch is of one kind of transfers, and so of one warehouse.
open_picks = picks.filtered(lambda p: p.state == "assigned" and p.picking_type_id == main.pick_type_id)
for start in range(0, min(len(open_picks), 12), 4):
    env["stock.picking.batch"].create({"picking_ids": [(6, 0, open_picks[start:start + 4].ids)], "company_id": company.id}).action_confirm()

for index, supplier in enumerate(suppliers if is_new else []):
    deadline = wanted["deadlines"][index % len(wanted["deadlines"])]
    purchase = env["purchase.order"].create({
        "partner_id": supplier.id,
        "picking_type_id": warehouses.get(deadline["warehouse"], main).in_type_id.id,
        # On each line: Odoo reckons the order's own from the suppliers' lead times, and would expect it today.
        "order_line": [(0, 0, {"product_id": product.id, "product_qty": 100, "price_unit": 5.0, "date_planned": deadline["at"]}) for product in chance.sample(products, 3)],
    })
    purchase.button_confirm()

# Odoo wrote letters about all this (a new key, new orders); without a mail server they would only pile up as failed.
env["mail.mail"].search([]).unlink()
env.cr.commit()
print("PLIMSOLL-SEED " + json.dumps({
    "apiKey": key,
    "orders": env["sale.order"].search_count([]),
    "openPickings": env["stock.picking"].search_count([("state", "not in", ("done", "cancel"))]),
    "donePickings": env["stock.picking"].search_count([("state", "=", "done")]),
}))
