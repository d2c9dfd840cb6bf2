/* Erlang A in C: a general event loop with a calendar queue, patience events that can be cancelled, and a log of
 * ten columns a contact. What a careful C programmer would write for a contact centre that is to grow, not the
 * shortest program for this one model.
 *
 * Times in seconds. Each contact has at most one event: its patience ends while it waits, or its service ends.
 * Arrivals come one by one, beside the calendar. The run starts with `at_start` busy agents (rows 0..at_start-1 of the
 * log, not counted). Compiled and called by c_erlang.py. */

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

enum { WAITING, IN_SERVICE, ANSWERED, ABANDONED };

typedef struct {            /* one row of the log, which is also the state of the contact */
    double arrived, patience_ends, answered, ended, wait, service;
    int32_t agent, outcome, following, previous;  /* neighbours in the queue */
} Contact;

typedef struct { double time; int64_t next, previous; } Entry;  /* of a contact's event in its bucket */

typedef struct {
    int64_t *heads, buckets, day, pending;
    double days_per_s;
    Entry *entries;
} Calendar;

static uint64_t state[4];

static uint64_t rotated(uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }

static double exponential(double mean)  /* xoshiro256+, of Blackman and Vigna (public domain) */
{
    uint64_t result = state[0] + state[3], t = state[1] << 17;
    state[2] ^= state[0]; state[3] ^= state[1]; state[1] ^= state[2]; state[0] ^= state[3];
    state[2] ^= t; state[3] = rotated(state[3], 45);
    return -mean * log(((double)(result >> 11) + 0.5) * 0x1.0p-53);
}

static void seeded(uint64_t seed)  /* splitmix64, to fill the state */
{
    for (int word = 0; word < 4; word++) {
        uint64_t z = (seed += 0x9e3779b97f4a7c15u);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        state[word] = z ^ (z >> 31);
    }
}

static int64_t day_of(const Calendar *c, double time) { return (int64_t)(time * c->days_per_s); }

static void insert(Calendar *c, int64_t contact)
{
    Entry *entry = &c->entries[contact];
    int64_t *head = &c->heads[day_of(c, entry->time) & (c->buckets - 1)];
    entry->next = *head;
    entry->previous = -1;
    if (*head >= 0) c->entries[*head].previous = contact;
    *head = contact;
}

static void grown(Calendar *c)  /* twice as many buckets when there are more events than buckets */
{
    int64_t *old = c->heads, count = c->buckets;
    c->buckets *= 2;
    c->heads = malloc((size_t)c->buckets * sizeof *c->heads);
    for (int64_t b = 0; b < c->buckets; b++) c->heads[b] = -1;
    for (int64_t b = 0; b < count; b++)
        for (int64_t e = old[b], next; e >= 0; e = next) { next = c->entries[e].next; insert(c, e); }
    free(old);
}

static void post(Calendar *c, int64_t contact, double time)
{
    c->entries[contact].time = time;
    if (++c->pending > c->buckets) grown(c);
    insert(c, contact);
}

static void cancel(Calendar *c, int64_t contact)
{
    Entry *entry = &c->entries[contact];
    if (entry->previous >= 0) c->entries[entry->previous].next = entry->next;
    else c->heads[day_of(c, entry->time) & (c->buckets - 1)] = entry->next;
    if (entry->next >= 0) c->entries[entry->next].previous = entry->previous;
    c->pending--;
}

static int64_t first(Calendar *c)  /* the earliest event, -1 for none; it stays in its bucket */
{
    if (!c->pending) return -1;
    for (int64_t empty = 0;; c->day++, empty++) {
        int64_t best = -1;
        for (int64_t e = c->heads[c->day & (c->buckets - 1)]; e >= 0; e = c->entries[e].next)
            if (day_of(c, c->entries[e].time) == c->day
                && (best < 0 || c->entries[e].time < c->entries[best].time)) best = e;
        if (best >= 0) return best;
        if (empty > c->buckets) {  /* a whole year without events: go to the first one of all */
            int64_t day = INT64_MAX;
            for (int64_t b = 0; b < c->buckets; b++)
                for (int64_t e = c->heads[b]; e >= 0; e = c->entries[e].next)
                    if (day_of(c, c->entries[e].time) < day) day = day_of(c, c->entries[e].time);
            c->day = day - 1;
            empty = 0;
        }
    }
}

