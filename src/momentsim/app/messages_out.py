"""What the server says, as a table: for docs/app_messages.md, the schema, and the tests of what rooms send."""

from __future__ import annotations

from typing import NamedTuple


class SentMessage(NamedTuple):
    """One type of message from the server, with its fields: name and meaning."""

    type: str
    words: str
    fields: tuple[tuple[str, str], ...] = ()


SERVER: tuple[SentMessage, ...] = (
    SentMessage(
        "welcome",
        "the whole state, after `join`: nothing before it needs to be known",
        (
            ("room", "its name: the scenario's title"),
            ("code", "join code"),
            ("role", "`phone`, `wall` or `console`"),
            ("client", "who this is, for the server"),
            ("again", "phones: sent in `join` by one that comes back, who is then the same"),
            ("scenario", "`{file, title, sentence, start, horizon_s, end_s, currency, goal, replication}`"),
            ("queues", "names, in the order of frames"),
            ("groups", "`[{name, title, people}]`, in the order of frames"),
            ("levers", "cards, as in `levers`"),
            ("fields", "`[{name, title, unit}]`: the order of `n` in frames"),
            ("ledger", "`[{name, title}]`: the order of `x.ledger` in frames"),
            ("lines", "`[{name, title, unit, xray}]` of series"),
            ("state", "as in `state`"),
            ("tree", "as in `tree`"),
            ("series", "of the current branch and its ghosts"),
            ("results", "the latest comparison and score"),
            ("curves", "the latest curves"),
            ("ticker", "the last events"),
            ("files", "after the close `{folder, files}`, as in `closed`; else null"),
            ("seq", "number of the last frame"),
            ("join", "wall and console with `--lan`: `{url, code, qr}`, the QR code as SVG; else null"),
        ),
    ),
    SentMessage(
        "state",
        "when it changes",
        (
            ("state", "`lobby`, `preparing`, `paused`, `running`, `finished`, `debrief` or `closed`"),
            ("t", "seconds since the start"),
            ("pace", "simulated seconds in a second"),
            ("next_stop", "`{t, label}` or null"),
            ("stops", "all that are to come"),
            ("xray", "whether what really happens is shown"),
            ("blank", "whether the wall is empty"),
            ("page", "`wall` or `debrief`"),
            ("ghost", "the line beside the room's own"),
            ("mode", "who pulls levers"),
            ("branch", "id of the current one"),
            ("ballot", "`{id, question, choices, ends_in_s, votes, voted, open}` or null"),
            ("asking", "`{question, words}` or null"),
            ("predictions", "wall and console: `[{question, edges, counts, truth}]`"),
            ("truth", "by question what came of it, in the debrief"),
            ("mine", "in a phone's welcome: its own vote, predictions and mood, and whether it is captain"),
            ("moods", "five counts"),
            ("phones", "how many"),
            ("teams", "`[{name, phones}]`"),
            ("rules", "texts, in the debrief"),
            ("catching_up", "whether a branch is being rebuilt"),
        ),
    ),
    SentMessage(
        "frame",
        "wall and console 10 a second, phones 2, one where nothing moves; the latest wins",
        (
            ("seq", "counts up"),
            ("t", "seconds since the start"),
            ("n", "numbers, in the order of `fields`"),
            ("queues", "`[waiting, longest_s]` each"),
            ("groups", "`[on_duty, talking, wrapping, idle, away]` each"),
            (
                "duty",
                "base64, a byte an agent: 0 away, 1 free, 2 talking, 3 wrapping, 4 break; not in every frame",
            ),
            ("face", "the customer who is followed, or null"),
            ("x", "with X-ray only: what a real centre does not see"),
        ),
    ),
    SentMessage(
        "event",
        "as it happens",
        (("t", "when"), ("kind", "what"), ("words", "at most six"), ("by", "who, where somebody did it")),
    ),
    SentMessage("levers", "when a card changes", (("levers", "all cards"),)),
    SentMessage(
        "ack",
        "a command was taken",
        (("id", "the command's"), ("t", "when it acted, seconds since the start")),
    ),
    SentMessage(
        "refuse",
        "a command was not taken",
        (("id", "the command's, where it could be read"), ("reason", "a sentence")),
    ),
    SentMessage(
        "tree",
        "when branches change",
        (("branches", "`[{id, parent, at, name, team, pulls, end, current}]`"),),
    ),
    SentMessage(
        "series",
        "lines of a branch",
        (
            ("branch", "its id, `nothing` or `as_planned`"),
            ("names", "of the lines"),
            ("t0", "time of the first value"),
            ("step", "seconds between values"),
            ("values", "a list for each line"),
            ("provisional_from", "values from this time on may still change"),
        ),
    ),
    SentMessage(
        "result",
        "a comparison, while storms come in",
        (
            ("branches", "`[{id, name, case}]`"),
            ("storms", "how many were asked for"),
            ("done", "storms simulated so far"),
            ("of", "all of them"),
            ("baseline", "what differences are against"),
            ("replication", "which storm was played"),
            ("rows", "`[{measure, title, unit, better, cells}]`"),
            ("places", "best and worst place of each branch"),
            ("sentences", "to read out"),
        ),
    ),
    SentMessage(
        "score",
        "the branch against nothing and the reference",
        (
            ("rows", "`[{branch, name, score, low, high, place, value, money_words}]`"),
            ("why", "why there is no score; empty where there is one"),
            ("method", "how it is counted, in words"),
            ("reference", "`{name, pulls}`"),
            ("done", "storms simulated so far"),
            ("of", "all of them"),
            ("awards", "one measure each"),
        ),
    ),
    SentMessage(
        "curve",
        "what an hour of waiting costs",
        (
            ("lever", "its name"),
            ("title", "of the curve"),
            ("points", "`[{t, value, low, high}]`"),
            ("sentence", "to read out"),
            ("unit", "of the values"),
            ("done", "points so far"),
            ("of", "all of them"),
        ),
    ),
    SentMessage(
        "job",
        "work under way",
        (("kind", "what"), ("done", "how far"), ("of", "of how much"), ("words", "a sentence")),
    ),
    SentMessage(
        "closed", "the workshop has ended", (("folder", "its name"), ("files", "names that can be asked for"))
    ),
    SentMessage("pong", "the answer to `ping`", (("id", "the ping's"),)),
    SentMessage("bye", "the socket closes, and coming back is of no use", (("reason", "a sentence"),)),
)
"""All the server says; every message has `v` and `type` besides. Clients ignore what they do not know."""
