# Runs in Odoo's shell: attachments come and go while Odoo's own collection of files works, until the stop file is there.
import os, random, threading, time
import odoo
from odoo import api, SUPERUSER_ID

stop = os.environ["PLIMSOLL_CHURN_STOP"]
registry = env.registry
errors = []


def with_env(work):
    with registry.cursor() as cursor:
        return work(api.Environment(cursor, SUPERUSER_ID, {}))


def churn(seed):
    dice = random.Random(seed)
    mine = []
    while not os.path.exists(stop):
        try:
            def step(fresh):
                made = fresh["ir.attachment"].create(
                    [{"name": "churn", "raw": dice.randbytes(dice.randint(200, 4000))} for _ in range(6)]
                )
                gone = fresh["ir.attachment"].browse(mine).exists()
                gone.unlink()
                return made.ids
            mine = with_env(step)
        except Exception as error:
            errors.append(repr(error))
        time.sleep(0.005)


def collect():
    while not os.path.exists(stop):
        try:
            with_env(lambda fresh: fresh["ir.attachment"]._gc_file_store())
        except Exception as error:
            errors.append(repr(error))
        time.sleep(0.005)


threads = [threading.Thread(target=churn, args=(seed,)) for seed in (1, 2)] + [threading.Thread(target=collect)]
open(stop + ".ready", "w").close()
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("PLIMSOLL-CHURN-DONE", len(errors), errors[:1])
