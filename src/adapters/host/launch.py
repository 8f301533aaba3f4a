"""Starts one Odoo process class: `launch.py server|gevent|shell|... [options]`.

Odoo's pre-forking server always starts a long-polling child of its own. Here that child is a component with its own
lifecycle, limits and log, so the web component must not start a second one on the same port.
"""

import odoo.cli

if not odoo.evented:
    from odoo.service import server

    server.PreforkServer.long_polling_spawn = lambda self: None

if __name__ == "__main__":
    odoo.cli.main()
