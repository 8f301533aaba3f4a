"""A logistics company in a freshly created database: routes, people, goods, a carrier and the user Plimsoll calls as.

Run by `odoo shell`, which offers `env`. Deterministic: a prepared database is cached by the hash of this file.
"""

CONSIGNEES = [
    ("Van Dijk Retail", "Utrecht"), ("Hansen Marine", "Esbjerg"), ("Brouwer Foods", "Breda"), ("Nordlys Apotek", "Bergen"),
    ("Peeters Bouw", "Antwerpen"), ("Lindqvist Textil", "Göteborg"), ("De Wit Elektro", "Delft"), ("Jansen Tuin", "Venlo"),
    ("Moreau Bureau", "Lille"), ("Schmidt Werkzeug", "Bremen"), ("Visser Zuivel", "Zwolle"), ("Olsen Sport", "Aarhus"),
]
SUPPLIERS = [("Maasvlakte Imports", "Rotterdam"), ("Baltic Timber", "Gdańsk"), ("Rhine Plastics", "Duisburg")]
GOODS = [
    ("Pallet wrap 500 mm", 6.2, 3.0), ("Euro pallet EPAL", 14.5, 22.0), ("Carton 400x300x300", 0.9, 0.5),
    ("Label roll 100x150", 4.4, 0.8), ("Strapping kit", 38.0, 6.5), ("Stretch film black", 7.1, 3.0),
    ("Corner boards 1 m", 0.6, 0.3), ("Bubble wrap 100 m", 18.9, 4.0), ("Tape PP brown", 1.6, 0.3),
    ("Hand pump truck", 312.0, 68.0), ("Safety gloves 10", 3.9, 0.2), ("Scanner battery", 44.0, 0.2),
    ("Bin 600x400", 9.8, 2.1), ("Shelf beam 2700", 27.0, 13.0), ("Thermal ribbon", 12.5, 0.6),
    ("Document pouches", 15.0, 1.2), ("Pallet collar", 11.2, 8.0), ("Steel cage", 96.0, 35.0),
    ("Dock seal", 210.0, 28.0), ("Anti-slip mat", 1.1, 0.4),
]

company = env.company
company.write({"name": "Northsea Logistics", "country_id": env.ref("base.nl").id})
env.ref("base.user_admin").partner_id.tz = "Europe/Amsterdam"

# Multi-step routes: goods are received, then put away; picked, packed, then shipped.
settings = env["res.config.settings"].create({})
for option in ("group_stock_multi_locations", "group_stock_adv_location", "group_stock_picking_wave"):
    if option in settings._fields:
        settings[option] = True
settings.execute()
warehouse = env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
warehouse.write({"name": "Rotterdam DC", "reception_steps": "two_steps", "delivery_steps": "pick_pack_ship"})

Partner = env["res.partner"]
country = env.ref("base.nl").id
for name, city in CONSIGNEES:
    Partner.create({"name": name, "city": city, "street": "Kade 1", "country_id": country, "customer_rank": 1,
                    "email": "orders@%s.example.invalid" % name.lower().replace(" ", "-")})
suppliers = Partner.create([{"name": name, "city": city, "supplier_rank": 1} for name, city in SUPPLIERS])

products = env["product.product"].create([
    {"name": name, "default_code": "NS%03d" % (index + 1), "type": "consu", "is_storable": True, "list_price": price,
     "weight": weight, "seller_ids": [(0, 0, {"partner_id": suppliers[index % len(suppliers)].id, "price": price * 0.6})]}
    for index, (name, price, weight) in enumerate(GOODS)
])
Quant = env["stock.quant"].with_context(inventory_mode=True)
for product in products:
    Quant.create({"product_id": product.id, "location_id": warehouse.lot_stock_id.id, "inventory_quantity": 5000}).action_apply_inventory()

fee = env["product.product"].create({"name": "Parcel delivery", "type": "service", "default_code": "DELIVERY", "list_price": 7.5})
env["delivery.carrier"].create({"name": "North Sea Parcel", "delivery_type": "fixed", "product_id": fee.id, "fixed_price": 7.5})

# The user that Plimsoll calls as: it runs journeys, and `plimsoll journey install` sets up their company through it.
groups = [
    "base.group_user", "base.group_system", "base.group_multi_company", "sales_team.group_sale_manager",
    "stock.group_stock_manager", "purchase.group_purchase_manager", "account.group_account_manager",
]
env["res.users"].with_context(no_reset_password=True).create({
    "name": "Plimsoll", "login": "plimsoll", "email": "plimsoll@example.invalid", "tz": "Europe/Amsterdam",
    "group_ids": [(6, 0, [env.ref(group).id for group in groups])],
})

# Nothing leaves this machine: no mail server is configured, and the scheduler's first runs must not meet the seed.
env.cr.commit()
print("PLIMSOLL-BASE-DONE")
