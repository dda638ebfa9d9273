"""``make demo`` and ``make demo-http``: tell a whole story, and leave both homes to look at."""

import argparse
import sys
from pathlib import Path

from tests.demo.http_story import tell_http_story
from tests.demo.narrator import StepFailedError
from tests.demo.story import tell_story


def main() -> int:
    """Tell the story; give the exit code."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("demo"), help="made anew each time")
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--http", action="store_true", help="with nothing but HTTP between them")
    arguments = parser.parse_args()
    try:
        tell = tell_http_story if arguments.http else tell_story
        tell(arguments.folder.absolute(), arguments.people)
    except StepFailedError as error:
        print(f"\nL'histoire s'arrête ici :\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
