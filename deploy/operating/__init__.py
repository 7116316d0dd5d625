"""What an operator says at the command line: as whom, in which network, about whom."""
