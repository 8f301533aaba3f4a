"""Starts one Odoo process class: `launch.py server|gevent|shell|... [options]`.

Odoo's pre-forking server always starts a long-polling child of its own. Here that child is a component with its own
lifecycle, limits and log, so the web component must not start a second one on the same port; and the long-polling
server, which would end itself when its parent does, must outlive a bring-up that was killed, as the others do.
"""

import os

import odoo.cli
from odoo.service import server

if odoo.evented:
    judge_limits = server.GeventServer.process_limits

    def process_limits(self):
        self.ppid = os.getppid()
        judge_limits(self)

    server.GeventServer.process_limits = process_limits
else:
    server.PreforkServer.long_polling_spawn = lambda self: None

if __name__ == "__main__":
    odoo.cli.main()
