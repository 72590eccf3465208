"""The files of the sixth backend are no tests of this project: they are put into a copy of it."""

collect_ignore = ["files"]
