"""Call in the reserves when the queue is long.

    momentsim run scenarios/airline_ice_storm.yaml --playbook scenarios/playbooks/reserves_when_long.py

Every five minutes it counts the callers who wait. When more than LONG wait three times in a row, all reserves that
are not called yet are called. Copy this file and change the numbers; docs/playbooks.md says what a playbook can see.
"""

EVERY = "5 min"
LONG = 100  # callers waiting, in all queues together
TIMES = 3  # in a row, so that one bad moment does not call anybody


def playbook(centre):
    times_long = 0
    while True:
        not_called = [
            lever for lever in centre.levers if ".reserves." in lever and not centre.lever_pulled(lever)
        ]
        if not not_called:
            return
        yield centre.wait(EVERY)
        times_long = times_long + 1 if centre.queue() > LONG else 0
        if times_long >= TIMES:
            for lever in not_called:
                if not centre.lever_pulled(lever):  # the scenario may have called them meanwhile
                    centre.pull(lever)
