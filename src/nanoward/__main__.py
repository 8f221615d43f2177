"""`python -m nanoward` is `nanoward`."""

from nanoward.faces.cli import main

if __name__ == "__main__":
    main()
