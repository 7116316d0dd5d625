"""How alerts are shown: with whom one is, whom to call, who has taken it on."""
