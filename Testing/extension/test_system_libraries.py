"""What the tests say of libraries that a Linux system lacks."""

from Testing.extension.system_libraries import missing_packages, sentence


def lacking(*libraries: str):
    """A function that loads every library but these."""

    def load(name: str) -> None:
        if name in libraries:
            message = f"{name}: cannot open shared object file"
            raise OSError(message)

    return load


def test_package_of_each_missing_library_is_named():
    assert missing_packages(lacking("libEGL.so.1", "libdbus-1.so.3"), "linux") == ["libegl1", "libdbus-1-3"]


def test_nothing_is_missing_where_all_libraries_load():
    assert missing_packages(lacking(), "linux") == []


def test_no_library_is_asked_for_elsewhere_than_on_linux():
    assert missing_packages(lacking("libEGL.so.1"), "win32") == []


def test_one_sentence_says_what_is_missing_and_how_to_install_it():
    text = sentence(["libegl1", "libgl1"])

    assert "\n" not in text
    assert "apt-get install libegl1 libgl1" in text
