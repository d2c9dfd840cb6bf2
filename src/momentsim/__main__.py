"""`python -m momentsim` is the command `momentsim`."""

from momentsim.cli import main

if __name__ == "__main__":
    main()
