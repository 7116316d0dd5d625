"""One file per command of `throughline`, or per group of commands. Importing them costs next to nothing."""
