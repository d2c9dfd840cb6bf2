"""Nothing that a person owns is ever deleted: what is replaced, what is refused, and what is kept aside."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from momentsim.errors import MomentsimError
from momentsim.runs import results_folder as folder_module
from momentsim.runs.ownership import FILES, UNFINISHED, contents
from momentsim.runs.results_folder import MANIFEST, draft, point_latest, refuse_name, refuse_strangers

ONE = f"{'0' * 32}/1.replication"
OLDER = {"identity": "ab", "complete": True, "versions": {"momentsim": "0.1.0"}}


def write(place: Path, text: str) -> None:
    """A small result."""
    with draft(place) as folder:
        (folder / "figures").mkdir()
        (folder / "figures" / "waits.png").write_text(text)
        (folder / MANIFEST).write_text(text)


def tree(folder: Path) -> dict[str, str]:
    """Every file below a folder with its content; links by where they lead."""
    return {
        path.relative_to(folder).as_posix(): str(path.readlink())
        if path.is_symlink()
        else path.read_text("utf-8")
        for path in folder.rglob("*")
        if path.is_symlink() or path.is_file()
    }


def test_a_folder_lists_what_was_written_into_it(tmp_path: Path) -> None:
    write(tmp_path / "one", "first")
    listed = json.loads((tmp_path / "one" / FILES).read_text("utf-8"))
    assert listed["made_by"] == "momentsim" and set(listed["files"]) == {MANIFEST, "figures/waits.png"}
    write(tmp_path / "one", "second")
    assert (tmp_path / "one" / MANIFEST).read_text("utf-8") == "second"
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


def a_letter(folder: Path) -> None:
    (folder / "letter.txt").write_text("dear")


def a_letter_below(folder: Path) -> None:
    (folder / "figures" / "mine").mkdir()
    (folder / "figures" / "mine" / "letter.txt").write_text("dear")


def a_link(folder: Path) -> None:
    (folder / "data").symlink_to(folder.parent)


def a_dangling_link(folder: Path) -> None:
    (folder / "data").symlink_to("nowhere")


def no_list(folder: Path) -> None:
    (folder / FILES).unlink()


def a_torn_list(folder: Path) -> None:
    (folder / FILES).write_text("{")


def a_list_of_others(folder: Path) -> None:
    (folder / FILES).write_text('{"made_by": "photos", "files": {}}')


def a_letter_among_the_unfinished(folder: Path) -> None:
    (folder / UNFINISHED).mkdir()
    (folder / UNFINISHED / "letter.txt").write_text("dear")


STRANGE: dict[str, tuple[Callable[[Path], None], str]] = {
    "file": (a_letter, "'letter.txt' is not from momentsim, so this folder is not replaced"),
    "file below": (a_letter_below, "'figures/mine/letter.txt' is not"),
    "link": (a_link, "'data' is not"),
    "dangling link": (a_dangling_link, "'data' is not"),
    "no list": (no_list, "'figures/waits.png', 'manifest.json' are not from momentsim"),
    "torn list": (a_torn_list, "'figures/waits.png', 'files.json', 'manifest.json' are not"),
    "list of others": (a_list_of_others, "are not from momentsim"),
    "unfinished letter": (a_letter_among_the_unfinished, "'unfinished/letter.txt' is not"),
}


@pytest.mark.parametrize("name", STRANGE)
def test_a_folder_with_anything_of_others_is_refused_named_and_left_alone(name: str, tmp_path: Path) -> None:
    place = tmp_path / "one"
    write(place, "first")
    spoil, told = STRANGE[name]
    spoil(place)
    before = tree(tmp_path)
    with pytest.raises(MomentsimError) as raised:
        write(place, "second")
    assert told in str(raised.value) and "choose another --out" in str(raised.value)
    assert tree(tmp_path) == before


@pytest.mark.parametrize("name", STRANGE)
def test_what_comes_while_the_result_is_made_is_left_alone_too(name: str, tmp_path: Path) -> None:
    """The last look is at the folder that was moved aside."""
    place = tmp_path / "one"
    write(place, "first")
    before: dict[str, str] = {}
    with pytest.raises(MomentsimError) as raised, draft(place) as folder:
        (folder / MANIFEST).write_text("second")
        STRANGE[name][0](place)
        before = tree(place)
    assert STRANGE[name][1] in str(raised.value) and str(place) in str(raised.value)
    assert tree(place) == before
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


def test_a_folder_that_comes_instead_of_the_place_is_left_alone(tmp_path: Path) -> None:
    place = tmp_path / "one"
    with pytest.raises(MomentsimError, match="not a results folder"), draft(place) as folder:
        (folder / MANIFEST).write_text("mine")
        place.mkdir()
        a_letter(place)
    assert tree(tmp_path) == {"one/letter.txt": "dear"}


def test_a_result_that_somebody_changed_is_kept_beside_the_new_one(tmp_path: Path) -> None:
    place = tmp_path / "one"
    for number in range(3):
        write(place, f"written {number}")
        (place / MANIFEST).write_text(f"mine {number}")
    assert refuse_strangers(place).changed == (MANIFEST,)
    write(place, "last")
    names = sorted(path.name for path in tmp_path.iterdir())
    found = {name: (tmp_path / name / MANIFEST).read_text("utf-8") for name in names}
    assert found == {
        "one": "last",
        "one.changed": "mine 0",
        "one.changed.1": "mine 1",
        "one.changed.2": "mine 2",
    }


def test_what_file_managers_leave_and_finished_replications_go_with_the_folder(tmp_path: Path) -> None:
    place = tmp_path / "one"
    write(place, "first")
    (place / ".DS_Store").write_text("")
    (place / UNFINISHED / ONE).parent.mkdir(parents=True)
    (place / UNFINISHED / ONE).write_text("")
    write(place, "second")
    assert set(tree(tmp_path)) == {f"one/{name}" for name in (FILES, MANIFEST, "figures/waits.png")}


def older(folder: Path, *names: str) -> None:
    """A folder of a version that listed nothing."""
    folder.mkdir()
    (folder / MANIFEST).write_text(json.dumps(OLDER))
    for name in names:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("")


def test_an_older_folder_without_a_list_is_ours_by_all_its_names(tmp_path: Path) -> None:
    names = ("summary.csv", "summary.json", "contacts.parquet", "figures/waits.png", "slower/manifest.json")
    older(tmp_path / "one", *names)
    write(tmp_path / "one", "second")
    assert (tmp_path / "one" / MANIFEST).read_text("utf-8") == "second"
    for number, name in enumerate(("summary.xlsx", "shifts.csv", "plan.json", "figures/cat.jpg", "a/b.csv")):
        older(tmp_path / str(number), *names, name)
        with pytest.raises(MomentsimError, match=f"'{name}' is not from momentsim"):
            write(tmp_path / str(number), "second")
        assert len(tree(tmp_path / str(number))) == 7


@pytest.mark.parametrize("content", ["{}", "[]", "{", '{"name": "my web app", "icons": []}', "[" * 100_000])
def test_a_manifest_of_another_program_is_none_of_ours(content: str, tmp_path: Path) -> None:
    place = tmp_path / "one"
    place.mkdir()
    (place / MANIFEST).write_text(content)
    with pytest.raises(MomentsimError, match=r"not a results folder .*'manifest.json' is not from momentsim"):
        write(place, "second")
    assert tree(place) == {MANIFEST: content}


def test_a_huge_folder_of_somebody_is_not_looked_through(tmp_path: Path) -> None:
    for number in range(2000):
        (tmp_path / f"{number}.txt").touch()
    assert len(contents(tmp_path).strangers) < 1100
    with pytest.raises(MomentsimError, match=r"\.txt', '\d+\.txt' and others are not from momentsim"):
        refuse_strangers(tmp_path)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", "this is no name of a folder"),
        ("..", "this is no name of a folder"),
        ("a/..", "this is no name of a folder"),
        ("/", "this is no name of a folder"),
        ("/proc", "this is a disk of its own"),
        ("{here}", "the folder you are in, or one around it"),
        ("{here}/..", "this is no name of a folder"),
        ("{above}", "the folder you are in, or one around it"),
        ("{home}", "this is your home"),
        ("link", "this is a link to 'theirs' and is left alone"),
        ("dangling", "this is a link to 'nowhere' and is left alone"),
        ("circle", "this is a link to 'circle' and is left alone"),
        ("a\udcff", "this name has bytes that are no text"),
        ("\udcff/a", "this name has bytes that are no text"),
        ("a\nb", "this name has bytes that are no text"),
        ("a\0b", "this name has bytes that are no text"),
        ("n" * 300, "no name of a folder"),
    ],
)
def test_what_can_be_no_results_folder_is_refused_by_its_name(
    name: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, home = tmp_path / "around" / "here", tmp_path / "home"
    here.mkdir(parents=True)
    home.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("HOME", str(home))
    Path("theirs").mkdir()
    for link, target in (("link", "theirs"), ("dangling", "nowhere"), ("circle", "circle")):
        Path(link).symlink_to(target)
    place = Path(name.format(here=here, above=here.parent, home=home))
    with pytest.raises(MomentsimError) as raised:
        refuse_name(place)
    assert told in str(raised.value) and str(raised.value).isprintable()


def test_a_link_that_comes_meanwhile_is_put_back(tmp_path: Path) -> None:
    place = tmp_path / "one"
    (tmp_path / "theirs").mkdir()
    a_letter(tmp_path / "theirs")
    with pytest.raises(MomentsimError, match="this is a link"), draft(place) as folder:
        (folder / MANIFEST).write_text("mine")
        place.symlink_to("theirs")
    assert place.is_symlink() and tree(tmp_path)["theirs/letter.txt"] == "dear"


def test_an_older_result_stays_where_the_new_one_cannot_be_put(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, plain = tmp_path / "one", Path.rename
    write(place, "first")

    def rename(path: Path, target: Path) -> Path:
        if path.suffix == ".part":
            raise OSError(5, "input/output error")
        return plain(path, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(MomentsimError, match="cannot be written"):
        write(place, "second")
    assert (place / MANIFEST).read_text("utf-8") == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


@pytest.mark.parametrize("kind", ["folder", "file", "link", "list of names"])
def test_a_latest_of_somebody_is_left_alone(kind: str, tmp_path: Path) -> None:
    latest = tmp_path / "latest"
    if kind == "folder":
        latest.mkdir()
    elif kind == "link":
        latest.symlink_to(tmp_path)
    else:
        latest.write_text("my latest thoughts\n" if kind == "file" else "one-01234567\n" * 50)
    before = tree(tmp_path)
    (tmp_path / "two-01234567").mkdir()
    point_latest(tmp_path / "two-01234567")
    assert tree(tmp_path) == before


def test_a_copy_of_a_result_is_one_and_a_part_of_it_too(tmp_path: Path) -> None:
    write(tmp_path / "one", "first")
    shutil.copytree(tmp_path / "one", tmp_path / "copy")
    (tmp_path / "copy" / "figures" / "waits.png").unlink()
    write(tmp_path / "copy", "second")
    assert (tmp_path / "copy" / MANIFEST).read_text("utf-8") == "second"


def test_two_drafts_of_one_process_at_one_place_do_not_meet(tmp_path: Path) -> None:
    with draft(tmp_path / "one") as first, draft(tmp_path / "one") as second:
        for folder in (first, second):
            (folder / MANIFEST).write_text(folder.name)
    assert first != second and (tmp_path / "one" / MANIFEST).read_text("utf-8") == first.name
    assert folder_module.TRIES > 2 and [path.name for path in tmp_path.iterdir()] == ["one"]