/* `log` (64 bytes) and `entries` (24 bytes) have room for contacts + at_start rows. Totals: answered, abandoned,
 * waiting time of all (s), events. Returns 0, or 1 when memory runs out. */
int erlang_a(double gap_s, double service_s, double patience_s, int32_t agents, int32_t contacts,
             int32_t at_start, uint64_t seed, Contact *log, Entry *entries, double totals[4])
{
    int64_t rows = (int64_t)contacts + at_start, made = 0, events = 0, answered = 0, abandoned = 0;
    Calendar c = {.buckets = 64, .days_per_s = 1.0 / gap_s, .entries = entries};
    while (c.buckets < 4 * (int64_t)agents) c.buckets *= 2;
    int32_t *idle = malloc((size_t)agents * sizeof *idle);  /* a ring: longest idle first */
    c.heads = malloc((size_t)c.buckets * sizeof *c.heads);
    if (!idle || !c.heads) return 1;
    for (int64_t b = 0; b < c.buckets; b++) c.heads[b] = -1;
    seeded(seed);
    int32_t idle_from = 0, idle_count = 0, head = -1, tail = -1;
    double wait = 0.0;
    for (int32_t agent = 0; agent < agents; agent++) {
        if (agent >= at_start) { idle[idle_count++] = agent; continue; }
        double service = exponential(service_s);
        log[made] = (Contact){.service = service, .agent = agent, .outcome = IN_SERVICE};
        post(&c, made++, service);
    }
    double arrival = exponential(gap_s);
    for (;;) {
        int64_t event = first(&c);
        if (made < rows && (event < 0 || arrival <= c.entries[event].time)) {  /* a contact arrives */
            double now = arrival;
            Contact *contact = &log[made];
            *contact = (Contact){.arrived = now, .agent = -1, .outcome = WAITING, .following = -1, .previous = -1};
            if (idle_count) {
                contact->agent = idle[idle_from];
                idle_from = idle_from + 1 < agents ? idle_from + 1 : 0;
                idle_count--;
                contact->outcome = IN_SERVICE;
                contact->answered = now;
                contact->service = exponential(service_s);
                post(&c, made, now + contact->service);
            } else {
                contact->patience_ends = INFINITY;
                if (isfinite(patience_s)) {
                    contact->patience_ends = now + exponential(patience_s);
                    post(&c, made, contact->patience_ends);
                }
                contact->previous = tail;
                if (tail >= 0) log[tail].following = (int32_t)made; else head = (int32_t)made;
                tail = (int32_t)made;
            }
            /* An event before the day last looked at must be found: go back to the present. */
            if (day_of(&c, now) < c.day) c.day = day_of(&c, now);
            made++;
            arrival = now + exponential(gap_s);
            events++;
            continue;
        }
        if (event < 0) break;
        double now = c.entries[event].time;
        cancel(&c, event);
        events++;
        Contact *contact = &log[event];
        if (contact->outcome == WAITING) {  /* patience ends */
            if (contact->previous >= 0) log[contact->previous].following = contact->following;
            else head = contact->following;
            if (contact->following >= 0) log[contact->following].previous = contact->previous;
            else tail = contact->previous;
            contact->outcome = ABANDONED;
            contact->ended = now;
            contact->wait = now - contact->arrived;
            wait += contact->wait;
            abandoned++;
            continue;
        }
        contact->outcome = ANSWERED;  /* service ends, and the agent takes the next one */
        contact->ended = now;
        if (event >= at_start) { answered++; wait += contact->wait; }
        int32_t agent = contact->agent;
        if (head < 0) {
            int32_t place = idle_from + idle_count++;
            idle[place < agents ? place : place - agents] = agent;
            continue;
        }
        int64_t next = head;
        Contact *taken = &log[next];
        head = taken->following;
        if (head >= 0) log[head].previous = -1; else tail = -1;
        if (isfinite(patience_s)) cancel(&c, next);
        taken->outcome = IN_SERVICE;
        taken->agent = agent;
        taken->answered = now;
        taken->wait = now - taken->arrived;
        taken->service = exponential(service_s);
        post(&c, next, now + taken->service);
    }
    totals[0] = (double)answered; totals[1] = (double)abandoned; totals[2] = wait; totals[3] = (double)events;
    free(idle); free(c.heads);
    return 0;
}
